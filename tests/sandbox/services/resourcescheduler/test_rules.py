"""What Resource Scheduler refuses and fills in."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from sandbox.services.resourcescheduler import SCHEDULE
from sandbox.services.resourcescheduler.recurrence import occurrences
from tests.sandbox.conftest import COMPARTMENT, Client, refused

FUNCTION = "ocid1.fnfunc.oc1.iad.aaaaforeign"
BEGUN = datetime(2026, 3, 27, 12, 0, tzinfo=UTC).timestamp()


def _schedule(**more: Any) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "displayName": "nightly",
        "action": "START_RESOURCE",
        "recurrenceType": "CRON",
        "recurrenceDetails": "0 2 * * *",
        "resources": [{"id": FUNCTION}],
        **more,
    }


def _first(count: int, after: float = BEGUN, **inputs: Any) -> list[str]:
    found = islice(occurrences(_schedule(**inputs), BEGUN, after), count)
    return [f"{datetime.fromtimestamp(time, UTC):%m-%d %H:%M}" for time in found]


def test_a_schedule_says_when_it_runs_next(oci: Client) -> None:
    """And is active from its creation on."""
    made = oci.create(SCHEDULE, "s", _schedule())

    assert made.outputs["state"] == "ACTIVE"
    assert made.outputs["timeNextRun"].endswith("02:00:00.000 +0000 UTC")


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        ({"recurrenceDetails": "every night"}, "is not a cron expression of 5 fields"),
        ({"recurrenceDetails": "0 0 2 * * *"}, "is not a cron expression of 5 fields"),
        ({"recurrenceType": "ICAL"}, "is not an RFC 5545 recurrence"),
        ({"recurrenceType": "DAILY"}, "recurrenceType must be one of CRON, ICAL"),
        ({"localTimeZone": "Mars/Olympus"}, "is not an IANA time zone"),
        ({"action": "START"}, "action must be"),
    ],
)
def test_what_cannot_be_followed_is_refused(oci: Client, inputs: dict[str, Any], text: str) -> None:
    """At create."""
    refused(oci, SCHEDULE, _schedule(**inputs), text)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, ["03-28 02:00", "03-29 02:00", "03-30 02:00"]),
        ({"recurrenceDetails": "*/30 12 * * 1-5"}, ["03-27 12:30", "03-30 12:00", "03-30 12:30"]),
        (
            {"recurrenceType": "ICAL", "recurrenceDetails": "FREQ=DAILY;INTERVAL=2"},
            ["03-29 12:00", "03-31 12:00", "04-02 12:00"],
        ),
        ({"recurrenceType": "ICAL", "recurrenceDetails": "FREQ=HOURLY;COUNT=2"}, ["03-27 13:00"]),
        # Berlin puts its clocks forward on March 29.
        (
            {"recurrenceDetails": "0 6 * * *", "localTimeZone": "Europe/Berlin"},
            ["03-28 05:00", "03-29 04:00"],
        ),
        ({"timeStarts": "2026-04-01T00:00:00Z"}, ["04-01 02:00", "04-02 02:00"]),
        ({"timeEnds": "2026-03-29T00:00:00Z"}, ["03-28 02:00"]),
        (
            {
                "recurrenceType": "ICAL",
                "recurrenceDetails": "FREQ=DAILY",
                "timeStarts": "2026-04-01 02:30:00 +0000 UTC",
            },
            ["04-01 02:30", "04-02 02:30"],
        ),
    ],
)
def test_when_it_is_due(inputs: dict[str, Any], expected: list[str]) -> None:
    """By the clock of its time zone, between its start and its end."""
    found = _first(len(expected) if len(expected) > 1 else 5, **inputs)

    assert found[: len(expected)] == expected
    assert len(expected) > 1 or len(found) == 1
