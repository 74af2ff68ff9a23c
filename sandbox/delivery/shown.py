"""Deliveries for people: one entry each, within 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sandbox.api.representation import of_seconds
from sandbox.cloud.deliveries import Delivery
from sandbox.cloud.store import Store
from sandbox.events.trace import printable

_WIDTH = 80
_INDENT = " " * 7


def entry(delivery: Delivery, store: Store) -> str:
    """What it is, how far it is, and why it is no further."""
    return "\n".join(_lines(delivery, store))


def as_data(delivery: Delivery) -> dict[str, object]:
    """The same as data; of what is delivered only the size, since it may be secret."""
    return {
        "number": delivery.number,
        "state": delivery.state,
        "from": {"kind": delivery.source_kind, "id": delivery.source},
        "to": {"kind": delivery.destination_kind, "id": delivery.destination},
        "bytes": len(delivery.payload),
        "attempts": delivery.attempts,
        "created": of_seconds(delivery.created),
        "nextAttempt": of_seconds(delivery.next_attempt) if delivery.state == "waiting" else None,
        "reason": delivery.reason,
    }


def _lines(delivery: Delivery, store: Store) -> Iterator[str]:
    attempts = f"{delivery.attempts} attempt{'' if delivery.attempts == 1 else 's'}"
    yield f"{delivery.number:>5}  {delivery.state:<9}  {of_seconds(delivery.created)}  {attempts}"
    source = f"{delivery.source_kind} {_named(delivery.source, store)}"
    way = f"{source} -> {delivery.destination_kind} {_named(delivery.destination, store)}"
    yield from _wrapped(way)
    if delivery.state == "waiting" and delivery.attempts:
        yield from _wrapped(f"next attempt {of_seconds(delivery.next_attempt)}")
    if delivery.reason:
        yield from _wrapped(delivery.reason)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        printable(text), _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT, break_on_hyphens=False
    )


def _named(id: str, store: Store) -> str:
    record = store.get(id)
    outputs = record.outputs if record is not None else {}
    return str(outputs.get("displayName") or outputs.get("name") or outputs.get("secretName") or id)
