"""Events' part: an event that a service emitted goes to every rule that matches it, once for each action."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.cloud.deliveries import Delivery, Outbox
from sandbox.delivery.attempt import Outcome, World, arrived
from sandbox.events.dispatch import KINDS, why_not
from sandbox.events.snapshot import Rule


def through_rules(delivery: Delivery, world: World) -> Outcome:
    """Owe the event to every action of every rule that matches. Part of the transaction that is open."""
    event: Mapping[str, Any] = json.loads(delivery.payload)
    matched = [rule for rule in world.deployment.rules if not why_not(event, rule, world.deployment)]
    owed = sum(_owe(delivery, rule, world) for rule in matched)
    if not matched:
        return arrived("no rule matched")
    return arrived(f"{owed} actions of {len(matched)} rules: {', '.join(rule.name for rule in matched)}")


def _owe(delivery: Delivery, rule: Rule, world: World) -> int:
    outbox, enabled = Outbox(world.store), [action for action in rule.actions if action.enabled]
    for action in enabled:
        outbox.record(
            source=("rule", rule.id),
            destination=(KINDS.get(action.kind, action.kind), action.target),
            payload=delivery.payload,
            content_type="application/json",
            principal=rule.id,
            now=world.now,
        )
    return len(enabled)
