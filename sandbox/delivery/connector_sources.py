"""What connectors read: from logs, streams, metrics and queues, each item as Oracle's samples show it.

What a queue's messages look like to a target is not documented: here as GetMessages shows them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sandbox.api.representation import of_seconds
from sandbox.cloud.store import Record
from sandbox.delivery.attempt import World
from sandbox.events.access import Need
from sandbox.services.logging import LOG, entries
from sandbox.services.monitoring import samples
from sandbox.services.queue import QUEUE
from sandbox.services.queue.messages import Messages, Queue
from sandbox.services.sch.cursors import Cursor, queue_of
from sandbox.services.streaming import STREAM
from sandbox.services.streaming.log import Log, Stream

MOST = 1000
"""Items read at once."""
_HIDDEN_SECONDS = 5

Source = Mapping[str, Any]


class NotRead(Exception):
    """The source cannot be read here; the message says why."""


@dataclass(frozen=True)
class Item:
    """One item, when it came in (on the cloud's clock), and where the connector is behind it."""

    value: Any
    time: float
    cursor: Cursor
    take: Callable[[], None] = lambda: None
    """Confirms that the connector has it, where that is not done by the cursor."""


@dataclass(frozen=True)
class Kind:
    """How one kind of source is read, and the rights that takes."""

    needs: Callable[[Source, World], list[Need]]
    read: Callable[[Source, Cursor, World], list[Item]]


def kind_of(source: Source) -> Kind:
    """Raises `NotRead` for a source that the sandbox has not."""
    name = source.get("pluginName") if source.get("kind") == "plugin" else source.get("kind")
    found = _KINDS.get(str(name))
    if found is None:
        raise NotRead(f"the sandbox does not read from {name}")
    return found


# Logging


def log_ids(source: Source, world: World) -> set[str]:
    """The logs in this sandbox that a source names, by themselves or by their group."""
    found: set[str] = set()
    for wanted in source.get("logSources") or ():
        for log in world.store.list(LOG):
            in_group = wanted.get("logGroupId") in (None, "", log.outputs.get("logGroupId"))
            if in_group and wanted.get("logId") in (None, "", log.id):
                found.add(log.id)
    return found


def _read_logs(source: Source, cursor: Cursor, world: World) -> list[Item]:
    found = entries.after(world.store, log_ids(source, world), cursor.get("number", 0), MOST)
    return [Item(one.content, _ingested(one), {"number": one.number}) for one in found]


def _ingested(entry: entries.Entry) -> float:
    try:
        text = str(entry.content["oracle"]["ingestedtime"])
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except (KeyError, TypeError, ValueError):
        return entry.time


# Streaming


def _stream(source: Source, world: World) -> Record:
    record = world.store.get(str(source.get("streamId")))
    if record is None or record.type != STREAM:
        raise NotRead(f"no such stream is deployed in this sandbox: {source.get('streamId')}")
    return record


def _stream_needs(source: Source, world: World) -> list[Need]:
    stream = _stream(source, world)
    return [
        Need(
            permission="STREAM_CONSUME",
            grant="use stream-pull",
            operation="GetMessages",
            compartment_id=str(stream.outputs.get("compartmentId")),
            target={"target.stream.id": stream.id},
        )
    ]


def _read_stream(source: Source, cursor: Cursor, world: World) -> list[Item]:
    stream, log = Stream.of(_stream(source, world)), Log(world.store)
    found = [
        message
        for partition in range(stream.partitions)
        for message in log.read(stream, partition, cursor.get(str(partition), 0), MOST, world.now)
    ]
    found.sort(key=lambda message: (message.timestamp, message.partition, message.offset))
    return [
        Item(
            {
                "stream": stream.name,
                "partition": str(one.partition),
                "key": None if one.key is None else base64.b64encode(one.key).decode(),
                "value": base64.b64encode(one.value).decode(),
                "offset": one.offset,
                "timestamp": int(one.timestamp * 1000),
            },
            one.timestamp,
            {str(one.partition): one.offset + 1},
        )
        for one in found
    ]


# Monitoring


def _namespaces(source: Source) -> Iterator[tuple[str, frozenset[str]]]:
    """Compartment, and the namespaces read there; none named: all."""
    for wanted in source.get("monitoringSources") or ():
        details = wanted.get("namespaceDetails") or {}
        names = [str(one.get("namespace")) for one in details.get("namespaces") or ()]
        yield str(wanted.get("compartmentId")), frozenset(names)


def _metric_needs(source: Source, _: World) -> list[Need]:
    return [
        Need(
            permission="METRIC_READ",
            grant="read metrics",
            operation="SummarizeMetricsData",
            compartment_id=id,
        )
        for id, _ in _namespaces(source)
    ]


def _read_metrics(source: Source, cursor: Cursor, world: World) -> list[Item]:
    found = []
    for compartment, namespaces in _namespaces(source):
        for one in samples.after(world.store, compartment, cursor.get("number", 0), MOST):
            if not namespaces or one.metric.namespace in namespaces:
                found.append(Item(_metric(one), one.sample.time, {"number": one.number}))
    return sorted(found, key=lambda item: item.cursor["number"])


def _metric(one: samples.Posted) -> dict[str, Any]:
    metric, sample = one.metric, one.sample
    return {
        **metric.shown(),
        "metadata": dict(metric.metadata),
        "datapoints": [{"timestamp": int(sample.time * 1000), "value": sample.value, "count": sample.count}],
    }


# Queue


def _queue(source: Source, world: World) -> Record:
    record = world.store.get(queue_of(source))
    if record is None or record.type != QUEUE:
        raise NotRead("the QueueSource names no queue that is deployed in this sandbox")
    return record


def _queue_needs(source: Source, world: World) -> list[Need]:
    queue = _queue(source, world)
    return [
        Need(
            permission="QUEUE_CONSUME",
            grant="use queue-pull",
            operation="GetMessages",
            compartment_id=str(queue.outputs.get("compartmentId")),
            target={"target.queue.id": queue.id},
        )
    ]


def _read_queue(source: Source, _: Cursor, world: World) -> list[Item]:
    """Taken from the queue in the transaction that owes them to the target: nobody else gets them."""
    queue, messages = Queue.of(_queue(source, world)), Messages(world.store)
    found = messages.get(queue, world.now, visibility=_HIDDEN_SECONDS)
    return [
        Item(
            {
                "id": one.id,
                "content": one.content,
                "metadata": one.metadata,
                "deliveryCount": one.deliveries,
                "createdAt": of_seconds(one.created),
            },
            0.0,  # what was taken out goes on at once
            {},
            partial(messages.delete, queue, one.receipt, world.now),
        )
        for one in found
    ]


_KINDS = {
    "logging": Kind(lambda _, __: [], _read_logs),
    "streaming": Kind(_stream_needs, _read_stream),
    "monitoring": Kind(_metric_needs, _read_metrics),
    "QueueSource": Kind(_queue_needs, _read_queue),
}
