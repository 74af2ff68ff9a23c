"""Invocations with nothing to grade: the firing of a schedule, and a step of a secret's rotation."""

from __future__ import annotations

from ai_events.failures import Refusal
from ai_events.strict_json import JsonValue

# What Vault asks for, and what tells it that a step failed: the rotation ends, and the secret stays as it is.
_ROTATION = frozenset({"secretId", "step"})
NOT_ROTATED = "rotation-not-served"


def is_firing(value: JsonValue) -> bool:
    """Whether a body is what a schedule of this project sends unless its config says another."""
    return isinstance(value, dict) and value.keys() == {"schedule"} and isinstance(value["schedule"], str)


def refuse_rotation(value: JsonValue) -> None:
    """Raises `Refusal` for a step of a rotation: silence would be read as success."""
    if isinstance(value, dict) and value.keys() >= _ROTATION:
        raise Refusal(NOT_ROTATED, "this handler rotates no secret; put code of your own in its place")
