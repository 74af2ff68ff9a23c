"""Alarms on posted metrics."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import clock
from sandbox.delivery.sources import look_once
from sandbox.services.monitoring import ALARM, samples
from sandbox.services.monitoring.queries import Sample
from tests.sandbox.delivery.conftest import World

Settle = Callable[[], None]


@pytest.fixture
def compartment(world: World) -> str:
    """Where the metrics are posted."""
    return world.compartment()


def _alarm(world: World, compartment: str, **more: Any) -> str:
    topic = world.topic_of_a_function(compartment)
    made = world.add(
        ALARM,
        **{
            "compartmentId": compartment,
            "metricCompartmentId": compartment,
            "displayName": "pump is hot",
            "namespace": "pumps",
            "query": 'heat[1m]{pump = "7"}.max() > 80',
            "severity": "CRITICAL",
            "destinations": [topic],
            "isEnabled": True,
            **more,
        },
    )
    look_once(world.store, world.folder)
    return made


def _minute(world: World, compartment: str, settle: Settle, *values: float, pump: str = "7") -> None:
    """A minute in which these values are posted, and the look at it."""
    metric = samples.Metric(
        compartment_id=compartment, namespace="pumps", name="heat", dimensions={"pump": pump}
    )
    now = clock.now(world.store)
    samples.record(world.store, [(metric, [Sample(now + 1, value, 1) for value in values])])
    world.later(60)
    look_once(world.store, world.folder)
    settle()


def _told(world: World) -> list[dict[str, Any]]:
    return [json.loads(run.body) for run in world.runs]


def test_it_fires_and_it_ends(world: World, settle: Settle, compartment: str) -> None:
    """One message each; both are told to belong together."""
    _alarm(world, compartment)
    for value in (70, 90, 91, 70, 60):
        _minute(world, compartment, settle, value)
    fired, ended = _told(world)

    assert (fired["type"], ended["type"]) == ("OK_TO_FIRING", "FIRING_TO_OK")
    assert fired["dedupeKey"] == ended["dedupeKey"]
    assert ended["timestampEpochMillis"] - fired["timestampEpochMillis"] == 120_000
    assert fired["severity"] == "CRITICAL"
    assert fired["alarmMetaData"][0]["metricValues"] == [{'heat[1m]{pump = "7"}.max()': "90.00"}]
    assert fired["alarmMetaData"][0]["dimensions"] == [{"pump": "7"}]


def test_the_handler_of_the_project_reads_it(
    world: World, settle: Settle, compartment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an alarm that fires."""
    monkeypatch.setattr(sys, "path", [str(Path(__file__).resolve().parents[3] / "function_src"), *sys.path])
    from ai_events.alarms import graded, looks_like_alarm, read_alarm

    _alarm(world, compartment)
    _minute(world, compartment, settle, 90)
    (message,) = _told(world)

    assert looks_like_alarm(message)
    assert graded(read_alarm(message)).severity.value == "critical"


def test_it_must_last(world: World, settle: Settle, compartment: str) -> None:
    """As long as the pending duration says, without a minute in between."""
    _alarm(world, compartment, pendingDuration="PT3M")
    for value in (90, 90, 70, 90, 90):
        _minute(world, compartment, settle, value)
    early = len(world.runs)
    _minute(world, compartment, settle, 90)

    assert (early, [one["type"] for one in _told(world)]) == (0, ["OK_TO_FIRING"])


def test_it_is_repeated_where_it_says_so(world: World, settle: Settle, compartment: str) -> None:
    """While it goes on firing."""
    _alarm(world, compartment, repeatNotificationDuration="PT2M")
    for _ in range(6):
        _minute(world, compartment, settle, 90)

    assert [one["type"] for one in _told(world)] == ["OK_TO_FIRING", "REPEAT", "REPEAT"]


def test_absence(world: World, settle: Settle, compartment: str) -> None:
    """Fires where nothing was posted."""
    _alarm(world, compartment, query="heat[1m].absent()")
    _minute(world, compartment, settle, 1)
    silent = len(world.runs)
    _minute(world, compartment, settle)

    assert (silent, [one["type"] for one in _told(world)]) == (0, ["OK_TO_FIRING"])


@pytest.mark.parametrize(
    "more",
    [
        {"isEnabled": False},
        {"namespace": "fans"},
        {"query": 'heat[1m]{pump = "8"}.max() > 80'},
        {
            "suppression": {
                "timeSuppressFrom": "2027-01-01T00:00:00Z",
                "timeSuppressUntil": "2028-01-01T00:00:00Z",
            }
        },
    ],
)
def test_when_it_is_silent(world: World, settle: Settle, compartment: str, more: dict[str, Any]) -> None:
    """Switched off, suppressed, or about something else."""
    _alarm(world, compartment, **more)
    _minute(world, compartment, settle, 90)

    assert world.owed() == []


def test_each_minute_is_looked_at_once(world: World, settle: Settle, compartment: str) -> None:
    """Also where the clock is put forward by hours at once."""
    _alarm(world, compartment)
    metric = samples.Metric(
        compartment_id=compartment, namespace="pumps", name="heat", dimensions={"pump": "7"}
    )
    now = clock.now(world.store)
    samples.record(world.store, [(metric, [Sample(now + 600, 90, 1), Sample(now + 3000, 90, 1)])])
    world.later(3600)
    look_once(world.store, world.folder)
    look_once(world.store, world.folder)

    messages = [json.loads(one.payload) for one in world.owed("alarm")]
    assert [one["type"] for one in messages] == ["OK_TO_FIRING", "FIRING_TO_OK"] * 2


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"namespace": "oci_queue"},
            "of the services only Functions and Events post metrics here, so oci_queue has none",
        ),
        ({"query": "heat[1m].max() > 80 && fan[1m].max() < 3"}, "the sandbox takes name[interval]"),
    ],
)
def test_what_is_not_evaluated_says_so_once(
    world: World, settle: Settle, compartment: str, more: dict[str, Any], reason: str
) -> None:
    """As a dead end in the outbox."""
    _alarm(world, compartment, **more)
    _minute(world, compartment, settle)
    _minute(world, compartment, settle)
    (delivery,) = world.owed("alarm")

    assert delivery.state == "dropped"
    assert delivery.reason.startswith("not evaluated: ")
    assert reason in delivery.reason
