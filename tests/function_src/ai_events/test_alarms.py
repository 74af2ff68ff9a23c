"""Monitoring alarms, in the shape that Notifications delivers."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.alarms import graded, looks_like_alarm, read_alarm
from ai_events.failures import Refusal

ALARM: dict[str, Any] = {
    "dedupeKey": "6a1b2c3d-0000-4000-8000-5e6f70819203",
    "title": "Queue is too long",
    "body": "See the runbook",
    "type": "OK_TO_FIRING",
    "severity": "CRITICAL",
    "timestampEpochMillis": 1772359200000,
    "timestamp": "2026-03-01T10:00:00Z",
    "alarmMetaData": [{"id": "ocid1.alarm.oc1.eu-frankfurt-1.x", "status": "FIRING", "severity": "CRITICAL"}],
    "version": 1.5,
}


def without(*names: str) -> dict[str, Any]:
    """The alarm without these fields."""
    return {key: value for key, value in ALARM.items() if key not in names}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ALARM, True),
        (without("alarmMetaData"), True),
        ({"alarmMetaData": []}, True),
        ({"score": 0.5, "severity": "x", "type": "y"}, False),
        ([ALARM], False),
        (None, False),
    ],
)
def test_an_alarm_is_told_from_a_result(value: Any, expected: bool) -> None:
    """By the list of alarms, or by the three fields that every version has."""
    assert expected is looks_like_alarm(value)


def test_an_alarm_becomes_an_event() -> None:
    """Its title is the resource, and its id tells every message apart."""
    event = read_alarm(ALARM)

    assert event.id == "6a1b2c3d-0000-4000-8000-5e6f70819203:1772359200000"
    assert (event.type, event.time, event.resource_name) == (
        "alarm",
        "2026-03-01T10:00:00Z",
        "Queue is too long",
    )


def test_firing_and_resolved_have_different_ids() -> None:
    """`dedupeKey` stays the same: a consumer that dropped by it alone would never learn the end."""
    later = read_alarm(ALARM | {"type": "FIRING_TO_OK", "timestampEpochMillis": 1772359260000})

    assert later.id != read_alarm(ALARM).id


def test_the_spelling_of_oracles_table_is_taken_too() -> None:
    """`dedupekey` in the table, `dedupeKey` in the examples; the time as text where the number is missing."""
    alarm = without("dedupeKey", "timestampEpochMillis") | {"dedupekey": "k"}

    assert read_alarm(alarm).id == "k:2026-03-01T10:00:00Z"


@pytest.mark.parametrize(
    ("kind", "level", "severity", "outcome"),
    [
        ("OK_TO_FIRING", "CRITICAL", "critical", "firing"),
        ("OK_TO_FIRING", "ERROR", "critical", "firing"),
        ("REPEAT", "WARNING", "warning", "firing"),
        ("OK_TO_FIRING", "info", "info", "firing"),
        ("FIRING_TO_OK", "CRITICAL", "info", "resolved"),
        ("RESET", "CRITICAL", "info", "reset"),
        ("UNHEARD-OF", "CRITICAL", "critical", ""),
        (None, "CRITICAL", "critical", ""),
        ("OK_TO_FIRING", "UNHEARD-OF", "warning", "firing"),
        ("OK_TO_FIRING", None, "warning", "firing"),
        (["FIRING_TO_OK"], {"x": 1}, "warning", ""),
    ],
)
def test_an_alarm_says_how_bad_it_is(kind: Any, level: Any, severity: str, outcome: str) -> None:
    """Rounded up where this project has fewer levels; nothing unknown makes it quiet."""
    found = graded(read_alarm(ALARM | {"type": kind, "severity": level}))

    assert (severity, outcome) == (found.severity, found.outcome)


@pytest.mark.parametrize(
    ("alarm", "code", "message"),
    [
        (without("dedupeKey"), "missing-field", "dedupeKey is missing"),
        (ALARM | {"dedupeKey": ""}, "missing-field", "dedupeKey is missing"),
        (ALARM | {"dedupeKey": 7}, "wrong-shape", "dedupeKey: expected a string, found a number"),
        (ALARM | {"dedupeKey": "x" * 201}, "wrong-shape", "dedupeKey is longer than 200 characters"),
        (ALARM | {"title": []}, "wrong-shape", "title: expected a string, found an array"),
        (ALARM | {"timestamp": 1}, "wrong-shape", "timestamp: expected a string, found a number"),
        (without("timestampEpochMillis", "timestamp"), "missing-field", "timestampEpochMillis is missing"),
        (
            without("timestamp") | {"timestampEpochMillis": True},
            "missing-field",
            "timestampEpochMillis is missing",
        ),
    ],
)
def test_what_the_id_rests_on_is_required(alarm: dict[str, Any], code: str, message: str) -> None:
    """Without it two messages could not be told apart."""
    with pytest.raises(Refusal) as caught:
        read_alarm(alarm)

    assert (code, message) == (caught.value.code, caught.value.message)
