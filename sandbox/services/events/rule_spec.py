"""What a rule says, whichever of its spellings a program chose: its condition, and its actions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud import validation

# Action type -> the input that says where it goes.
TARGETS = {"FAAS": "functionId", "ONS": "topicId", "OSS": "streamId"}
# The SDK has two spellings for the list of actions; the shorter is the current one.
LISTS = ("action", "actions")


def actions_of(inputs: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The actions of a rule, whichever way they are spelt."""
    actions = inputs.get("actions")
    if isinstance(actions, dict):
        for name in LISTS:
            listed = actions.get(name)
            if isinstance(listed, list):
                yield from listed


def condition_of(inputs: Mapping[str, Any]) -> str:
    """The condition as one JSON string; empty where there is none.

    Details win: beside them a condition is what the service made of former ones.
    """
    details = inputs.get("conditionDetails") or {}
    written: dict[str, Any] = {}
    if details.get("eventTypes"):
        written["eventType"] = details["eventTypes"]
    if details.get("data"):
        written["data"] = validation.parsed_json(details["data"])
    return json.dumps(written) if written else str(inputs.get("condition") or "")
