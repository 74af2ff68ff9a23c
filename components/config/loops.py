"""Functions that would invoke themselves without end: what one writes is what its own trigger watches, or
that of a function which writes what its trigger watches, and so on.

    function ── a connection writes ──► bucket, topic, queue … ◄── a trigger watches ── function
    function ── a connection invokes ──► function

Not for: loops through what this stack does not declare, such as a job that writes to a bucket, or a
subscription made elsewhere. The handler's own counter of hops ends those (docs/handler.md).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from components.config.destinations import LogConfig, ObjectsConfig, OtherFunctionConfig
from components.config.function_section import FunctionConfig, TriggerConfig
from components.config.source_section import LogsSourceConfig

_WAYS_OUT = (
    "exclude it (the trigger's resource_names, the connection's prefix), use two places, or give "
    'allow_loop: "<reason>" on the trigger'
)


def _same_place(watched: Any, written: Any, _: TriggerConfig, __: str) -> bool:
    """Whether both name one thing: of this stack, or by its OCID."""
    return bool((watched.name, watched.existing_id) == (written.name, written.existing_id))


def _same_objects(watched: Any, written: ObjectsConfig, trigger: TriggerConfig, stack: str) -> bool:
    """Whether an object that the connection may write is one whose events the trigger lets through."""
    return watched.name_in_oci(stack) == written.name_in_oci(stack) and trigger.tells_of_objects(
        written.prefix or ""
    )


def _same_logs(watched: LogsSourceConfig, written: LogConfig, _: TriggerConfig, __: str) -> bool:
    """Whether the log is one of those that are watched."""
    return any(
        each.group_id == written.group_id and each.log_id in (None, written.id) for each in watched.sources
    )


# What a connection does, the key of a trigger that watches the same kind of place, and how to tell one place.
WATCHED: Mapping[str, tuple[str, Callable[[Any, Any, TriggerConfig, str], bool]]] = {
    "write.bucket": ("bucket", _same_objects),
    "publish.topic": ("topic", _same_place),
    "push.queue": ("queue", _same_place),
    "push.stream": ("stream", _same_place),
    "push.log": ("logs", _same_logs),
}


@dataclass(frozen=True)
class _Step:
    """One function leads to the next, by a connection and, but for an invocation, a trigger."""

    source: str
    target: str
    connection: str
    trigger: str | None = None


def loops(functions: Mapping[str, FunctionConfig], stack: str) -> Iterator[str]:
    """A line for each way round that nobody gave a reason for, at the first of its triggers."""
    steps = list(_steps(functions, stack))
    seen: set[frozenset[_Step]] = set()
    for step in steps:
        way = [step, *back] if (back := _way(steps, step.target, step.source)) is not None else []
        if step.trigger and way and frozenset(way) not in seen:
            seen.add(frozenset(way))
            yield _said(step.trigger, way)


def _steps(functions: Mapping[str, FunctionConfig], stack: str) -> Iterator[_Step]:
    for (source, writer), (target, reader) in product(functions.items(), repeat=2):
        for name, connection in writer.connections.items():
            path, said = connection.destination
            here = f"functions.{source}.connections.{name}.{path}"
            if isinstance(said, OtherFunctionConfig) and said.name == target:
                yield _Step(source, target, here)
            kind, is_same = WATCHED.get(path, ("", _same_place))
            for each, trigger in reader.triggers.items():
                watched = getattr(trigger, kind, None)
                if (
                    watched is not None
                    and trigger.enabled
                    and trigger.allow_loop is None
                    and is_same(watched, said, trigger, stack)
                ):
                    yield _Step(source, target, here, f"functions.{target}.triggers.{each}")


def _way(steps: list[_Step], start: str, end: str) -> list[_Step] | None:
    """The fewest steps from one function to another: none where they are one."""
    ways: dict[str, list[_Step]] = {start: []}
    waiting = deque([start])
    while waiting and end not in ways:
        at = waiting.popleft()
        for step in steps:
            if step.source == at and step.target not in ways:
                ways[step.target] = [*ways[at], step]
                waiting.append(step.target)
    return ways.get(end)


def _said(trigger: str, way: list[_Step]) -> str:
    rounds = [
        f"{each.trigger} watches what {each.connection} writes"
        if each.trigger
        else f"{each.connection} invokes functions.{each.target}"
        for each in way[1:]
    ]
    first = f"{trigger}: watches what {way[0].connection} writes"
    return f"{', and '.join([first, *rounds])}: the function would invoke itself without end; {_WAYS_OUT}"
