"""Connector Hub's part: what is read from a source, in batches, through the tasks, to the target.

    source ─► batch (size, count or time is reached) ─► log rule ─► function task ─► target

What a connector has read and the batch it owes are one transaction. The next batch waits until the one before
has arrived or was given up, so that order is kept.
"""

from __future__ import annotations

import base64
import gzip
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.api.representation import of_seconds
from sandbox.cloud.deliveries import Delivery, Outbox
from sandbox.cloud.store import Record
from sandbox.delivery.attempt import World, refusal
from sandbox.delivery.complaints import say_once
from sandbox.delivery.connector_sources import Item, NotRead, kind_of
from sandbox.services.logging import search
from sandbox.services.objectstorage.objects import bucket_id
from sandbox.services.sch import CONNECTOR, cursors

_KB = 1024
_FUNCTION_BYTES, _MESSAGE_BYTES = 5000 * _KB, 60 * _KB
_FUNCTION_SECONDS, _OBJECT_SECONDS, _OBJECT_MB = 60.0, 420.0, 100
_NOT_HERE = "not delivered: "


@dataclass(frozen=True)
class _Limits:
    """When a batch is full, and how long its oldest item waits for that."""

    bytes: int
    count: int
    seconds: float


def collect(world: World) -> None:
    """Owe the next batch of every connector that has one."""
    for connector in world.store.list(CONNECTOR):
        is_active = str(connector.outputs.get("state", "ACTIVE")).upper() == "ACTIVE"
        if not is_active or Outbox(world.store).is_owing(connector.id):
            continue
        try:
            _collect(connector, world)
        except (NotRead, search.SearchError) as error:
            _complain(connector, f"{_NOT_HERE}{error}", world)


def _collect(connector: Record, world: World) -> None:
    source = connector.outputs.get("source") or {}
    kind, keeps = kind_of(source), _log_rules(connector)
    for need in kind.needs(source, world):
        denied = refusal(("connector", connector.id), need, world)
        if denied is not None:
            _complain(connector, f"it reads nothing; {denied.note}", world)
            return
    if str((connector.outputs.get("target") or {}).get("kind")) == "monitoring":
        raise NotRead("the sandbox makes no metrics of what connectors read")
    with world.store.transaction():
        cursor = cursors.begin(world.store, connector.id, source)
        items = kind.read(source, cursor, world)
        batch = _batch(items, _limits(connector), world.now)
        if not batch:
            return
        for item in batch:
            cursor = {**cursor, **item.cursor}
            item.take()
        cursors.advance(world.store, connector.id, cursor)
        values = [item.value for item in batch if keeps(item.value)]
        if values:
            _owe_first(connector, values, world)


def _batch(items: Sequence[Item], limits: _Limits, now: float) -> Sequence[Item]:
    """The items of the next batch; none where it is not full yet and its time has not come."""
    size = 2
    for place, item in enumerate(items):
        size += len(json.dumps(item.value)) + 2
        if place and (size > limits.bytes or place >= limits.count):
            return items[:place]
    is_full = len(items) >= limits.count or size >= limits.bytes
    return items if items and (is_full or now - items[0].time >= limits.seconds) else ()


def waits(connector: Record) -> float:
    """How many seconds a batch waits at most."""
    return _limits(connector).seconds


def _limits(connector: Record) -> _Limits:
    target: Mapping[str, Any] = connector.outputs.get("target") or {}
    task = _function_task(connector)
    if task is not None or target.get("kind") == "functions":
        given = task if task is not None else target
        size = int(given.get("batchSizeInKbs") or 0) * _KB
        return _Limits(
            min(size, _FUNCTION_BYTES) if size else _FUNCTION_BYTES,
            int(given.get("batchSizeInNum") or 0) or 1_000_000,
            float(given.get("batchTimeInSec") or _FUNCTION_SECONDS),
        )
    if target.get("kind") == "objectStorage":
        return _Limits(
            int(target.get("batchRolloverSizeInMbs") or _OBJECT_MB) * _KB * _KB,
            1_000_000,
            float(target.get("batchRolloverTimeInMs") or _OBJECT_SECONDS * 1000) / 1000,
        )
    return _Limits(_MESSAGE_BYTES, 1_000_000, 0.0)


