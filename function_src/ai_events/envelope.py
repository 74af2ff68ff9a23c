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

from ai_events.failures import Refusal, kind, quote
from ai_events.strict_json import JsonObject, JsonValue

_MAX_ID = 200
_MAX_TAG_KEY, _MAX_TAG_VALUE = 100, 256


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
    compartments = (
        optional_string(data, "compartmentId", "data."),
        optional_string(extensions, "compartmentId", "extensions."),
    )
    return Event(
        id=required_string(value, "eventID"),
        type=required_string(value, "eventType"),
        time=optional_string(value, "eventTime"),
        source=optional_string(value, "source"),
        compartment_ids=frozenset(ocid for ocid in compartments if ocid),
        resource_name=optional_string(data, "resourceName", "data."),
        resource_id=optional_string(data, "resourceId", "data."),
        freeform_tags=_tags(data),
        details=_object(data, "additionalDetails", prefix="data."),
    )


def _check_version(value: JsonObject) -> None:
    version = value.get("cloudEventsVersion")
    if "specversion" in value or (version is not None and version != "0.1"):
        given = value.get("specversion", version)
        shown = quote(given) if isinstance(given, str) else kind(given)
        raise Refusal("unsupported-envelope", f"expected CloudEvents '0.1', which OCI sends, found {shown}")


def _object(container: JsonObject, name: str, *, required: bool = False, prefix: str = "") -> JsonObject:
    value = container.get(name)
    if value is None and not required:
        return {}
    if not isinstance(value, dict):
        problem = "missing-field" if value is None else "wrong-shape"
        raise Refusal(problem, f"{prefix}{name}: expected an object, found {kind(value)}")
    return value


def optional_string(container: JsonObject, name: str, prefix: str = "") -> str | None:
    """A string, or None where it is missing or null. Raises `Refusal` (wrong-shape) for anything else."""
    value = container.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Refusal("wrong-shape", f"{prefix}{name}: expected a string, found {kind(value)}")


def required_string(container: JsonObject, name: str) -> str:
    """A string that must be there, not empty, and short enough for a log line. Raises `Refusal`."""
    value = optional_string(container, name)
    if not value:
        raise Refusal("missing-field", f"{name} is missing")
    if len(value) > _MAX_ID:
        raise Refusal("wrong-shape", f"{name} is longer than {_MAX_ID} characters")
    return value


def _tags(data: JsonObject) -> dict[str, str]:
    """Free-form tags in either spelling. Nothing is decided by them: odd ones are left out, not refused.

    OCI's own limits keep the answer that carries them small.
    """
    tags = data.get("freeformTags") or data.get("freeFormTags")
    if not isinstance(tags, dict):
        return {}
    return {
        key: value
        for key, value in tags.items()
        if isinstance(value, str) and len(key) <= _MAX_TAG_KEY and len(value) <= _MAX_TAG_VALUE
    }
