"""Topics, queues and streams as somewhere to send to: the right it takes, and the sending itself.

What is sent is in the store when `send` returns, in the transaction that is open; what a topic's subscribers
get is owed to them by then.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.store import Record, Store
from sandbox.events.access import Need
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects
from sandbox.services.ons import TOPIC
from sandbox.services.ons.publishing import Message, publish
from sandbox.services.queue import QUEUE
from sandbox.services.queue.messages import Messages, Queue
from sandbox.services.streaming import STREAM
from sandbox.services.streaming.log import Log, Stream

Send = Callable[[Store, Record, bytes, Mapping[str, str], float], str]


@dataclass(frozen=True, kw_only=True)
class Sink:
    """A kind of destination in the store."""

    type: str
    permission: str
    grant: str
    operation: str
    variable: str = ""
    """The documented variable that names it; empty where there is none."""
    names: Callable[[Record], str] = lambda record: record.id
    """The value of that variable."""
    send: Send
    """Send a body, with headers, to a resource at a time; says what became of it."""

    def need(self, record: Record) -> Need:
        """The right to send there."""
        return Need(
            permission=self.permission,
            grant=self.grant,
            operation=self.operation,
            compartment_id=str(record.outputs.get("compartmentId")),
            target={self.variable: self.names(record)} if self.variable else {},
        )

    def found(self, store: Store, id: str) -> Record | None:
        """The resource of this id, if it is of this kind."""
        record = store.get(id)
        return record if record is not None and record.type == self.type else None


def text_of(payload: bytes) -> str:
    """As text; bytes that are none go in base64."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return base64.b64encode(payload).decode()


def _to_topic(store: Store, topic: Record, payload: bytes, headers: Mapping[str, str], now: float) -> str:
    message = Message(body=text_of(payload), title=headers.get("title", ""))
    return f"message {publish(store, topic, message, now)}"


def _to_queue(store: Store, queue: Record, payload: bytes, headers: Mapping[str, str], now: float) -> str:
    entry: dict[str, Any] = {"content": text_of(payload)}
    channel = headers.get("channelId")
    if channel:
        entry["metadata"] = {"channelId": channel}
    ((id, _),) = Messages(store).put(Queue.of(queue), [entry], now)
    return f"message {id}"


def _to_stream(store: Store, stream: Record, payload: bytes, headers: Mapping[str, str], now: float) -> str:
    entry = {"value": base64.b64encode(payload).decode()}
    if "key" in headers:
        entry["key"] = base64.b64encode(headers["key"].encode()).decode()
    (appended,) = Log(store).put(Stream.of(stream), [entry], now)
    return f"partition {appended.partition}, offset {appended.offset}"


def _to_bucket(store: Store, bucket: Record, payload: bytes, headers: Mapping[str, str], _: float) -> str:
    name = headers["name"]
    Objects(store).put_bytes(bucket.id, name, payload)
    return f"object {name}"


SINKS: Mapping[str, Sink] = {
    "topic": Sink(
        type=TOPIC,
        permission="ONS_TOPIC_PUBLISH",
        grant="use ons-topics",
        operation="PublishMessage",
        send=_to_topic,
    ),
    "queue": Sink(
        type=QUEUE,
        permission="QUEUE_PRODUCE",
        grant="use queue-push",
        operation="PutMessages",
        variable="target.queue.id",
        send=_to_queue,
    ),
    "stream": Sink(
        type=STREAM,
        permission="STREAM_PRODUCE",
        grant="use stream-push",
        operation="PutMessages",
        variable="target.stream.id",
        send=_to_stream,
    ),
    "object": Sink(
        type=BUCKET,
        permission="OBJECT_CREATE",
        grant="manage objects",
        operation="PutObject",
        variable="target.bucket.name",
        names=lambda bucket: str(bucket.outputs.get("name")),
        send=_to_bucket,
    ),
}
"""By the kind of destination of a delivery."""
