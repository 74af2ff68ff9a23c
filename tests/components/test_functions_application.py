"""The application with its invoke log: what it registers, and what it refuses."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components import (
    FunctionsApplication,
)
from components.functions_application import name_in_oci
from tests.components.arguments import (
    GROUP,
    SUBNET,
    TENANCY,
    arguments,
    refusal,
)

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
    ({"subnet_ids": []}, "subnet_ids: needs one to three different subnets"),
    ({"subnet_ids": [SUBNET] * 2}, "subnet_ids: needs one to three different subnets"),
    ({"subnet_ids": [GROUP]}, "subnet_ids: expected the OCID of a subnet, found one of a group"),
    ({"shape": "X86"}, "shape: X86 is not one of GENERIC_X86, GENERIC_ARM, GENERIC_X86_ARM"),
    (
        {"network_security_group_ids": [f"ocid1.networksecuritygroup.oc1.phx.{n}" for n in range(6)]},
        "network_security_group_ids: expected at most 5 network security groups, found 6",
    ),
    ({"config": {"FN_X": "1"}}, "config: key FN_X has a prefix"),
    ({"log_retention_in_days": 31}, "log_retention_in_days: 31 is not one of 30, 60"),
    (
        {"image_signing_key_ids": [GROUP]},
        "image_signing_key_ids: expected the OCID of a key, found one of a group",
    ),
    ({"trace_domain_id": GROUP}, "trace_domain_id: expected the OCID of an apmdomain, found one of a group"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("application", changes).startswith(reason)


def test_the_application_has_its_invoke_log(world: Any, minted: Any) -> None:
    """The log is the service log of functions, category invoke, of the application itself."""
    world.run(lambda: FunctionsApplication("a", arguments("application", log_retention_in_days=90)))

    log = world.one("oci:Logging/log:Log").inputs
    assert log["configuration"]["source"] == {
        "sourceType": "OCISERVICE",
        "service": "functions",
        "category": "invoke",
        "resource": minted("oci:Functions/application:Application", "a-application"),
    }
    assert (log["logType"], log["isEnabled"], log["retentionDuration"]) == ("SERVICE", True, 90)


def test_the_application_can_check_signatures_and_trace(world: Any) -> None:
    """Keys switch the image policy on, a domain switches tracing on; otherwise both are said to be off."""
    key, domain = "ocid1.key.oc1.eu-frankfurt-1.k", "ocid1.apmdomain.oc1.eu-frankfurt-1.d"

    def program() -> None:
        FunctionsApplication("plain", arguments("application"))
        changes = {"image_signing_key_ids": [key], "trace_domain_id": domain}
        FunctionsApplication("strict", arguments("application", **changes))

    world.run(program)

    plain, strict = (world.named(f"{name}-application").inputs for name in ("plain", "strict"))
    assert strict["imagePolicyConfig"] == {"isPolicyEnabled": True, "keyDetails": [{"kmsKeyId": key}]}
    assert strict["traceConfig"] == {"isEnabled": True, "domainId": domain}
    assert plain["imagePolicyConfig"] == {"isPolicyEnabled": False, "keyDetails": []}
    assert plain["traceConfig"] == {"isEnabled": False}


def test_the_order_of_subnets_does_not_matter(world: Any) -> None:
    """OCI takes another order for other subnets, and replaces the application."""
    one, other = (f"{SUBNET}{end}" for end in "ab")

    def program() -> None:
        FunctionsApplication("a", arguments("application", subnet_ids=[other, one]))
        FunctionsApplication("b", arguments("application", subnet_ids=[one, other]))

    world.run(program)

    first, second = (world.named(f"{name}-application").inputs for name in "ab")
    assert first == second
    assert first["subnetIds"] == [one, other]


@pytest.mark.parametrize(
    "changes", [{"subnet_ids": [f"{SUBNET}2"]}, {"shape": "GENERIC_ARM"}, {"display_name": "others"}]
)
def test_what_replaces_the_application_renames_it(changes: dict[str, Any]) -> None:
    """So the new one can stand beside the old one; what OCI changes in place renames nothing."""
    usual = name_in_oci(arguments("application"))

    assert usual != name_in_oci(arguments("application", **changes))
    assert usual == name_in_oci(arguments("application", log_retention_in_days=60, config={"A": "1"}))


def test_children_get_no_options_of_their_component(world: Any) -> None:
    """What a component is given beyond its place (here: ignored changes) does not leak to its children."""
    options = pulumi.ResourceOptions(ignore_changes=["displayName"])

    world.run(lambda: FunctionsApplication("a", arguments("application"), options))

    ignored = {each.name: each.ignore_changes for each in world.recorder.registered.values()}
    assert ignored.pop("a") == ("displayName",)
    assert set(ignored.values()) == {()}
