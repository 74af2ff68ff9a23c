"""The messages of queues, and of their dead letter queues, as rows in the store.

A message is delivered to one consumer at a time: getting it hides it until its visibility is over, and gives
out a receipt that is good for as long. After as many deliveries as the queue allows it is a dead letter. All
times are those of `sandbox.cloud.clock`, in seconds since 1970.

Does not know who may do what, nor HTTP. Several processes may get and put at once.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.errors import InvalidParameter, MissingParameter, NotFound, PayloadTooLarge
from sandbox.cloud.store import Record, Store

MOST = 20
"""Messages in one request, put or got."""

LARGEST, LARGEST_REQUEST = 256 * 1024, 512 * 1024
LONGEST_VISIBILITY = 43_200
PURGED = {"NORMAL": (False,), "DLQ": (True,), "BOTH": (False, True)}
"""Type of a purge -> whether it is about dead letters; both kinds for `BOTH`."""

_RECEIPT = re.compile(r"(\d{1,18}):[0-9a-f]{32}", re.ASCII)
_TABLES = """
CREATE TABLE IF NOT EXISTS queue_messages (
    queue TEXT NOT NULL,
    id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    content TEXT NOT NULL,
    metadata TEXT NOT NULL,
    size INTEGER NOT NULL,
    created REAL NOT NULL,
    expires REAL NOT NULL,
    visible_after REAL NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 0,
    receipt TEXT NOT NULL DEFAULT '',
    dead INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (queue, id)
);
CREATE INDEX IF NOT EXISTS queue_messages_visible ON queue_messages (queue, dead, visible_after);
CREATE INDEX IF NOT EXISTS queue_messages_expired ON queue_messages (queue, expires);
CREATE TABLE IF NOT EXISTS queue_numbers (queue TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID
"""
_COLUMNS = "id, channel, content, metadata, created, expires, visible_after, deliveries, receipt"


@dataclass(frozen=True)
class Queue:
    """What matters of a queue to its messages."""

    id: str
    retention: int
    visibility: int
    deliveries: int
    """After how many a message is a dead letter; 0: never."""

    @classmethod
    def of(cls, record: Record) -> Queue:
        """As the store has it."""
        outputs = record.outputs
        return cls(
            record.id,
            int(outputs.get("retentionInSeconds") or 86_400),
            int(outputs.get("visibilityInSeconds", 30)),
            int(outputs.get("deadLetterQueueDeliveryCount") or 0),
        )


@dataclass(frozen=True)
class QueuedMessage:
    """A message as a consumer gets it. `metadata` is None where the producer gave none."""

    id: int
    channel: str
    content: str
    metadata: Mapping[str, Any] | None
    created: float
    expires: float
    visible_after: float
    deliveries: int
    receipt: str


@dataclass(frozen=True)
class Stats:
    """How many messages there are; `size` is in bytes of content."""

    visible: int
    in_flight: int
    size: int


class Messages:
    """The messages of all queues of one store. A queue is named by its OCID."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.define(_TABLES)

    def put(self, queue: Queue, entries: Sequence[Mapping[str, Any]], now: float) -> list[tuple[int, float]]:
        """Add messages (`content`, and `metadata` with `channelId` and `customProperties`), all or none; id
        and time of expiry of each. Raises what Queue refuses."""
        checked = _checked(entries)
        expires = now + queue.retention
        with self._store.transaction():
            first = self._next(queue.id, len(checked))
            for number, (content, metadata) in enumerate(checked, first):
                self._store.execute(
                    "INSERT INTO queue_messages"
                    " (queue, id, channel, content, metadata, size, created, expires, visible_after)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        queue.id,
                        number,
                        (metadata or {}).get("channelId") or "",
                        content,
                        json.dumps(metadata),
                        len(content.encode()),
                        now,
                        expires,
                        now,
                    ),
                )
        return [(number, expires) for number in range(first, first + len(checked))]

    def get(
        self,
        queue: Queue,
        now: float,
        *,
        visibility: int | None = None,
        most: int = MOST,
        channel: str | None = None,
    ) -> list[QueuedMessage]:
        """Up to `most` messages of one channel, hidden for `visibility` seconds (the queue's own where None).

        Without a channel it is that of the oldest visible message; Queue itself says "a random one".
        """
        if not self._is_any(queue, now, channel):
            return []
        until = now + (queue.visibility if visibility is None else visibility)
        with self._store.transaction():
            self._settle(queue, now)
            visible = "queue = ? AND dead = 0 AND visible_after <= ?"
            oldest = self._store.select(
                f"SELECT channel FROM queue_messages WHERE {visible}"  # noqa: S608 constants only
                " AND (? IS NULL OR channel = ?) ORDER BY id LIMIT 1",
                (queue.id, now, channel, channel),
            )
            if not oldest:
                return []
            ids = self._store.select(
                f"SELECT id FROM queue_messages WHERE {visible} AND channel = ?"  # noqa: S608 constants only
                " ORDER BY id LIMIT ?",
                (queue.id, now, oldest[0][0], most),
            )
            return [self._deliver(queue.id, id, until) for (id,) in ids]

    def hide(self, queue: Queue, receipt: str, visibility: int, now: float) -> tuple[int, float]:
        """Make a message visible again in `visibility` seconds from now; its id and that time. Raises
        `NotFound` for a receipt that is no longer good."""
        with self._store.transaction():
            id = self._held(queue, receipt, now)
            self._store.execute(
                "UPDATE queue_messages SET visible_after = ? WHERE queue = ? AND id = ?",
                (now + visibility, queue.id, id),
            )
        return id, now + visibility

    def delete(self, queue: Queue, receipt: str, now: float) -> None:
        """A consumer is done with a message. Raises `NotFound` for a receipt that is no longer good."""
        with self._store.transaction():
            id = self._held(queue, receipt, now)
            self._store.execute("DELETE FROM queue_messages WHERE queue = ? AND id = ?", (queue.id, id))

    def stats(self, queue: Queue, now: float, channel: str | None = None) -> tuple[Stats, Stats]:
        """Of the queue, and of its dead letter queue."""
        with self._store.transaction():
            self._settle(queue, now)
            rows = self._store.select(
                "SELECT dead, sum(visible_after <= ?), sum(visible_after > ?), sum(size)"
                " FROM queue_messages WHERE queue = ? AND (? IS NULL OR channel = ?) GROUP BY dead",
                (now, now, queue.id, channel, channel),
            )
        found = {dead: Stats(visible, in_flight, size) for dead, visible, in_flight, size in rows}
        return found.get(0, Stats(0, 0, 0)), found.get(1, Stats(0, 0, 0))

    def channels(self, queue: Queue, now: float) -> list[str]:
        """The channels that have messages; those without a channel are in none."""
        rows = self._store.select(
            "SELECT DISTINCT channel FROM queue_messages"
            " WHERE queue = ? AND dead = 0 AND expires > ? AND channel != '' ORDER BY channel",
            (queue.id, now),
        )
        return [channel for (channel,) in rows]

    def purge(self, queue: str, dead: Iterable[bool], channels: Sequence[str] | None = None) -> None:
        """Delete all messages, dead letters or not, or those of some channels."""
        with self._store.transaction():
            for kind in dead:
                for channel in [None] if channels is None else channels:
                    self._store.execute(
                        "DELETE FROM queue_messages"
                        " WHERE queue = ? AND dead = ? AND (? IS NULL OR channel = ?)",
                        (queue, int(kind), channel, channel),
                    )

    def forget(self, queue: str) -> None:
        """The queue is gone."""
        with self._store.transaction():
            self._store.execute("DELETE FROM queue_messages WHERE queue = ?", (queue,))
            self._store.execute("DELETE FROM queue_numbers WHERE queue = ?", (queue,))

    def _next(self, queue: str, count: int) -> int:
        """The first of so many numbers that no message of the queue ever had."""
        self._store.execute("INSERT OR IGNORE INTO queue_numbers VALUES (?, 0)", (queue,))
        self._store.execute("UPDATE queue_numbers SET last = last + ? WHERE queue = ?", (count, queue))
        last = self._store.select("SELECT last FROM queue_numbers WHERE queue = ?", (queue,))[0][0]
        return int(last) - count + 1

    def _is_any(self, queue: Queue, now: float, channel: str | None) -> bool:
        """Whether a message may be visible; a look that keeps nobody waiting."""
        rows = self._store.select(
            "SELECT 1 FROM queue_messages WHERE queue = ? AND dead = 0 AND visible_after <= ?"
            " AND (? IS NULL OR channel = ?) LIMIT 1",
            (queue.id, now, channel, channel),
        )
        return bool(rows)

    def _settle(self, queue: Queue, now: float) -> None:
        """What time has done since somebody last looked."""
        self._store.execute("DELETE FROM queue_messages WHERE queue = ? AND expires <= ?", (queue.id, now))
        if queue.deliveries:
            self._store.execute(
                "UPDATE queue_messages SET dead = 1, receipt = ''"
                " WHERE queue = ? AND dead = 0 AND visible_after <= ? AND deliveries >= ?",
                (queue.id, now, queue.deliveries),
            )

    def _deliver(self, queue: str, id: int, until: float) -> QueuedMessage:
        receipt = base64.urlsafe_b64encode(f"{id}:{secrets.token_hex(16)}".encode()).decode().rstrip("=")
        self._store.execute(
            "UPDATE queue_messages SET deliveries = deliveries + 1, visible_after = ?, receipt = ?"
            " WHERE queue = ? AND id = ?",
            (until, receipt, queue, id),
        )
        return self._found("WHERE queue = ? AND id = ?", (queue, id))[0]

    def _held(self, queue: Queue, receipt: str, now: float) -> int:
        id = _id_in(receipt)
        self._settle(queue, now)
        rows = self._store.select(
            "SELECT 1 FROM queue_messages WHERE queue = ? AND id = ? AND receipt = ? AND visible_after > ?",
            (queue.id, id, receipt, now),
        )
        if not rows:
            raise NotFound("the receipt is no longer good: the message was deleted, or is visible again")
        return id

    def _found(self, rest: str, values: tuple[Any, ...]) -> list[QueuedMessage]:
        rows = self._store.select(f"SELECT {_COLUMNS} FROM queue_messages {rest}", values)  # noqa: S608
        return [
            QueuedMessage(id, channel, content, json.loads(metadata), *more)
            for id, channel, content, metadata, *more in rows
        ]


