"""OCI's event envelope (CloudEvents 0.1, not 1.0), read leniently.

Real events differ from Oracle's page: `freeformTags` for the documented `freeFormTags`, `ObjectStorage` for
`objectstorage` as source, `additionalDetails` or tags absent. What a decision rests on is required (type, id,
compartment where the function is confined to some); everything else may be missing. A field that is present
with the wrong JSON type is refused: guessing would be worse than asking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from ai_events.failures import Refusal, quote
from ai_events.strict_json import JsonValue

JsonObject = dict[str, JsonValue]
_MAX_ID = 200


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event, with the names this project uses.

    `compartment_ids` holds every compartment the envelope names (normally one), because a check that looked
    at only one of them could be talked past with the other.
    """

    id: str
    type: str
    time: str | None = None
    source: str | None = None
    compartment_ids: frozenset[str] = frozenset()
    resource_name: str | None = None
    resource_id: str | None = None
    freeform_tags: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, JsonValue] = field(default_factory=dict)


def looks_like_event(value: JsonValue) -> TypeGuard[JsonObject]:
    """Whether a body claims to be an event at all, as opposed to an AI result sent directly."""
    return isinstance(value, dict) and not value.keys().isdisjoint(
        {"eventType", "eventID", "cloudEventsVersion", "specversion"}
    )


def read_event(value: JsonObject) -> Event:
    """Reads the envelope. Raises `Refusal` naming the field that is missing or has the wrong type."""
    _check_version(value)
    data = _object(value, "data", required=True)
    extensions = _object(value, "extensions")
    compartments = (_text(data, "compartmentId", "data."), _text(extensions, "compartmentId", "extensions."))
    return Event(
        id=_required_text(value, "eventID"),
        type=_required_text(value, "eventType"),
        time=_text(value, "eventTime"),
        source=_text(value, "source"),
        compartment_ids=frozenset(ocid for ocid in compartments if ocid),
        resource_name=_text(data, "resourceName", "data."),
        resource_id=_text(data, "resourceId", "data."),
        freeform_tags=_tags(data),
        details=_object(data, "additionalDetails", prefix="data."),
    )


def _check_version(value: JsonObject) -> None:
    version = value.get("cloudEventsVersion")
    if "specversion" in value or (version is not None and version != "0.1"):
        shown = value.get("specversion", version)
        raise Refusal("unsupported-envelope", f"CloudEvents {quote(shown)}: OCI sends version '0.1'")


def _object(container: JsonObject, name: str, *, required: bool = False, prefix: str = "") -> JsonObject:
    value = container.get(name)
    if value is None and not required:
        return {}
    if not isinstance(value, dict):
        problem = "missing-field" if value is None else "wrong-shape"
        raise Refusal(problem, f"{prefix}{name} must be an object")
    return value


def _text(container: JsonObject, name: str, prefix: str = "") -> str | None:
    value = container.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Refusal("wrong-shape", f"{prefix}{name} must be text, not {quote(value)}")


def _required_text(container: JsonObject, name: str) -> str:
    value = _text(container, name)
    if not value:
        raise Refusal("missing-field", f"{name} is missing")
    if len(value) > _MAX_ID:
        raise Refusal("wrong-shape", f"{name} is longer than {_MAX_ID} characters")
    return value


def _tags(data: JsonObject) -> dict[str, str]:
    """Free-form tags in either spelling. Nothing is decided by them: odd ones are left out, not refused."""
    tags = data.get("freeformTags") or data.get("freeFormTags")
    if not isinstance(tags, dict):
        return {}
    return {key: value for key, value in tags.items() if isinstance(value, str)}
