"""How the Pulumi provider treats the types of Events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import validation
from sandbox.services.bridge_base import Bridge, Failure
from sandbox.services.events import RULE
from sandbox.services.events.rule_spec import LISTS, TARGETS, actions_of


class RuleBridge(Bridge):
    """Rules."""

    def check(self, inputs: Mapping[str, Any]) -> Iterable[Failure]:
        condition, details = inputs.get("condition"), inputs.get("conditionDetails")
        if isinstance(condition, str) and validation.parsed_json(condition) is None:
            yield Failure("condition", "contains an invalid JSON")
        if condition is not None and details is not None:
            yield Failure("condition", 'conflicts with "conditionDetails"')
        data = details.get("data") if isinstance(details, dict) else None
        if isinstance(data, str) and validation.parsed_json(data) is None:
            yield Failure("conditionDetails.data", "contains an invalid JSON")
        actions = inputs.get("actions")
        if isinstance(actions, dict) and all(actions.get(name) for name in LISTS):
            yield Failure("actions.action", 'conflicts with "actions.actions"')
        for action in actions_of(inputs):
            kind = action.get("actionType") if isinstance(action, dict) else None
            if isinstance(kind, str) and kind.upper() not in TARGETS:
                yield Failure("actions", f"expected actionType to be one of {', '.join(TARGETS)}, got {kind}")


BRIDGES = {
    RULE: RuleBridge(
        force_new=(),
        unordered={"actions.action", "actions.actions"},
        compared={"condition": "json", "conditionDetails.data": "json"},
        dropped={"conditionDetails.data", "conditionDetails.eventTypes"},
    ),
}
