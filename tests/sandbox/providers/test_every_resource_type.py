"""Every resource type of the installed SDK goes through a whole life in the stand-in.

Inputs are made from what the SDK says of a type: the required ones, then one of each optional one too. Types
with rules of their own are only checked and compared, because made-up values break the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import composed_ids, identities, references
from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.service_rules import Rules
from sandbox.cloud.store import Store
from sandbox.providers import checking, diffing, filling, stored_state
from sandbox.providers.sdk import Property, ResourceType, Sdk, Type
from sandbox.services import bridge_of, rules_of
from sandbox.services.bridge_base import UNKNOWN

SDK = Sdk("pulumi_oci")

_VALUES: dict[str, Any] = {"str": "x", "int": 1, "float": 1.5, "bool": True, "any": "x", "map": {"k": "v"}}


def value(resource: ResourceType, name: str, type: Type, depth: int = 0) -> Any:
    """A value of a type; OCIDs where the property wants one."""
    if type.kind == "list":
        return [value(resource, name, type.of or Type("any"), depth)]
    if type.kind == "map":
        return {"k": value(resource, "", type.of or Type("any"), depth)}
    if type.kind == "object":
        fields = resource.object(type.name)
        return {
            key: value(resource, key, field.type, depth + 1)
            for key, field in fields.items()
            if not field.optional or depth < 1
        }
    if type.kind == "str":
        wanted = sorted(identities.fitting(resource.token, name))
        if wanted:
            return f"ocid1.{wanted[0]}.oc1..aaaaforeign"
    return _VALUES[type.kind]


def inputs_of(resource: ResourceType, *, all: bool) -> dict[str, Any]:
    return {
        name: value(resource, name, property.type)
        for name, property in resource.inputs.items()
        if all or not property.optional
    }


def types(fields: dict[str, Property], resource: ResourceType, seen: set[str]) -> Iterator[Type]:
    for field in fields.values():
        type = field.type
        while type.of is not None:
            yield type
            type = type.of
        yield type
        if type.kind == "object" and type.name not in seen:
            seen.add(type.name)
            yield from types(resource.object(type.name), resource, seen)


def test_there_are_as_many_types_as_the_sdk_registers() -> None:
    """Counted independently, by the decorator in front of each resource's class."""
    root = Path(SDK.root)
    found = {
        token
        for path in root.rglob("*.py")
        if not path.name.startswith(("get_", "_inputs", "outputs"))
        for token in re.findall(
            r'^@pulumi\.type_token\("(oci:[^"]+)"\)\nclass \w+\(pulumi\.CustomResource\)',
            path.read_text(),
            re.MULTILINE,
        )
    }

    assert set(SDK.tokens) == found
    assert len(found) > 1000


def test_every_type_is_read_with_types_for_everything() -> None:
    """No input of any type, however deep, is left without a type."""
    empty = set()
    for token in SDK.tokens:
        resource = SDK.resource(token)
        assert resource.inputs, token
        assert resource.outputs, token
        seen: set[str] = set()
        assert not [type for type in types(resource.inputs, resource, seen) if type.kind == "any"], token
        empty |= {name for name in seen if not resource.object(name)}

    assert empty == {"DatasetInitialRecordGenerationConfigurationArgs"}  # has no properties in the SDK either


def test_every_type_agrees_with_the_classes_of_the_sdk() -> None:
    """For one package, imported for real: names, spelling on the wire, required or not."""
    import inspect

    import pulumi
    from pulumi_oci import functions, identity

    for module, token, arguments in (
        (functions, "oci:Functions/function:Function", functions.FunctionArgs),
        (identity, "oci:Identity/policy:Policy", identity.PolicyArgs),
    ):
        assert module is not None
        signature = inspect.signature(arguments.__init__).parameters
        required = {
            pulumi._types.input_type_py_to_pulumi_names(arguments)[name]
            for name, parameter in signature.items()
            if name != "__self__" and parameter.default is inspect.Parameter.empty
        }
        resource = SDK.resource(token)

        assert set(resource.inputs) == set(pulumi._types.input_type_py_to_pulumi_names(arguments).values())
        assert {name for name, property in resource.inputs.items() if not property.optional} == required


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Store(tmp_path_factory.mktemp("every") / "store.db") as store:
        yield Cloud(store, "us-ashburn-1", "ocid1.tenancy.oc1..aaaatenancy")


def services() -> list[str]:
    return sorted({token.split(":")[1].partition("/")[0] for token in SDK.tokens})


@pytest.mark.parametrize("service", services())
def test_a_whole_life(service: str, cloud: Cloud) -> None:
    """Check, preview, create, read, no change, a change, delete: of every type of a service."""
    for token in (token for token in SDK.tokens if token.split(":")[1].partition("/")[0] == service):
        resource = SDK.resource(token)
        for whole in (False, True):
            inputs, problems = checking.check(resource, inputs_of(resource, all=whole))
            assert problems == [], token
            assert inputs == inputs_of(resource, all=whole), token
            live(resource, cloud, inputs)


def test_an_optional_input_the_service_never_fills_in_stays_empty(cloud: Cloud) -> None:
    """Whatever the rules say: it would look as if somebody had put it there by hand."""
    resource = SDK.resource("oci:ObjectStorage/bucket:Bucket")
    call = Call(cloud, resource.token, "urn", "id", {"compartmentId": "c", "namespace": "n", "name": "b"})
    outputs = filling.fill(resource, call, call.inputs, {"accessType": "x", "bucketId": "y"})

    assert "accessType" not in resource.computed
    assert outputs["accessType"] == ""
    assert outputs["bucketId"] == "y"


def live(resource: ResourceType, cloud: Cloud, inputs: dict[str, Any]) -> None:
    token, rules, bridge = resource.token, rules_of(resource.token), bridge_of(resource.token)
    shown = filling.unknowns(resource, inputs, UNKNOWN)
    assert {name: shown[name] for name in inputs} == inputs, token
    assert {name for name in shown if shown[name] is UNKNOWN} <= resource.computed, token
    unchanged = diffing.changes(resource, bridge, inputs, inputs, inputs)
    assert [change.property for change in unchanged] == list(bridge.unsettled(inputs)), token
    for name in inputs:
        news = {**inputs, name: UNKNOWN}
        found = diffing.changes(resource, bridge, inputs, news, inputs)
        expected = ({name} - set(bridge.ignored(news))) | set(bridge.unsettled(news))
        assert {change.property for change in found} == expected, token
    if type(rules) is not Rules:
        return
    references.verify(cloud, token, inputs)
    call = Call(cloud, token, f"urn:{token}", "", inputs)
    call = Call(
        cloud,
        token,
        call.urn,
        composed_ids.new_id(composed_ids.template_of(token, resource.import_id), call),
        inputs,
    )
    outputs = filling.fill(resource, call, inputs, rules.computed(call))
    assert set(outputs) <= set(inputs) | set(resource.outputs), token
    record = cloud.store.create(token, call.urn, inputs, outputs, call.id)
    assert stored_state.inputs_now(resource, bridge, record, inputs) == inputs, token
    assert stored_state.inputs_now(resource, bridge, record, {}) == inputs, token
    assert diffing.changes(resource, bridge, inputs, inputs, outputs) == [], token
    assert cloud.store.delete(call.id)
