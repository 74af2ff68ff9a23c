"""Consumer groups: which instance reads which partitions, and how far the group has come.

An instance that reads, commits or sends a heartbeat keeps its partitions for its timeout; partitions are
shared out evenly between the instances that live, whenever one of them reads. No two instances have one
partition at a time. What was got and not committed is got again by whoever has the partition then.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice

from sandbox.cloud.errors import NotFound
from sandbox.cloud.store import Store
from sandbox.services.streaming.cursors import GroupCursor
from sandbox.services.streaming.log import Log, Stream, StreamMessage

_TABLES = """
CREATE TABLE IF NOT EXISTS stream_groups (
    stream TEXT NOT NULL,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (stream, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stream_members (
    stream TEXT NOT NULL,
    name TEXT NOT NULL,
    instance TEXT NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (stream, name, instance)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stream_reservations (
    stream TEXT NOT NULL,
    name TEXT NOT NULL,
    partition INTEGER NOT NULL,
    position INTEGER NOT NULL,
    instance TEXT NOT NULL DEFAULT '',
    until REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (stream, name, partition)
) WITHOUT ROWID
"""
_NAMES = ("stream_groups", "stream_members", "stream_reservations")


@dataclass(frozen=True)
class Reservation:
    """One partition of a group. `position` is the offset after what is committed; `instance` is empty where
    nobody has it."""

    partition: int
    position: int
    instance: str
    until: float


class Groups:
    """The consumer groups of all streams of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._log = Log(store)
        store.define(_TABLES)

    def join(
        self, stream: Stream, cursor: GroupCursor, start: Callable[[int], int], now: float
    ) -> GroupCursor:
        """An instance joins; the first one makes the group, which begins where `start` says for each
        partition."""
        key = (stream.id, cursor.group)
        with self._store.transaction():
            made = self._store.execute("INSERT OR IGNORE INTO stream_groups VALUES (?, ?, 1)", key)
            if made:
                self._begin(stream, cursor.group, start)
            joined = replace(cursor, generation=self._generation(*key))
            self._share_out(stream, joined, now)
        return joined

    def get(
        self, stream: Stream, cursor: GroupCursor, most: int, now: float
    ) -> tuple[list[StreamMessage], GroupCursor]:
        """What the instance's partitions have, and the cursor for what follows."""
        with self._store.transaction():
            cursor = self._current(cursor)
            if cursor.commits_on_get:
                self._commit(cursor, now)
                cursor = replace(cursor, read={})
            self._share_out(stream, cursor, now)
            read, logs = {}, []
            for place in self._held(cursor, now):
                begin = cursor.read.get(str(place.partition), place.position)
                read[str(place.partition)] = begin
                logs.append(self._log.read(stream, place.partition, begin, most, now))
        # The oldest first, so that a busy partition keeps nobody else waiting.
        found = list(islice(heapq.merge(*logs, key=lambda message: message.timestamp), most))
        read |= {str(message.partition): message.offset + 1 for message in found}
        return found, replace(cursor, read=read, issued=now)

    def commit(self, cursor: GroupCursor, now: float) -> GroupCursor:
        """All that the instance got is done with, where it still has the partition."""
        with self._store.transaction():
            cursor = self._current(cursor)
            self._commit(cursor, now)
            self._keep(cursor, now)
        return replace(cursor, issued=now)

    def keep(self, cursor: GroupCursor, now: float) -> GroupCursor:
        """The instance lives."""
        with self._store.transaction():
            cursor = self._current(cursor)
            self._keep(cursor, now)
        return replace(cursor, issued=now)

    def move(self, stream: Stream, group: str, start: Callable[[int], int]) -> None:
        """The group goes on from elsewhere; what instances got until now is committed no more. Raises
        `NotFound`."""
        with self._store.transaction():
            self._generation(stream.id, group)
            self._store.execute(
                "UPDATE stream_groups SET generation = generation + 1 WHERE stream = ? AND name = ?",
                (stream.id, group),
            )
            self._begin(stream, group, start)

    def reservations(self, stream: str, group: str, now: float) -> list[Reservation]:
        """How far the group has come, and who reads. Raises `NotFound`."""
        self._generation(stream, group)
        rows = self._store.select(
            "SELECT partition, position, instance, until FROM stream_reservations"
            " WHERE stream = ? AND name = ? ORDER BY partition",
            (stream, group),
        )
        found = [Reservation(*row) for row in rows]
        return [one if one.until > now else replace(one, instance="", until=0.0) for one in found]

    def forget(self, stream: str) -> None:
        """The stream is gone."""
        with self._store.transaction():
            for table in _NAMES:
                self._store.execute(f"DELETE FROM {table} WHERE stream = ?", (stream,))  # noqa: S608

    def _begin(self, stream: Stream, group: str, start: Callable[[int], int]) -> None:
        for partition in range(stream.partitions):
            self._store.execute(
                "INSERT OR REPLACE INTO stream_reservations (stream, name, partition, position)"
                " VALUES (?, ?, ?, ?)",
                (stream.id, group, partition, start(partition)),
            )

    def _generation(self, stream: str, group: str) -> int:
        rows = self._store.select(
            "SELECT generation FROM stream_groups WHERE stream = ? AND name = ?", (stream, group)
        )
        if not rows:
            raise NotFound(f"the stream has no group {group!r}")
        return int(rows[0][0])

    def _current(self, cursor: GroupCursor) -> GroupCursor:
        """The cursor, without what was got before the group was moved."""
        generation = self._generation(cursor.stream, cursor.group)
        if generation == cursor.generation:
            return cursor
        return replace(cursor, generation=generation, read={})

    def _commit(self, cursor: GroupCursor, now: float) -> None:
        for partition, offset in cursor.read.items():
            self._store.execute(
                "UPDATE stream_reservations SET position = max(position, ?)"
                " WHERE stream = ? AND name = ? AND partition = ? AND instance = ? AND until > ?",
                (offset, cursor.stream, cursor.group, int(partition), cursor.instance, now),
            )

    def _keep(self, cursor: GroupCursor, now: float) -> None:
        until = now + cursor.timeout
        self._store.execute(
            "INSERT OR REPLACE INTO stream_members VALUES (?, ?, ?, ?)",
            (cursor.stream, cursor.group, cursor.instance, until),
        )
        self._store.execute(
            "UPDATE stream_reservations SET until = ?"
            " WHERE stream = ? AND name = ? AND instance = ? AND until > ?",
            (until, cursor.stream, cursor.group, cursor.instance, now),
        )

    def _share_out(self, stream: Stream, cursor: GroupCursor, now: float) -> None:
        """The instance takes what is free, or gives back what is more than its share."""
        self._keep(cursor, now)
        key = (stream.id, cursor.group)
        self._store.execute(
            "DELETE FROM stream_members WHERE stream = ? AND name = ? AND until <= ?", (*key, now)
        )
        living = self._store.select("SELECT count(*) FROM stream_members WHERE stream = ? AND name = ?", key)
        share = -(-stream.partitions // int(living[0][0]))
        held = [place.partition for place in self._held(cursor, now)]
        free = [one.partition for one in self.reservations(*key, now) if not one.instance]
        changes = [(partition, "", 0.0) for partition in held[share:]]
        taken = free[: max(0, share - len(held))]
        changes += [(partition, cursor.instance, now + cursor.timeout) for partition in taken]
        for partition, instance, until in changes:
            self._store.execute(
                "UPDATE stream_reservations SET instance = ?, until = ?"
                " WHERE stream = ? AND name = ? AND partition = ?",
                (instance, until, *key, partition),
            )

    def _held(self, cursor: GroupCursor, now: float) -> list[Reservation]:
        found = self.reservations(cursor.stream, cursor.group, now)
        return [one for one in found if one.instance == cursor.instance]