def _function_task(connector: Record) -> Mapping[str, Any] | None:
    tasks: Sequence[Mapping[str, Any]] = connector.outputs.get("tasks") or ()
    return next((one for one in tasks if one.get("kind") == "function"), None)


def _log_rules(connector: Record) -> Callable[[Any], bool]:
    """Whether all log rules keep an item. Raises `SearchError`."""
    tasks = connector.outputs.get("tasks") or ()
    rules = [
        search.read_condition(str(one.get("condition"))) for one in tasks if one.get("kind") == "logRule"
    ]
    return lambda value: all(rule(value) for rule in rules)


# What is owed


def _owe_first(connector: Record, values: Sequence[Any], world: World) -> None:
    task = _function_task(connector)
    if task is None:
        _owe_target(connector, values, world)
    else:
        _owe(connector, ("task", str(task.get("functionId"))), json.dumps(values).encode(), world)


def after_task(delivery: Delivery, answer: bytes, world: World) -> None:
    """Owe to the target what a task's function made of a batch. Part of the transaction that is open."""
    connector = world.store.get(delivery.source)
    values = transformed(answer)
    if connector is not None and values:
        _owe_target(connector, values, world)


def transformed(answer: bytes) -> Sequence[Any] | None:
    """The items that a task's function answered; None for what is no JSON array."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _owe_target(connector: Record, values: Sequence[Any], world: World) -> None:
    target: Mapping[str, Any] = connector.outputs.get("target") or {}
    kind, body = target.get("kind"), json.dumps(values).encode()
    if kind == "functions":
        _owe(connector, ("function", str(target.get("functionId"))), body, world)
    elif kind == "notifications":
        _owe(connector, ("topic", str(target.get("topicId"))), body, world)
    elif kind == "streaming":
        for value in values:
            payload, headers = _message(value)
            _owe(connector, ("stream", str(target.get("streamId"))), payload, world, headers)
    elif kind == "objectStorage":
        lines = "".join(f"{json.dumps(value)}\n" for value in values)
        bucket = bucket_id(str(target.get("namespace")), str(target.get("bucket")))
        packed, headers = gzip.compress(lines.encode(), mtime=0), {"name": _name(connector, world)}
        _owe(connector, ("object", bucket), packed, world, headers)
    else:
        _owe(connector, (str(kind), str(target.get("logGroupId") or "")), body, world)


def _message(value: Any) -> tuple[bytes, dict[str, str]]:
    """What goes into a stream: a stream's message as it was, anything else as JSON."""
    if isinstance(value, dict) and {"stream", "partition", "value"} <= set(value):
        key = base64.b64decode(value.get("key") or "").decode("latin-1")
        return base64.b64decode(value["value"]), {"key": key} if key else {}
    return json.dumps(value).encode(), {}


def _name(connector: Record, world: World) -> str:
    """The name of an object, which no other batch has."""
    prefix = str((connector.outputs.get("target") or {}).get("objectNamePrefix") or "")
    stamp = of_seconds(world.now).replace(":", "").replace("-", "")
    path = f"{connector.id}/{stamp}.{secrets.token_hex(4)}.data.gz"
    return f"{prefix}/{path}" if prefix else path


def _owe(
    connector: Record,
    destination: tuple[str, str],
    payload: bytes,
    world: World,
    headers: Mapping[str, str] | None = None,
) -> None:
    Outbox(world.store).record(
        source=("connector", connector.id),
        destination=destination,
        payload=payload,
        content_type="application/json",
        headers=headers,
        principal=connector.id,
        now=world.now,
    )


def _complain(connector: Record, reason: str, world: World) -> None:
    """Say why a connector reads nothing."""
    kind = str((connector.outputs.get("source") or {}).get("kind"))
    say_once(("connector", connector.id), ("source", kind), reason, world)
