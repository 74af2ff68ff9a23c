"""How each kind of destination is reached.

What lies in the store is written in the transaction that marks the delivery, so it is written once. A
function's process is no part of any transaction: it runs at least once.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from sandbox import private
from sandbox.cloud.deliveries import Delivery
from sandbox.cloud.errors import SandboxFault, ServiceError
from sandbox.cloud.store import Record
from sandbox.delivery.attempt import Outcome, World, arrived, dropped, refusal
from sandbox.delivery.event_rules import through_rules
from sandbox.events.access import Need, invoking
from sandbox.services.ons import TOPIC
from sandbox.services.ons.publishing import Message, publish
from sandbox.services.queue import QUEUE
from sandbox.services.queue.messages import Messages, Queue

EVENTS = "events"
"""The kind of destination of what a service emits."""
_LARGEST = 6 * 1024 * 1024


def is_outside(kind: str) -> bool:
    """Whether a destination is no part of the store."""
    return kind not in _IN_STORE


def handed_over(delivery: Delivery, world: World) -> Outcome:
    """One attempt; for what lies in the store, part of the transaction that is open."""
    if delivery.destination_kind in ("function", "task"):
        return _to_function(delivery, world)
    reach = _IN_STORE.get(delivery.destination_kind)
    if reach is None:
        return _to_file(delivery, world)
    try:
        return reach(delivery, world)
    except ServiceError as error:  # such as a message that is too large: it will not get smaller
        return dropped(str(error))


def _to_function(delivery: Delivery, world: World) -> Outcome:
    function = world.deployment.functions.get(delivery.destination)
    if function is None:
        return dropped("404: no such function is deployed in this sandbox")
    denied = refusal((delivery.source_kind, delivery.source), invoking(function), world)
    if denied is not None:
        return denied
    if len(delivery.payload) > _LARGEST:
        return dropped("413-FunctionInvokeRequestContentTooLarge, more than 6 MiB")
    headers = {**delivery.headers, "content-type": delivery.content_type}
    is_detached = delivery.source_kind in ("detached", "schedule")
    reply = world.run(function.id, delivery.payload, headers, is_detached)
    if reply.code:
        note = f"{reply.status}-{reply.code}, {reply.message}"
        return Outcome(arrived=False, note=note, status=reply.status)
    return Outcome(arrived=True, status=reply.status, answer=reply.content)


def _to_topic(delivery: Delivery, world: World) -> Outcome:
    topic = _existing(delivery, TOPIC, world)
    if topic is None:
        return _missing(delivery)
    need = _need(topic, "ONS_TOPIC_PUBLISH", "use ons-topics", "PublishMessage")
    denied = refusal((delivery.source_kind, delivery.source), need, world)
    if denied is not None:
        return denied
    message = Message(body=_text(delivery.payload), title=delivery.headers.get("title", ""))
    return arrived(f"message {publish(world.store, topic, message, world.now)}")


def _to_queue(delivery: Delivery, world: World) -> Outcome:
    queue = _existing(delivery, QUEUE, world)
    if queue is None:
        return _missing(delivery)
    need = _need(queue, "QUEUE_PRODUCE", "use queue-push", "PutMessages", "target.queue.id")
    denied = refusal((delivery.source_kind, delivery.source), need, world)
    if denied is not None:
        return denied
    entry: dict[str, Any] = {"content": _text(delivery.payload)}
    channel = delivery.headers.get("channelId")
    if channel:
        entry["metadata"] = {"channelId": channel}
    ((id, _),) = Messages(world.store).put(Queue.of(queue), [entry], world.now)
    return arrived(f"message {id}")


def _to_file(delivery: Delivery, world: World) -> Outcome:
    """What goes to people or to services outside: one file each, so that it can be looked at."""
    folder = world.deployment.folder / "outbox" / _safe(delivery.destination_kind)
    path = folder / f"{delivery.number:08}.json"
    written = {
        "to": delivery.destination,
        "from": delivery.source,
        "headers": dict(delivery.headers),
        "contentType": delivery.content_type,
        "body": _text(delivery.payload),
    }
    try:
        private.make_folder(folder)
        private.write(path, json.dumps(written, indent=2) + "\n")
    except OSError as error:
        raise SandboxFault(f"{path}: cannot be written: {error.strerror}") from None
    return arrived(f"not sent: kept in {path.relative_to(world.deployment.folder)}")


def _existing(delivery: Delivery, type: str, world: World) -> Record | None:
    record = world.store.get(delivery.destination)
    return record if record is not None and record.type == type else None


def _missing(delivery: Delivery) -> Outcome:
    return dropped(f"404: no such {delivery.destination_kind} is deployed in this sandbox")


def _need(record: Record, permission: str, grant: str, operation: str, variable: str = "") -> Need:
    return Need(
        permission=permission,
        grant=grant,
        operation=operation,
        compartment_id=str(record.outputs.get("compartmentId")),
        target={variable: record.id} if variable else {},
    )


def _text(payload: bytes) -> str:
    """As text; bytes that are none go in base64."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return base64.b64encode(payload).decode()


def _safe(kind: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in kind.lower()) or "other"


_IN_STORE: Mapping[str, Callable[[Delivery, World], Outcome]] = {
    EVENTS: through_rules,
    "topic": _to_topic,
    "queue": _to_queue,
}
