"""Good arguments of each component, and how one is refused: what the tests of the components share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from components import (
    AiFunction,
    AiFunctionArgs,
    AlarmTriggerArgs,
    ConnectorTriggerArgs,
    EdgeProtectionArgs,
    EventBucketArgs,
    EventTriggerArgs,
    FunctionAccess,
    FunctionAccessArgs,
    FunctionImageArgs,
    FunctionsApplication,
    FunctionsApplicationArgs,
    GrantedPolicyArgs,
    RotationTriggerArgs,
    ScheduleTriggerArgs,
    TopicTriggerArgs,
)
from components.errors import BadArguments
from components.function_image import GivenImage
from components.values.event_filter import EventFilter
from components.values.event_types import EventType
from components.values.sec_rule import SecRule

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaafunctions"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"
SUBNET = "ocid1.subnet.oc1.eu-frankfurt-1.aaaaaaaasubnet"
GROUP = "ocid1.group.oc1..aaaaaaaapeople"
USER = "ocid1.user.oc1..aaaaaaaaperson"
DIGEST = "sha256:" + "c" * 64
REFERENCE = "ocir.eu-frankfurt-1.oci.oraclecloud.com/axsample/team/responder:7"
RULE = SecRule(variables=["ARGS"], operator="@detectSQLi", msg="SQL injection")

FIELDS: dict[str, dict[str, Any]] = {
    "application": {"compartment_id": COMPARTMENT, "display_name": "apps", "subnet_ids": [SUBNET]},
    "image": {"source": GivenImage(reference=REFERENCE, digest=DIGEST), "shape": "GENERIC_X86"},
    "function": {
        "compartment_id": COMPARTMENT,
        "application_id": "ocid1.fnapp.oc1.eu-frankfurt-1.a",
        "display_name": "responder",
        "image": REFERENCE,
        "image_digest": DIGEST,
    },
    "edge": {
        "compartment_id": COMPARTMENT,
        "prefix": "apps-edge",
        "domain": "ai.example.com",
        "origin": "gateway.example.com",
        "rules": {"sqli": [RULE]},
    },
    "bucket": {"compartment_id": COMPARTMENT, "bucket_name": "ai-results-dev", "namespace": "ax"},
    "trigger": {
        "target": None,
        "compartment_id": COMPARTMENT,
        "prefix": "apps-results",
        "filter": EventFilter(event_types=[EventType.CLOUDGUARD_PROBLEMDETECTED]),
        "event_principal": "both",
    },
    "schedule": {
        "target": None,
        "compartment_id": COMPARTMENT,
        "prefix": "apps-nightly",
        "cron": "0 2 * * *",
    },
    "alarm": {
        "target": None,
        "compartment_id": COMPARTMENT,
        "prefix": "apps-hot",
        "namespace": "pumps",
        "query": "Heat[1m].max() > 80",
    },
    "topic": {"target": None, "compartment_id": COMPARTMENT, "topic": "ocid1.onstopic.oc1..a"},
    "connector": {"target": None, "compartment_id": COMPARTMENT, "prefix": "apps-feed"},
    "rotation": {
        "target": None,
        "compartment_id": COMPARTMENT,
        "tenancy_id": TENANCY,
        "prefix": "apps-password",
    },
    "access": {"function": None, "application": None, "tenancy_id": TENANCY, "prefix": "apps-responder"},
    "policy": {"compartment_id": COMPARTMENT, "policy_name": "p", "description": "d", "grants": []},
}
CLASSES: dict[str, Callable[..., Any]] = {
    "application": FunctionsApplicationArgs,
    "image": FunctionImageArgs,
    "function": AiFunctionArgs,
    "edge": EdgeProtectionArgs,
    "bucket": EventBucketArgs,
    "trigger": EventTriggerArgs,
    "schedule": ScheduleTriggerArgs,
    "alarm": AlarmTriggerArgs,
    "topic": TopicTriggerArgs,
    "connector": ConnectorTriggerArgs,
    "rotation": RotationTriggerArgs,
    "access": FunctionAccessArgs,
    "policy": GrantedPolicyArgs,
}


def arguments(kind: str, **changes: Any) -> Any:
    """Good arguments of a component, with changes."""
    return CLASSES[kind](**{**FIELDS[kind], **changes})


OBJECT = EventFilter(event_types=[EventType.OBJECTSTORAGE_CREATEOBJECT])


def refusal(kind: str, changes: dict[str, Any]) -> str:
    """The one line that good arguments with these changes are refused with, without its place."""
    with pytest.raises(BadArguments) as refused:
        arguments(kind, **changes, config_path="Pulumi.dev.yaml: here")
    (line,) = refused.value.lines
    assert line.startswith("Pulumi.dev.yaml: here.")
    return line.removeprefix("Pulumi.dev.yaml: here.")


def access(**changes: Any) -> FunctionAccess:
    """A function with its access, inside a running program."""
    application = FunctionsApplication("a", arguments("application"))
    function = AiFunction("f", arguments("function", application_id=application.application_id))
    return FunctionAccess(
        "f-access", arguments("access", function=function, application=application, **changes)
    )


def statements(world: Any) -> list[str]:
    """All statements of all policies."""
    return [text for each in world.all("oci:Identity/policy:Policy") for text in each.inputs["statements"]]