def _checked(entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any] | None]]:
    if not 1 <= len(entries) <= MOST:
        raise InvalidParameter(f"messages must have 1 to {MOST} items, not {len(entries)}")
    checked, total = [], 0
    for place, entry in enumerate(entries):
        if not isinstance(entry, Mapping) or not isinstance(entry.get("content"), str):
            raise MissingParameter(f"messages[{place}].content is required")
        content, metadata = entry["content"], _metadata(entry.get("metadata"), f"messages[{place}].metadata")
        size = _size(content, f"messages[{place}].content")
        if not size:
            raise InvalidParameter(f"messages[{place}].content must not be empty")
        if size > LARGEST:
            raise PayloadTooLarge(f"messages[{place}] has {size} bytes; at most {LARGEST} are allowed")
        total += size
        checked.append((content, metadata))
    if total > LARGEST_REQUEST:
        raise PayloadTooLarge(f"the messages have {total} bytes; at most {LARGEST_REQUEST} are allowed")
    return checked


def _size(content: str, place: str) -> int:
    try:
        return len(content.encode())
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell
        raise InvalidParameter(f"{place} is not valid Unicode") from None


def _metadata(value: Any, place: str) -> Mapping[str, Any] | None:
    if value is None:
        return None
    channel = value.get("channelId") if isinstance(value, Mapping) else 0
    properties = value.get("customProperties") if isinstance(value, Mapping) else None
    if channel is not None and not (isinstance(channel, str) and 0 < len(channel) <= 256):
        raise InvalidParameter(f"{place}.channelId must be a string of 1 to 256 characters")
    if properties is not None and not (
        isinstance(properties, Mapping) and all(isinstance(text, str) for text in properties.values())
    ):
        raise InvalidParameter(f"{place}.customProperties must be an object of strings")
    return {"channelId": channel, "customProperties": properties}


def _id_in(receipt: str) -> int:
    try:
        text = base64.urlsafe_b64decode(receipt + "=" * (-len(receipt) % 4)).decode()
    except (ValueError, binascii.Error):
        text = ""
    found = _RECEIPT.fullmatch(text)
    if found is None:
        raise InvalidParameter("the receipt is not one of this queue")
    return int(found[1])
