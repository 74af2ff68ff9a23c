"""What Events refuses and fills in. Sources: Oracle's pages on managing rules and on limits of Events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.errors import InvalidParameter, LimitExceeded, MissingParameter
from sandbox.services import judging
from sandbox.services.functions.rules import FUNCTION
from sandbox.services.ons.rules import TOPIC
from sandbox.services.rules import Call, Failure, Rules

RULE = "oci:Events/rule:Rule"

MOST_RULES = 50
MOST_ACTIONS = 10

# Action type -> the input that says where it goes.
TARGETS = {"FAAS": "functionId", "ONS": "topicId", "OSS": "streamId"}
# The SDK has two spellings for the list of actions; the shorter is the current one.
_LISTS = ("action", "actions")


class EventRules(Rules):
    """A rule: which events, and what to do with them."""

    def check(self, inputs: Mapping[str, Any]) -> Iterable[Failure]:
        condition, details = inputs.get("condition"), inputs.get("conditionDetails")
        if isinstance(condition, str) and judging.parsed_json(condition) is None:
            yield Failure("condition", "contains an invalid JSON")
        if condition is not None and details is not None:
            yield Failure("condition", 'conflicts with "conditionDetails"')
        data = details.get("data") if isinstance(details, dict) else None
        if isinstance(data, str) and judging.parsed_json(data) is None:
            yield Failure("conditionDetails.data", "contains an invalid JSON")
        actions = inputs.get("actions")
        if isinstance(actions, dict) and all(actions.get(name) for name in _LISTS):
            yield Failure("actions.action", 'conflicts with "actions.actions"')
        for action in actions_of(inputs):
            kind = action.get("actionType") if isinstance(action, dict) else None
            if isinstance(kind, str) and kind.upper() not in TARGETS:
                yield Failure("actions", f"expected actionType to be one of {', '.join(TARGETS)}, got {kind}")

    def same(self, name: str, old: Any, new: Any) -> bool:
        return name == "condition" and judging.same_json(old, new)

    def create(self, call: Call) -> None:
        if call.store.count(RULE) >= MOST_RULES:
            raise LimitExceeded(f"the tenancy's limit of {MOST_RULES} rules (rule-count) is reached")
        self.write(call)

    def write(self, call: Call) -> None:
        judging.filled(call.inputs, "displayName")
        _judge_condition(condition_of(call.inputs))
        actions = list(actions_of(call.inputs))
        if not 1 <= len(actions) <= MOST_ACTIONS:
            raise InvalidParameter(f"a rule has 1 to {MOST_ACTIONS} actions, not {len(actions)}")
        for number, action in enumerate(actions, 1):
            _judge_action(call, number, action)

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
            "condition": condition_of(call.inputs),
            "actions": _shown_actions(call, outputs["actions"]),
        }


def actions_of(inputs: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The actions of a rule, whichever way they are spelt."""
    actions = inputs.get("actions")
    if isinstance(actions, dict):
        for name in _LISTS:
            listed = actions.get(name)
            if isinstance(listed, list):
                yield from listed


def condition_of(inputs: Mapping[str, Any]) -> str:
    """The condition as one JSON text; empty where there is none."""
    if inputs.get("condition"):
        return str(inputs["condition"])
    details = inputs.get("conditionDetails") or {}
    written: dict[str, Any] = {}
    if details.get("eventTypes"):
        written["eventType"] = details["eventTypes"]
    if details.get("data"):
        written["data"] = judging.parsed_json(details["data"])
    return json.dumps(written) if written else ""


def _judge_condition(text: str) -> None:
    if not text:
        raise MissingParameter("one of condition or condition_details must be specified")
    condition = judging.parsed_json(text)
    if not isinstance(condition, dict):
        raise InvalidParameter("condition must be a JSON object")
    types = condition.get("eventType")
    if types is None:
        return
    listed = types if isinstance(types, list) else [types]
    if not listed or not all(isinstance(item, str) and item for item in listed):
        raise InvalidParameter("eventType in the condition must be a string or a list of strings")


def _judge_action(call: Call, number: int, action: Mapping[str, Any]) -> None:
    kind = str(action.get("actionType")).upper()
    field = TARGETS[kind]
    target = action.get(field)
    if not target:
        raise MissingParameter(f"action {number} of type {kind} needs {field}")
    odd = [name for name in TARGETS.values() if name != field and action.get(name)]
    if odd:
        raise InvalidParameter(f"action {number} of type {kind} takes {field}, not {odd[0]}")
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
