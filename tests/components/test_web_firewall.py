"""The regional firewall: what it registers, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from components import WebFirewall
from components.values.ai_endpoint import conditions
from tests.components.arguments import GROUP, arguments, refusal

POLICY, FIREWALL = "oci:Waf/appFirewallPolicy:AppFirewallPolicy", "oci:Waf/appFirewall:AppFirewall"


@pytest.mark.parametrize(("mode", "kinds"), [("DETECT", {"CHECK"}), ("BLOCK", {"RETURN_HTTP_RESPONSE"})])
def test_each_rule_has_its_own_answer(world: Any, mode: str, kinds: set[str]) -> None:
    """What no rule is about passes; in DETECT everything does, with a line in the log."""
    args = arguments("firewall", mode=mode)

    world.run(lambda: WebFirewall("w", args))

    inputs = world.one(POLICY).inputs
    actions = {each["name"]: each for each in inputs["actions"]}
    control = inputs["requestAccessControl"]
    assert actions.pop(control["defaultActionName"])["type"] == "ALLOW"
    assert {each["type"] for each in actions.values()} == kinds
    assert [(each["actionName"], each["condition"]) for each in control["rules"]] == [
        (name, each.holds) for name, each in conditions(args).items()
    ]
    codes = [each.get("code") for each in actions.values()]
    assert codes == ([None] * 4 if mode == "DETECT" else [405, 415, 413, 411])


def test_it_stands_before_the_load_balancer(world: Any, minted: Any) -> None:
    """With its policy; OCI knows no other backend."""
    world.run(lambda: WebFirewall("w", arguments("firewall")))

    inputs = world.one(FIREWALL).inputs
    assert inputs["backendType"] == "LOAD_BALANCER"
    assert inputs["loadBalancerId"] == arguments("firewall").load_balancer_id
    assert inputs["webAppFirewallPolicyId"] == minted(POLICY, "w-policy")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"load_balancer_id": GROUP}, "load_balancer_id: expected the OCID of a loadbalancer"),
        ({"mode": "OFF"}, "mode: OFF is not one of DETECT, BLOCK"),
        ({"methods": ("ANY",)}, "methods: ANY would let every method through"),
        ({"max_body_in_bytes": 0}, "max_body_in_bytes: 0 is not between"),
        (
            {"content_types": tuple(f"application/{'x' * 100}{n}" for n in range(10))},
            "content_types: make a condition of more than 1024 characters",
        ),
    ],
)
def test_what_oci_would_refuse_is_refused(changes: dict[str, Any], reason: str) -> None:
    """Another resource than a load balancer, rules that let everything through, too long a condition."""
    assert refusal("firewall", changes).startswith(reason)
