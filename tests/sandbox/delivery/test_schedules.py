"""Schedules: each occurrence once, detached, as the schedule itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import clock
from sandbox.delivery.sources import look_once
from sandbox.services.resourcescheduler import SCHEDULE
from tests.sandbox.delivery.conftest import World

Settle = Callable[[], None]
HOUR = 3600.0


def _schedule(world: World, compartment: str, function: str, **more: Any) -> str:
    return world.add(
        SCHEDULE,
        compartmentId=compartment,
        displayName="hourly",
        **{
            "action": "START_RESOURCE",
            "recurrenceType": "CRON",
            "recurrenceDetails": "0 * * * *",
            "resources": [{"id": function}],
            **more,
        },
    )


def _may_invoke(world: World, compartment: str, schedule: str) -> None:
    world.allow(
        f"Allow any-user to use fn-invocation in compartment id {compartment} where all {{"
        f"request.principal.type = 'resourceschedule', request.principal.id = '{schedule}'}}"
    )


def _look(world: World) -> None:
    look_once(world.store, world.folder)


def test_each_occurrence_runs_once(world: World, settle: Settle) -> None:
    """However far the clock is put forward, and however often one looks."""
    compartment = world.compartment()
    function = world.function(compartment)
    _may_invoke(world, compartment, _schedule(world, compartment, function))
    _look(world)
    early = len(world.owed())
    world.later(3 * HOUR)
    _look(world)
    _look(world)
    settle()

    assert early == 0
    assert [(run.function, run.body, run.detached) for run in world.runs] == [(function, b"", True)] * 3
    assert [one.created % HOUR for one in world.owed("schedule")] == [0, 0, 0]


@pytest.mark.parametrize("header", [{"X-Mode": "full"}, '{"X-Mode": "full"}'])
def test_what_the_function_gets(world: World, settle: Settle, header: object) -> None:
    """Body and headers are the schedule's parameters, as the API or as the Pulumi provider writes them."""
    compartment = world.compartment()
    parameters = [
        {"parameterType": "BODY", "value": '{"job": "nightly"}'},
        {"parameterType": "HEADER", "value": header},
    ]
    resources = [{"id": world.function(compartment), "parameters": parameters}]
    _may_invoke(world, compartment, _schedule(world, compartment, "", resources=resources))
    world.later(HOUR)
    _look(world)
    settle()

    assert json.loads(world.runs[0].body) == {"job": "nightly"}
    assert world.runs[0].headers["x-mode"] == "full"


def test_a_schedule_that_is_not_active(world: World) -> None:
    """Nothing of that time is made up for later."""
    compartment = world.compartment()
    schedule = _schedule(world, compartment, world.function(compartment), state="INACTIVE")
    world.later(3 * HOUR)
    _look(world)
    record = world.store.get(schedule)
    assert record is not None
    world.store.update(schedule, record.inputs, {**record.outputs, "state": "ACTIVE"})
    _look(world)
    inactive = len(world.owed())
    world.later(HOUR)
    _look(world)

    assert (inactive, len(world.owed())) == (0, 1)


def test_a_schedule_without_a_grant(world: World, settle: Settle) -> None:
    """A dead end with the statement that is missing."""
    compartment = world.compartment()
    _schedule(world, compartment, world.function(compartment))
    world.later(HOUR)
    _look(world)
    settle()
    (delivery,) = world.owed("schedule")

    assert world.runs == []
    assert delivery.state == "dropped"
    assert delivery.reason.startswith(
        "denied: resourceschedule hourly does not have FN_INVOCATION; missing: "
    )


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"action": "STOP_RESOURCE"}, "functions only, not STOP_RESOURCE of a function"),
        (
            {"resources": [{"id": "ocid1.instance.oc1.iad.a"}]},
            "functions only, not START_RESOURCE of this resource",
        ),
        ({"resources": [], "resourceFilters": [{"attribute": "LIFECYCLE_STATE"}]}, "resources by filters"),
    ],
)
def test_what_the_sandbox_does_not_start(
    world: World, settle: Settle, more: dict[str, Any], reason: str
) -> None:
    """Is said, occurrence for occurrence."""
    compartment = world.compartment()
    _schedule(world, compartment, world.function(compartment), **more)
    world.later(HOUR)
    _look(world)
    settle()
    (delivery,) = world.owed("schedule")

    assert world.runs == []
    assert delivery.state == "dropped"
    assert delivery.reason.startswith("not delivered: ")
    assert reason in delivery.reason


def test_the_clock_that_was_set_is_the_one_that_counts(world: World) -> None:
    """A schedule created on a clock that was put forward is not due for the time before."""
    clock.stand_still(world.store, 2_000_000_000.0)
    compartment = world.compartment()
    _schedule(world, compartment, world.function(compartment))
    _look(world)

    assert world.owed() == []
