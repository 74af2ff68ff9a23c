"""The edge WAF policy: what it registers, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from components import (
    EdgeProtection,
)
from tests.components.arguments import (
    GROUP,
    RULE,
    arguments,
    refusal,
)

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
    ({"rules": {}}, "rules: needs at least one rule"),
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
