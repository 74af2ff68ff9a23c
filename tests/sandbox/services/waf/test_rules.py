"""What Web Application Firewall refuses."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services.waf import POLICY
from tests.sandbox.conftest import COMPARTMENT, Client, refused


def policy(*actions: str, condition: str = "true", action: str = "block", default: str = "ok") -> Any:
    """The inputs of a policy with one rule."""
    rule = {
        "type": "ACCESS_CONTROL",
        "name": "r",
        "actionName": action,
        "condition": condition,
        "conditionLanguage": "JMESPATH",
    }
    return {
        "compartmentId": COMPARTMENT,
        "actions": [{"name": each, "type": "ALLOW"} for each in actions or ("ok", "block")],
        "requestAccessControl": {"defaultActionName": default, "rules": [rule]},
    }


def test_a_policy_whose_rules_name_its_actions(oci: Client) -> None:
    """Is taken, with a condition as long as they get."""
    assert oci.create(POLICY, "p", policy(condition="x" * 1024)).id


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        (policy(action="other"), "requestAccessControl.rules[0].actionName names the action 'other'"),
        (policy(default="other"), "requestAccessControl.defaultActionName names the action 'other'"),
        (policy("ok", "ok", "block"), "actions must have different names"),
        (policy("ok", "block", "Default Action"), "must not be called Default Action"),
        (policy(condition="x" * 1025), "condition of requestAccessControl.rules[0] has over 1024 characters"),
    ],
)
def test_what_a_policy_cannot_be(oci: Client, inputs: Any, reason: str) -> None:
    """Actions that are not there, twice there or reserved; a condition that is too long."""
    refused(oci, POLICY, inputs, reason)
