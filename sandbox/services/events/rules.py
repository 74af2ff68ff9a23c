"""What Events refuses and fills in. Sources: Oracle's pages on managing rules and on limits of Events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud import validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter, LimitExceeded, MissingParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.events import RULE
from sandbox.services.events.rule_spec import TARGETS, actions_of, condition_of
from sandbox.services.functions import FUNCTION
from sandbox.services.ons import TOPIC

MOST_RULES = 50
MOST_ACTIONS = 10


class EventRules(Rules):
    """A rule: which events, and what to do with them."""

    def create(self, call: Call) -> None:
        if len(call.cloud.list(RULE)) >= MOST_RULES:
            raise LimitExceeded(
                f"the tenancy's limit of {MOST_RULES} rules in a region (rule-count) is reached"
            )
        self.write(call)

    def write(self, call: Call) -> None:
        validation.filled(call.inputs, "displayName")
        _validate_condition(condition_of(call.inputs))
        actions = list(actions_of(call.inputs))
        if not 1 <= len(actions) <= MOST_ACTIONS:
            raise InvalidParameter(f"a rule has 1 to {MOST_ACTIONS} actions, not {len(actions)}")
        for number, action in enumerate(actions, 1):
            _validate_action(call, number, action)

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {
            "state": "ACTIVE" if call.inputs.get("isEnabled") else "INACTIVE",
            "lifecycleMessage": "",
            "description": call.inputs.get("description") or "",
            "condition": condition_of(call.inputs),
            "actions": _shown_actions(call, call.inputs.get("actions") or {}),
        }

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {
            **outputs,
            "state": "ACTIVE" if call.inputs.get("isEnabled") else "INACTIVE",
            "condition": condition_of(call.inputs) or outputs.get("condition"),
            "actions": _shown_actions(call, outputs["actions"]),
        }


def _validate_condition(text: str) -> None:
    if not text:
        raise MissingParameter("one of condition or condition_details must be specified")
    condition = validation.parsed_json(text)
    if not isinstance(condition, dict):
        raise InvalidParameter("condition must be a JSON object")
    types = condition.get("eventType")
    if types is None:
        return
    listed = types if isinstance(types, list) else [types]
    if not listed or not all(isinstance(item, str) and item for item in listed):
        raise InvalidParameter("eventType in the condition must be a string or a list of strings")


def _validate_action(call: Call, number: int, action: Mapping[str, Any]) -> None:
    kind = str(action.get("actionType")).upper()
    field = TARGETS[kind]
    target = action.get(field)
    if not target:
        raise MissingParameter(f"action {number} of type {kind} requires {field}")
    odd = [name for name in TARGETS.values() if name != field and action.get(name)]
    if odd:
        raise InvalidParameter(f"action {number} of type {kind} accepts {field}, not {odd[0]}")
    if kind == "FAAS":
        call.cloud.existing(target, FUNCTION, "function")
    elif kind == "ONS":
        call.cloud.existing(target, TOPIC, "topic")


def _shown_actions(call: Call, actions: Mapping[str, Any]) -> dict[str, Any]:
    """The actions, each with the id and state the service gives it."""
    shown = {}
    for name, listed in actions.items():
        shown[name] = [
            {
                "id": action.get("id") or call.cloud.mint("eventaction"),
                "state": "ACTIVE" if action.get("isEnabled") else "INACTIVE",
                "lifecycleMessage": "",
                **{
                    key: value
                    for key, value in action.items()
                    if key not in ("state", "lifecycleMessage", "id")
                },
            }
            for action in listed
        ]
    return shown


RULES = {RULE: EventRules()}
