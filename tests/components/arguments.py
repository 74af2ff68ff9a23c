"""Good arguments of each component, and how one is refused: what the tests of the components share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from components import (
    AiFunction,
    AiFunctionArgs,
    AlarmTriggerArgs,
    ApiFrontArgs,
    BucketLifecycleArgs,
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
    QueueArgs,
    RotationTriggerArgs,
    ScheduleTriggerArgs,
    StreamArgs,
    TopicArgs,
    TopicTriggerArgs,
    WebFirewallArgs,
)
from components.api_front import Route
from components.errors import BadArguments
from components.function_image import GivenImage
from components.grants.function_grants import FunctionIdentity
from components.values.api_route import ApiRoute, TokenOptions
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
JWKS = "https://idcs-0a.identity.oraclecloud.com/admin/v1/SigningCert/jwk"
TOKENS = TokenOptions(audiences=["ai-api"], jwks_uri=JWKS)
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
    "api": {
        "compartment_id": COMPARTMENT,
        "subnet_id": SUBNET,
        "prefix": "apps-api",
        "jwt": TOKENS,
        "routes": {},
    },
    "firewall": {
        "compartment_id": COMPARTMENT,
        "display_name": "apps-api",
        "load_balancer_id": "ocid1.loadbalancer.oc1.eu-frankfurt-1.aaaaaaaabalancer",
    },
    "bucket": {"compartment_id": COMPARTMENT, "bucket_name": "ai-results-dev", "namespace": "ax"},
    "lifecycle": {
        "bucket": None,
        "compartment_id": COMPARTMENT,
        "bucket_name": "ai-results-dev",
        "namespace": "ax",
        "region": "eu-frankfurt-1",
        "policy_name": "ai-results-dev-lifecycle",
        "delete_after_days": 90,
    },
    "own_topic": {"compartment_id": COMPARTMENT, "topic_name": "alerts-dev"},
    "queue": {"compartment_id": COMPARTMENT, "display_name": "jobs-dev"},
    "stream": {"compartment_id": COMPARTMENT, "stream_name": "feed-dev"},
    "trigger": {
        "target": None,
        "compartment_id": COMPARTMENT,
        "prefix": "apps-results",
        "filter": EventFilter(event_types=[EventType.CLOUDGUARD_PROBLEMDETECTED]),
        "event_principal": "both",
    },
    "access": {"function": None, "application": object(), "tenancy_id": TENANCY, "prefix": "apps-responder"},
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
    "topic_trigger": {"target": None, "compartment_id": COMPARTMENT, "topic": "ocid1.onstopic.oc1..a"},
    "connector": {"target": None, "compartment_id": COMPARTMENT, "prefix": "apps-feed"},
    "rotation": {
        "target": None,
        "compartment_id": COMPARTMENT,
        "tenancy_id": TENANCY,
        "prefix": "apps-password",
    },
    "policy": {"compartment_id": COMPARTMENT, "policy_name": "p", "description": "d", "grants": []},
}
CLASSES: dict[str, Callable[..., Any]] = {
    "application": FunctionsApplicationArgs,
    "image": FunctionImageArgs,
    "function": AiFunctionArgs,
    "edge": EdgeProtectionArgs,
    "api": ApiFrontArgs,
    "firewall": WebFirewallArgs,
    "bucket": EventBucketArgs,
    "lifecycle": BucketLifecycleArgs,
    "own_topic": TopicArgs,
    "queue": QueueArgs,
    "stream": StreamArgs,
    "trigger": EventTriggerArgs,
    "schedule": ScheduleTriggerArgs,
    "alarm": AlarmTriggerArgs,
    "topic_trigger": TopicTriggerArgs,
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


def route_to(function: Any, path: str = "/grade", **options: Any) -> Route:
    """A route to a function: the resource, or None where only arguments are looked at."""
    target = FunctionIdentity(function=function, compartment_id=COMPARTMENT)
    return Route(route=ApiRoute(path=path, **options), target=target)


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
