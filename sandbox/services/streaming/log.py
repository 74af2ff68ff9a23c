"""The messages of streams, as rows in the store: an append-only log for each partition.

A message keeps its offset for ever; what is older than the stream's retention is read no more. All times are
those of `sandbox.cloud.clock`, in seconds since 1970. Does not know who may do what, nor HTTP. Several
processes may put and read at once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.errors import InvalidParameter, MissingParameter, PayloadTooLarge
from sandbox.cloud.store import Record, Store

LARGEST_KEY, LARGEST = 256, 1024 * 1024
MOST = 10_000
"""Messages got at once."""

_TABLES = """
CREATE TABLE IF NOT EXISTS stream_messages (
    stream TEXT NOT NULL,
    partition INTEGER NOT NULL,
    number INTEGER NOT NULL,
    key BLOB,
    value BLOB NOT NULL,
    size INTEGER NOT NULL,
    timestamp REAL NOT NULL,
    PRIMARY KEY (stream, partition, number)
);
CREATE INDEX IF NOT EXISTS stream_messages_by_time ON stream_messages (stream, timestamp);
CREATE TABLE IF NOT EXISTS stream_ends (
    stream TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (stream, partition)
) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Stream:
    """What matters of a stream to its messages; `retention` in seconds."""

    id: str
    name: str
    partitions: int
    retention: float

    @classmethod
    def of(cls, record: Record) -> Stream:
        """As the store has it."""
        outputs = record.outputs
        hours = outputs.get("retentionInHours") or 24
        return cls(record.id, str(outputs.get("name")), int(outputs.get("partitions") or 1), hours * 3600.0)


@dataclass(frozen=True)
class StreamMessage:
    """One message. `key` is None where the producer gave none."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes
    timestamp: float


@dataclass(frozen=True)
class Appended:
    """What became of a message that was put: where it is, or why it is not there."""

    partition: int = 0
    offset: int = 0
    timestamp: float = 0.0
    error: str = ""
    message: str = ""


class Log:
    """The messages of all streams of one store. A stream is named by its OCID."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.define(_TABLES)

    def put(self, stream: Stream, entries: Sequence[Any], now: float) -> list[Appended]:
        """Append messages (`value` and maybe `key`, in base64), each for itself. Raises what Streaming
        refuses of the request as a whole."""
        read = [_read(entry, f"messages[{place}]") for place, entry in enumerate(entries)]
        if not read:
            raise InvalidParameter("messages must not be empty")
        total = sum(len(key or b"") + len(value) for key, value in read)
        if total > LARGEST:
            raise PayloadTooLarge(f"the messages have {total} bytes; at most {LARGEST} are allowed")
        with self._store.transaction():
            self._trim(stream, now)
            return [self._append(stream, key, value, now) for key, value in read]

    def read(self, stream: Stream, partition: int, offset: int, most: int, now: float) -> list[StreamMessage]:
        """The messages from an offset on, or from the oldest that is kept: `most`, and 1 MiB of them."""
        rows = self._store.select(
            "SELECT number, size FROM stream_messages"
            " WHERE stream = ? AND partition = ? AND number >= ? AND timestamp > ? ORDER BY number LIMIT ?",
            (stream.id, partition, offset, now - stream.retention, most),
        )
        last, total = -1, 0
        for number, size in rows:
            total += size
            if last >= 0 and total > LARGEST:
                break
            last = number
        found = self._store.select(
            "SELECT number, key, value, timestamp FROM stream_messages WHERE stream = ? AND partition = ?"
            " AND number >= ? AND number <= ? AND timestamp > ? ORDER BY number",
            (stream.id, partition, offset, last, now - stream.retention),
        )
        return [StreamMessage(partition, number, key, bytes(value), at) for number, key, value, at in found]

    def end(self, stream: str, partition: int) -> int:
        """The offset of the next message."""
        rows = self._store.select(
            "SELECT next FROM stream_ends WHERE stream = ? AND partition = ?", (stream, partition)
        )
        return int(rows[0][0]) if rows else 0

    def since(self, stream: Stream, partition: int, time: float) -> int:
        """The offset of the first message of this time or later."""
        rows = self._store.select(
            "SELECT min(number) FROM stream_messages WHERE stream = ? AND partition = ? AND timestamp >= ?",
            (stream.id, partition, time),
        )
        return self.end(stream.id, partition) if rows[0][0] is None else int(rows[0][0])

    def forget(self, stream: str) -> None:
        """The stream is gone."""
        with self._store.transaction():
            self._store.execute("DELETE FROM stream_messages WHERE stream = ?", (stream,))
            self._store.execute("DELETE FROM stream_ends WHERE stream = ?", (stream,))

    def _append(self, stream: Stream, key: bytes | None, value: bytes, now: float) -> Appended:
        if key is not None and len(key) > LARGEST_KEY:
            text = f"the key has {len(key)} bytes; at most {LARGEST_KEY} are allowed"
            return Appended(error="InvalidParameter", message=text)
        partition = partition_of(key if key is not None else secrets.token_bytes(8), stream.partitions)
        number = self.end(stream.id, partition)
        self._store.execute(
            "INSERT INTO stream_messages VALUES (?, ?, ?, ?, ?, ?, ?)",
            (stream.id, partition, number, key, value, len(value) + len(key or b""), now),
        )
        self._store.execute(
            "INSERT OR REPLACE INTO stream_ends VALUES (?, ?, ?)", (stream.id, partition, number + 1)
        )
        return Appended(partition, number, now)

    def _trim(self, stream: Stream, now: float) -> None:
        self._store.execute(
            "DELETE FROM stream_messages WHERE stream = ? AND timestamp <= ?",
            (stream.id, now - stream.retention),
        )


def partition_of(key: bytes, partitions: int) -> int:
    """Where messages with a key go, always the same. Streaming's own hash is not documented."""
    return int.from_bytes(hashlib.md5(key, usedforsecurity=False).digest()[:8]) % partitions


def _read(entry: Any, place: str) -> tuple[bytes | None, bytes]:
    if not isinstance(entry, Mapping) or entry.get("value") is None:
        raise MissingParameter(f"{place}.value is required")
    key = entry.get("key")
    return (None if key is None else _bytes(key, f"{place}.key")), _bytes(entry["value"], f"{place}.value")


def _bytes(text: Any, place: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise InvalidParameter(f"{place} must be base64") from None
