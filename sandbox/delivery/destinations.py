"""How each kind of destination is reached.

What lies in the store is written in the transaction that marks the delivery, so it is written once. A
function's process is no part of any transaction: it runs at least once.
"""

from __future__ import annotations

import json

from sandbox import private
from sandbox.cloud.deliveries import Delivery
from sandbox.cloud.errors import SandboxFault, ServiceError
from sandbox.delivery.attempt import Outcome, World, arrived, dropped, refusal
from sandbox.delivery.connectors import transformed
from sandbox.delivery.event_rules import through_rules
from sandbox.delivery.rotations import complaint
from sandbox.events.access import invoking
from sandbox.events.sinks import SINKS, Sink, text_of
from sandbox.services.vault import rotation

EVENTS = "events"
"""The kind of destination of what a service emits."""
_LARGEST = 6 * 1024 * 1024


def is_outside(kind: str) -> bool:
    """Whether a destination is no part of the store."""
    return kind != EVENTS and kind not in SINKS


def handed_over(delivery: Delivery, world: World) -> Outcome:
    """One attempt; for what lies in the store, part of the transaction that is open."""
    if delivery.destination_kind in ("function", "task"):
        return _to_function(delivery, world)
    try:
        if delivery.destination_kind == EVENTS:
            return through_rules(delivery, world)
        sink = SINKS.get(delivery.destination_kind)
        return _to_file(delivery, world) if sink is None else _to_sink(delivery, sink, world)
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
    if delivery.destination_kind == "task" and transformed(reply.content) is None:
        return Outcome(arrived=False, note="the task's function did not answer a JSON array", status=200)
    if delivery.source_kind == rotation.SOURCE:
        failed = complaint(delivery, reply.content, world)
        if failed:
            return Outcome(arrived=False, note=failed, status=reply.status)
    return Outcome(arrived=True, status=reply.status, answer=reply.content)


def _to_sink(delivery: Delivery, sink: Sink, world: World) -> Outcome:
    record = sink.found(world.store, delivery.destination)
    if record is None:
        return dropped(f"404: no such {delivery.destination_kind} is deployed in this sandbox")
    denied = refusal((delivery.source_kind, delivery.source), sink.need(record), world)
    if denied is not None:
        return denied
    return arrived(sink.send(world.store, record, delivery.payload, delivery.headers, world.now))


def _to_file(delivery: Delivery, world: World) -> Outcome:
    """What goes to people or to services outside: one file each, so that it can be looked at."""
    folder = world.deployment.folder / "outbox" / _safe(delivery.destination_kind)
    path = folder / f"{delivery.number:08}.json"
    written = {
        "to": delivery.destination,
        "from": delivery.source,
        "headers": dict(delivery.headers),
        "contentType": delivery.content_type,
        "body": text_of(delivery.payload),
    }
    try:
        private.make_folder(folder)
        private.write(path, json.dumps(written, indent=2) + "\n")
    except OSError as error:
        raise SandboxFault(f"{path}: cannot be written: {error.strerror}") from None
    return arrived(f"not sent: kept in {path.relative_to(world.deployment.folder)}")


def _safe(kind: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in kind.lower()) or "other"
