"""What Web Application Firewall refuses of a policy: names that lead nowhere, and conditions too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.waf import POLICY

_MODULES = (
    "requestAccessControl",
    "requestProtection",
    "requestRateLimiting",
    "responseAccessControl",
    "responseProtection",
)
_RESERVED = "Default Action"
_LONGEST_CONDITION = 1024  # characters; Oracle's page "Understanding Conditions"


class PolicyRules(Rules):
    """A policy's rules name its own actions."""

    def write(self, call: Call) -> None:
        actions = [str(each.get("name")) for each in call.inputs.get("actions") or ()]
        if len(set(actions)) != len(actions):
            raise InvalidParameter("actions must have different names")
        if _RESERVED in actions:
            raise InvalidParameter(f"an action must not be called {_RESERVED}, which is reserved")
        for place, name in _named(call.inputs):
            if name not in actions:
                raise InvalidParameter(f"{place} names the action {name!r}, which the policy does not have")
        for place, rule in _rules(call.inputs):
            if len(str(rule.get("condition") or "")) > _LONGEST_CONDITION:
                raise InvalidParameter(f"the condition of {place} has over {_LONGEST_CONDITION} characters")


def _rules(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for module in _MODULES:
        for index, rule in enumerate((inputs.get(module) or {}).get("rules") or ()):
            yield f"{module}.rules[{index}]", rule


def _named(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every action that a rule or a default names, with its place."""
    default = (inputs.get("requestAccessControl") or {}).get("defaultActionName")
    if default:
        yield "requestAccessControl.defaultActionName", str(default)
    for place, rule in _rules(inputs):
        if rule.get("actionName"):
            yield f"{place}.actionName", str(rule["actionName"])


RULES = {POLICY: PolicyRules()}
