"""The edge WAF policy: what it registers, and what it refuses."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components import (
    EdgeProtection,
)
from components.values.ai_endpoint import AiEndpoint
from tests.components.arguments import (
    GROUP,
    RULE,
    arguments,
    refusal,
)

CUSTOM = "oci:Waas/customProtectionRule:CustomProtectionRule"
ENDPOINT = "abc.eu-frankfurt-1.functions.oci.oraclecloud.com"

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"origin": ENDPOINT}, "origin: is a function's own invoke endpoint, which answers only"),
    ({"origin": ENDPOINT.upper() + "."}, "origin: is a function's own invoke endpoint"),
    ({"origin": "https://gateway.example.com/x"}, "origin: 'https://gateway.example.com/x' is not a"),
    ({"origin": "10.0.0.7"}, "origin: 10.0.0.7 is not a public IPv4 address"),
    ({"origin": "::1"}, "origin: ::1 is not a public IPv4 address"),
    ({"origin": "localhost"}, "origin: 'localhost' is not a public host name"),
    ({"origin": "ai.example.com"}, "origin: is the protected domain itself"),
    ({"domain": "example"}, "domain: 'example' is not a public host name"),
    ({"mode": "OFF"}, "mode: OFF is not one of DETECT, BLOCK"),
    ({"rules": {}}, "rules: needs at least one rule, or ai_endpoint"),
    ({"rules": {"ai-methods": [RULE]}, "ai_endpoint": AiEndpoint()}, "rules: ai-methods is the name of a"),
    ({"ai_endpoint": AiEndpoint(methods=("ANY",))}, "ai_endpoint.methods: ANY would let every method"),
    ({"rules": {"A b": [RULE]}}, "rules: 'A b' is not a name"),
    ({"rules": {"x": "SecRule"}}, "rules.x: contains something that is not a SecRule"),
    ({"rules": {"x": []}}, "rules.x: needs at least one rule"),
    (
        {"certificate_id": GROUP},
        "certificate_id: expected the OCID of a waascertificate, found one of a group",
    ),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("edge", changes).startswith(reason)


def test_the_edge_forwards_to_the_origin_only(world: Any, minted: Any) -> None:
    """Every custom rule is attached with the mode; with a certificate nothing travels in clear."""
    certificate = "ocid1.waascertificate.oc1..c"
    changes = {"mode": "BLOCK", "certificate_id": certificate, "origin": "129.146.1.7"}

    world.run(lambda: EdgeProtection("e", arguments("edge", **changes)))

    inputs = world.one("oci:Waas/policy:Policy").inputs
    rule = minted("oci:Waas/customProtectionRule:CustomProtectionRule", "e-rule-sqli")
    assert inputs["wafConfig"] == {
        "origin": "origin",
        "customProtectionRules": [{"id": rule, "action": "BLOCK"}],
    }
    assert inputs["origins"] == [{"label": "origin", "uri": "129.146.1.7", "httpsPort": 443, "httpPort": 0}]
    assert inputs["policyConfig"] == {
        "isHttpsEnabled": True,
        "isHttpsForced": True,
        "certificateId": certificate,
    }


def test_rules_for_the_endpoint_of_a_model(world: Any) -> None:
    """They are custom protection rules beside those of one's own, attached with the same mode."""
    world.run(lambda: EdgeProtection("e", arguments("edge", ai_endpoint=AiEndpoint(), mode="BLOCK")))

    names = [each.inputs["displayName"] for each in world.all(CUSTOM)]
    attached = world.one("oci:Waas/policy:Policy").inputs["wafConfig"]["customProtectionRules"]
    assert sorted(names) == [
        f"apps-edge-{name}" for name in ("ai-body-size", "ai-content-type", "ai-methods", "sqli")
    ]
    assert [each["action"] for each in attached] == ["BLOCK"] * 4


def test_an_origin_that_is_still_to_be_created(world: Any) -> None:
    """The host name of a gateway of the same program is sent when it is known."""
    world.run(
        lambda: EdgeProtection("e", arguments("edge", origin=pulumi.Output.from_input("g.example.com")))
    )

    assert world.one("oci:Waas/policy:Policy").inputs["origins"][0]["uri"] == "g.example.com"
