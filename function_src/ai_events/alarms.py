"""A Monitoring alarm, as Notifications hands it to a subscribed function: JSON of its own, not an event.

Its `dedupeKey` stays the same while the alarm fires and when it ends; Oracle advises to tell two messages
apart by it and `timestampEpochMillis` together, so both make up the id. An alarm names no compartment.
"""

from __future__ import annotations

from typing import TypeGuard

from ai_events.envelope import Event, optional_string, required_string
from ai_events.failures import Refusal
from ai_events.routes import Route, Routed
from ai_events.severity import Severity
from ai_events.strict_json import JsonObject, JsonValue

TYPE = "alarm"
_MAX_TIME = 40
_MARKS = frozenset({"severity", "type", "title"})
# Four levels into three: an ERROR is more than a WARNING, so it is rounded up.
_SEVERITIES = {
    "CRITICAL": Severity.CRITICAL,
    "ERROR": Severity.CRITICAL,
    "WARNING": Severity.WARNING,
    "INFO": Severity.INFO,
}
_OUTCOMES = {"OK_TO_FIRING": "firing", "REPEAT": "firing", "FIRING_TO_OK": "resolved", "RESET": "reset"}
_OVER = frozenset({"resolved", "reset"})


def looks_like_alarm(value: JsonValue) -> TypeGuard[JsonObject]:
    """Whether a body is an alarm message: it lists the alarms, or has the fields that every version has."""
    return isinstance(value, dict) and ("alarmMetaData" in value or value.keys() >= _MARKS)


def read_alarm(value: JsonObject) -> Event:
    """Reads the message. Raises `Refusal` naming the field that is missing or has the wrong type."""
    # Oracle's table spells it `dedupekey`, Oracle's examples `dedupeKey`.
    key = required_string(value, "dedupekey" if "dedupekey" in value else "dedupeKey")
    time = optional_string(value, "timestamp")
    millis = value.get("timestampEpochMillis")
    moment = millis if isinstance(millis, int) and not isinstance(millis, bool) else time
    if moment is None:
        raise Refusal("missing-field", "timestampEpochMillis is missing")
    return Event(
        id=f"{key}:{str(moment)[:_MAX_TIME]}",
        type=TYPE,
        time=time,
        resource_name=optional_string(value, "title"),
        details=value,
    )


def graded(alarm: Event) -> Routed:
    """The alarm's own severity while it fires, info once it is over.

    A type that is not known counts as firing, and a severity that is not known as a warning.
    """
    outcome = _OUTCOMES.get(str(alarm.details.get("type")).upper(), "")
    if outcome in _OVER:
        return Routed(Route.OUTCOME, Severity.INFO, outcome)
    level = str(alarm.details.get("severity")).upper()
    return Routed(Route.OUTCOME, _SEVERITIES.get(level, Severity.WARNING), outcome)
