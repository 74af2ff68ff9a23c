"""Connectors: the exact statement of each, and its evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_oci as oci
import pytest

from components.grants.connectors import (
    BucketTarget,
    FunctionIdentity,
    GatewayIdentity,
    RuleIdentity,
    SecretTarget,
    TopicTarget,
    allow,
)
from components.grants.grant import Grant, dynamic_group, group, group_named, service

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
