"""Grants: the exact statement of each connector, and what may not be constructed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_oci as oci
import pytest

from components.errors import RefusedGrant
from components.grants import (
    BucketTarget,
    FunctionIdentity,
    GatewayIdentity,
    Grant,
    Principal,
    RuleIdentity,
    SecretTarget,
    TopicTarget,
    allow,
    dynamic_group,
    fill,
    group,
    group_named,
    resource_principal,
    service,
)

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaafunctions"
RULES = "ocid1.compartment.oc1..aaaaaaaarules"
GROUP = "ocid1.group.oc1..aaaaaaaapeople"
SECRET = "ocid1.vaultsecret.oc1.eu-frankfurt-1.aaaaaaaasecret"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"


def identity() -> FunctionIdentity:
    """A function and its dynamic group, inside a running program."""
    return FunctionIdentity(
        function=oci.functions.Function("f", application_id="a", display_name="f", memory_in_mbs="128"),
        dynamic_group=oci.identity.DynamicGroup(
            "d", compartment_id=TENANCY, description="d", matching_rule="m"
        ),
        compartment_id=COMPARTMENT,
    )


Build = Callable[[FunctionIdentity], Grant]
BUCKET = BucketTarget(name="ai-results", compartment_id=COMPARTMENT)

CONNECTORS: dict[str, tuple[Build, str]] = {
    "read": (
        lambda f: allow(f).to_read(BUCKET),
        "Allow dynamic-group id {d} to read objects in compartment id {c} "
        "where target.bucket.name = 'ai-results'",
    ),
    "write": (
        lambda f: allow(f).to_write(BUCKET),
        "Allow dynamic-group id {d} to manage objects in compartment id {c} "
        "where all {{target.bucket.name = 'ai-results', "
        "any {{request.permission = 'OBJECT_CREATE', request.permission = 'OBJECT_OVERWRITE'}}}}",
    ),
    "publish": (
        lambda f: allow(f).to_publish(TopicTarget(compartment_id=COMPARTMENT)),
        "Allow dynamic-group id {d} to use ons-topics in compartment id {c} "
        "where request.permission = 'ONS_TOPIC_PUBLISH'",
    ),
    "secret": (
        lambda f: allow(f).to_read_secret(SecretTarget(id=SECRET, compartment_id=COMPARTMENT)),
        "Allow dynamic-group id {d} to read secret-bundles in compartment id {c} "
        f"where target.secret.id = '{SECRET}'",
    ),
    "rule": (
        lambda f: allow(RuleIdentity(compartment_id=RULES)).to_invoke(f),
        "Allow any-user to use fn-invocation in compartment id {c} "
        "where all {{request.principal.type = 'eventrule', "
        f"request.principal.compartment.id = '{RULES}', target.function.id = '{{f}}'}}}}",
    ),
    "gateway": (
        lambda f: allow(GatewayIdentity(compartment_id=RULES)).to_invoke(f),
        "Allow any-user to use fn-invocation in compartment id {c} "
        "where all {{request.principal.type = 'ApiGateway', "
        f"request.principal.compartment.id = '{RULES}', target.function.id = '{{f}}'}}}}",
    ),
    "service": (
        lambda f: allow(service("cloudEvents")).to_invoke(f),
        "Allow service cloudEvents to use fn-invocation in compartment id {c} "
        "where target.function.id = '{f}'",
    ),
    "group by OCID": (
        lambda f: allow(group(GROUP)).to_invoke(f),
        f"Allow group id {GROUP} to use fn-invocation in compartment id {{c}} "
        "where target.function.id = '{f}'",
    ),
    "group by name": (
        lambda f: allow(group_named("Invokers")).to_invoke(f),
        "Allow group 'Invokers' to use fn-invocation in compartment id {c} where target.function.id = '{f}'",
    ),
    "group of a domain": (
        lambda f: allow(group_named("Default/AI Invokers")).to_invoke(f),
        "Allow group 'Default'/'AI Invokers' to use fn-invocation in compartment id {c} "
        "where target.function.id = '{f}'",
    ),
    "another function": (
        lambda f: allow(dynamic_group(f.dynamic_group)).to_invoke(f),
        "Allow dynamic-group id {d} to use fn-invocation in compartment id {c} "
        "where target.function.id = '{f}'",
    ),
}


@pytest.mark.parametrize("connector", CONNECTORS)
def test_each_connector_emits_its_exact_statement(world: Any, minted: Any, connector: str) -> None:
    """The text is the least-privilege statement of the intent, with the real ids."""
    build, expected = CONNECTORS[connector]
    texts: list[str] = []

    world.run(lambda: pulumi.Output.from_input(build(identity()).statement()).apply(texts.append))

    ids = {
        "c": COMPARTMENT,
        "f": minted("oci:Functions/function:Function", "f"),
        "d": minted("oci:Identity/dynamicGroup:DynamicGroup", "d"),
    }
    assert expected.format(**ids) == texts[0]


@pytest.mark.parametrize("connector", CONNECTORS)
def test_evidence_is_the_statement_with_urns_for_ids(world: Any, connector: str) -> None:
    """Known at preview: the text with placeholders, and the URN behind each."""
    build, expected = CONNECTORS[connector]
    found: list[dict[str, Any]] = []

    def program() -> None:
        pulumi.Output.from_input(build(identity()).evidence()).apply(found.append)

    world.run(program, preview=True)

    placeholders = {"c": COMPARTMENT, "f": "${function}", "d": "${dynamicGroup}"}
    assert expected.format(**placeholders) == found[0]["text"]
    assert {
        name: f"::{resource}"
        for name, resource in {"function": "f", "dynamicGroup": "d"}.items()
        if f"${{{name}}}" in found[0]["text"]
    } == {name: urn[urn.rindex("::") :] for name, urn in found[0]["refs"].items()}


def test_developers_manage_without_invoking(world: Any, minted: Any) -> None:
    """Three statements: this application, this function, and the right to create; none yields invocation."""
    texts: list[str] = []

    def program() -> None:
        application = oci.functions.Application(
            "a", compartment_id=COMPARTMENT, display_name="a", subnet_ids=["s"]
        )
        for grant in allow(group(GROUP)).to_manage_without_invoking(identity(), application):
            pulumi.Output.from_input(grant.statement()).apply(texts.append)

    world.run(program)

    function = minted("oci:Functions/function:Function", "f")
    application = minted("oci:Functions/application:Application", "a")
    start = f"Allow group id {GROUP} to manage"
    assert sorted(texts) == [
        f"{start} fn-app in compartment id {COMPARTMENT} where target.app.id = '{application}'",
        f"{start} fn-function in compartment id {COMPARTMENT} "
        "where request.permission = 'FN_FUNCTION_CREATE'",
        f"{start} fn-function in compartment id {COMPARTMENT} where target.function.id = '{function}'",
    ]


def test_auditors_only_read(world: Any) -> None:
    """Two statements, known at once because they name nothing that is created."""
    grants: list[Any] = []

    world.run(lambda: grants.extend(allow(group(GROUP)).to_audit(identity())))

    assert [grant.statement() for grant in grants] == [
        f"Allow group id {GROUP} to read {resource} in compartment id {COMPARTMENT}"
        for resource in ("fn-app", "fn-function")
    ]


REFUSED: dict[str, dict[str, Any]] = {
    "any-user with nothing confined": {
        "principal": Principal("any-user"),
        "verb": "use",
        "resource": "fn-invocation",
    },
    "any-user confined to a type only": {
        "principal": Principal("any-user", confined_to={"request.principal.type": "eventrule"}),
        "verb": "use",
        "resource": "fn-invocation",
    },
    "a resource principal of the whole tenancy": {
        "principal": resource_principal("eventrule", compartment_id=TENANCY),
        "verb": "use",
        "resource": "fn-invocation",
    },
    "a family": {"principal": group(GROUP), "verb": "manage", "resource": "functions-family"},
    "all resources": {"principal": group(GROUP), "verb": "manage", "resource": "all-resources"},
    "the tenancy's root": {
        "principal": group(GROUP),
        "verb": "use",
        "resource": "fn-invocation",
        "scope": TENANCY,
    },
    "a type nearly of functions": {"principal": group(GROUP), "verb": "use", "resource": "function-family"},
    "two statements in one": {
        "principal": group(GROUP),
        "verb": "use",
        "resource": "fn-invocation in tenancy Allow group x to use fn-app",
    },
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_overbroad_grant_cannot_be_constructed(case: str) -> None:
    """The judge refuses the text, so there is no object; the message names what to write instead."""
    with pytest.raises(RefusedGrant, match=r"^grant: refused \(.+\)\. .+ Found: Allow .+ Instead: .+"):
        Grant(**{"scope": COMPARTMENT, **REFUSED[case]})


@pytest.mark.parametrize("text", ["x' or 1", "a\nb", "${function}", "b}", "ünicode", ""])
def test_a_value_cannot_end_its_quotes(text: str) -> None:
    """A literal that is not plain text is refused, wherever it would stand."""
    with pytest.raises(RefusedGrant, match="cannot stand in a policy statement"):
        Grant(
            principal=group(GROUP),
            verb="read",
            resource="objects",
            scope=COMPARTMENT,
            confined_to={"target.bucket.name": text},
        )


def test_an_id_that_is_no_id_is_refused() -> None:
    """What a provider returns as id is put into a statement only when it is one."""
    assert fill("x = '${f}'", {"f": "ocid1.fnfunc.oc1.phx.a"}) == "x = 'ocid1.fnfunc.oc1.phx.a'"
    with pytest.raises(RefusedGrant, match="not an id"):
        fill("x = '${f}'", {"f": "a', target.function.id = '"})


def test_two_resources_of_one_type_are_two_refs(world: Any) -> None:
    """Each resource has a name of its own in the evidence, and one resource the same name twice."""
    found: list[dict[str, Any]] = []

    def program() -> None:
        one, other = (
            oci.functions.Function(n, application_id="a", display_name=n, memory_in_mbs="128") for n in "pq"
        )
        grant = Grant(
            principal=group(GROUP),
            verb="use",
            resource="fn-invocation",
            scope=COMPARTMENT,
            confined_to={"target.function.id": one, "request.user.id": other, "target.app.id": one},
        )
        pulumi.Output.from_input(grant.evidence()).apply(found.append)

    world.run(program)

    assert "target.function.id = '${function}', request.user.id = '${function2}'" in found[0]["text"]
    assert sorted(found[0]["refs"]) == ["function", "function2"]
