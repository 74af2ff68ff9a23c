"""Resource Scheduler's part: every occurrence of a schedule, run once, as far as the clock has come.

A function is started detached, with what the schedule's parameters say. Nothing else is started here: the row
in the outbox says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.store import Record
from sandbox.cloud.validation import parsed_json
from sandbox.delivery.attempt import World
from sandbox.services.functions import FUNCTION
from sandbox.services.resourcescheduler import SCHEDULE, runs
from sandbox.services.resourcescheduler.recurrence import occurrences

_AT_ONCE = 1000
"""Occurrences of one schedule in one look, however far the clock was put forward."""


def run_due(world: World) -> None:
    """Owe what every schedule is due to start since it was last looked at."""
    for schedule in world.store.list(SCHEDULE):
        if _times(schedule, world):
            with world.store.transaction():
                _follow(schedule, world)


def _follow(schedule: Record, world: World) -> None:
    times = _times(schedule, world)  # again: another may have been first
    if not times:
        return
    if str(schedule.outputs.get("state", "ACTIVE")).upper() == "ACTIVE":
        for time in times:
            run(schedule, time, world)
    runs.follow(world.store, schedule.id, times[-1])


def _times(schedule: Record, world: World) -> list[float]:
    begun, through = runs.begin(world.store, schedule.id, world.now)
    try:
        return list(islice(_due(schedule.outputs, begun, through, world.now), _AT_ONCE))
    except InvalidParameter:  # it was refused at create; whoever changed it by hand sees no next run
        return []


def _due(inputs: Mapping[str, Any], begun: float, through: float, now: float) -> Iterator[float]:
    for time in occurrences(inputs, begun, through):
        if time > now:
            return
        yield time


def run(schedule: Record, time: float, world: World) -> None:
    """Owe one run of a schedule. Part of the transaction that is open."""
    outbox = Outbox(world.store)
    for resource in schedule.outputs.get("resources") or ():
        id = str(resource.get("id"))
        record = world.store.get(id)
        is_function = record.type == FUNCTION if record is not None else id.startswith("ocid1.fnfunc.")
        body, headers = _parameters(resource.get("parameters") or ())
        number = outbox.record(
            source=("schedule", schedule.id),
            destination=("function" if is_function else "resource", id),
            payload=body,
            content_type="application/json",
            headers=headers,
            principal=schedule.id,
            now=time,
        )
        action = str(schedule.outputs.get("action"))
        if not is_function or action != "START_RESOURCE":
            what = f"{action} of {'a function' if is_function else 'this resource'}"
            outbox.failed(number, f"not delivered: the sandbox starts functions only, not {what}", None)
    if schedule.outputs.get("resourceFilters"):
        number = outbox.record(
            source=("schedule", schedule.id), destination=("resource", "by filter"), payload=b"", now=time
        )
        outbox.failed(number, "not delivered: the sandbox does not look for resources by filters", None)


def _parameters(given: Any) -> tuple[bytes, dict[str, str]]:
    """The body and headers of the call. Path and query have no meaning for a function's invoke endpoint."""
    body, headers = b"", {}
    for one in given:
        kind, value = str(one.get("parameterType")).upper(), one.get("value")
        if kind == "BODY":
            body = str(value or "").encode()
        elif kind == "HEADER":
            headers.update(_header(value))
    return body, headers


def _header(value: Any) -> dict[str, str]:
    """`{"name": "value"}` as the API has it, or as one JSON string, as the Pulumi provider has it."""
    found = parsed_json(value) if isinstance(value, str) else value
    return {str(name).lower(): str(text) for name, text in found.items()} if isinstance(found, dict) else {}
