"""A schedule that invokes a function."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components import ScheduleTrigger
from tests.components.arguments import COMPARTMENT, TENANCY, access, arguments, refusal, statements

SCHEDULE = "oci:ResourceScheduler/schedule:Schedule"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
    ({"cron": "daily"}, "cron: 'daily' is not a cron expression"),
    (
        {"cron": "*/20 * * * *"},
        "cron: */20 * * * * is due 3 times an hour; if meant, say more_than_hourly: true",
    ),
    ({"time_zone": "Berlin"}, "time_zone: 'Berlin' is not an IANA time zone"),
    ({"body": "hello"}, "body: 'hello' is not JSON"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused(changes: dict[str, Any], reason: str) -> None:
    """With the option's place and the reason."""
    assert refusal("schedule", changes).startswith(reason)


def trigger(**changes: Any) -> ScheduleTrigger:
    """A schedule before a function, inside a running program."""
    return ScheduleTrigger("t", arguments("schedule", target=access().identity, **changes))


def test_it_starts_the_function(world: Any, minted: Any) -> None:
    """By the action that the service takes, at the times of the expression, with its own name as the body."""
    world.run(trigger)

    inputs = world.one(SCHEDULE).inputs
    assert (inputs["action"], inputs["recurrenceType"], inputs["recurrenceDetails"]) == (
        "START_RESOURCE",
        "CRON",
        "0 2 * * *",
    )
    assert (inputs["localTimeZone"], inputs["state"]) == ("UTC", "ACTIVE")
    (resource,) = inputs["resources"]
    assert resource["id"] == minted("oci:Functions/function:Function", "f-function")
    (parameter,) = resource["parameters"]
    assert (parameter["parameterType"], json.loads(parameter["value"])) == (
        "BODY",
        {"schedule": "apps-nightly"},
    )


def test_options_reach_it(world: Any) -> None:
    """Each of them."""
    world.run(
        lambda: trigger(
            cron="*/20 1 * * *", more_than_hourly=True, time_zone="Asia/Tokyo", body="[]", enabled=False
        )
    )

    inputs = world.one(SCHEDULE).inputs
    assert (inputs["recurrenceDetails"], inputs["localTimeZone"], inputs["state"]) == (
        "*/20 1 * * *",
        "Asia/Tokyo",
        "INACTIVE",
    )
    assert inputs["resources"][0]["parameters"][0]["value"] == "[]"


def test_the_grant_names_the_schedule_and_the_function(world: Any, minted: Any) -> None:
    """So no other schedule may invoke it, nor may this one invoke another."""
    world.run(trigger)

    schedule = minted(SCHEDULE, "t-schedule")
    function = minted("oci:Functions/function:Function", "f-function")
    assert statements(world) == [
        f"Allow any-user to use fn-invocation in compartment id {COMPARTMENT} where all "
        f"{{request.principal.type = 'resourceschedule', request.principal.id = '{schedule}', "
        f"target.function.id = '{function}'}}"
    ]
