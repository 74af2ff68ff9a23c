"""What follows a detached call: its record goes to the function's success or failure destination.

Oracle documents that there is a record, not its fields: those here are the sandbox's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.api.representation import of_seconds
from sandbox.cloud.deliveries import Delivery, Outbox
from sandbox.delivery.attempt import Outcome, World

_KINDS = {
    "NOTIFICATION": ("topic", "topicId"),
    "QUEUE": ("queue", "queueId"),
    "STREAM": ("stream", "streamId"),
}
_MOST_TEXT = 16 * 1024


def owe_record(delivery: Delivery, outcome: Outcome, world: World) -> None:
    """Owe the record of a call that has ended. Part of the transaction that is open."""
    function = world.store.get(delivery.destination)
    name = "successDestination" if outcome.arrived else "failureDestination"
    destination: Mapping[str, Any] = (function.outputs.get(name) or {}) if function is not None else {}
    kind, field = _KINDS.get(str(destination.get("kind", "NONE")).upper(), ("", ""))
    if function is None or not kind or not destination.get(field):
        return
    channel = destination.get("channelId")
    Outbox(world.store).record(
        source=("function", function.id),
        destination=(kind, str(destination[field])),
        payload=json.dumps(_record(delivery, outcome, world)).encode(),
        content_type="application/json",
        headers={"channelId": str(channel)} if channel else {},
        principal=function.id,
        now=world.now,
    )


def _record(delivery: Delivery, outcome: Outcome, world: World) -> dict[str, Any]:
    return {
        "functionId": delivery.destination,
        "invocationId": delivery.headers.get("opc-request-id") or str(delivery.number),
        "timeInvoked": of_seconds(delivery.created),
        "timeEnded": of_seconds(world.now),
        "status": "SUCCESS" if outcome.arrived else "FAILURE",
        "statusCode": outcome.status or None,
        "message": outcome.note or None,
        "response": outcome.answer[:_MOST_TEXT].decode(errors="replace"),
    }
