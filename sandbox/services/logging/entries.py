"""What logs hold: entries kept in the store within a bound, in the order in which they came in.

Written by PutLogs and by whatever runs functions; read by a search, and by connectors, which go on where they
stopped (`after`).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.api.representation import of_seconds
from sandbox.cloud.store import Record, Store

KEPT = 100_000
"""Entries of all logs that are kept. OCI keeps them for the log's retention, whatever their number."""

LONGEST = 10_000
"""Characters of data; what is longer is cut, as OCI does."""

_TABLE = """
CREATE TABLE IF NOT EXISTS log_entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    log TEXT NOT NULL,
    time REAL NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS log_entries_by_log ON log_entries (log, number)
"""


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """An entry that comes in. `data` is an object, or text that is no JSON object; `time` in seconds since
    1970."""

    data: str | dict[str, Any]
    time: float
    source: str
    type: str
    subject: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Entry:
    """An entry that is kept. `content` is as searches and connectors show it; `number` is greater than that
    of every entry that came in before."""

    number: int
    log_id: str
    time: float
    content: dict[str, Any]


def record(store: Store, log: Record, entries: Iterable[NewEntry], now: float) -> None:
    """Keep entries of a log, all of them or none."""
    place = {
        "compartmentid": log.outputs.get("compartmentId"),
        "ingestedtime": of_seconds(now),
        "loggroupid": log.outputs.get("logGroupId"),
        "logid": log.id,
        "tenantid": log.outputs.get("tenancyId"),
    }
    with store.transaction():
        store.define(_TABLE)
        for entry in entries:
            content = {
                "data": _data(entry.data),
                "id": entry.id,
                "oracle": place,
                "source": entry.source,
                "specversion": "1.0",
                "subject": entry.subject,
                "time": of_seconds(entry.time),
                "type": entry.type,
            }
            store.execute(
                "INSERT INTO log_entries (log, time, content) VALUES (?, ?, ?)",
                (log.id, entry.time, json.dumps(content, separators=(",", ":"))),
            )
        newest = store.select("SELECT max(number) FROM log_entries")[0][0] or 0
        store.execute("DELETE FROM log_entries WHERE number <= ?", (newest - KEPT,))


def after(store: Store, log_ids: Collection[str], number: int, most: int) -> list[Entry]:
    """The entries of some logs that came in after one, oldest first, at most so many."""
    return _read(store, log_ids, "number > ?", [number], f"ORDER BY number LIMIT {int(most)}")


def between(store: Store, log_ids: Collection[str], start: float, end: float) -> list[Entry]:
    """The entries of some logs with a time from `start` (with it) to `end` (without it), oldest first."""
    return _read(store, log_ids, "time >= ? AND time < ?", [start, end], "ORDER BY time, number")


def newest(store: Store) -> int:
    """The number of the last entry that came in; 0 where there is none."""
    store.define(_TABLE)
    return int(store.select("SELECT max(number) FROM log_entries")[0][0] or 0)


def _read(store: Store, log_ids: Collection[str], where: str, values: list[float], order: str) -> list[Entry]:
    store.define(_TABLE)
    rows = store.select(
        "SELECT number, log, time, content FROM log_entries"  # noqa: S608 the parts are constants above
        f" WHERE log IN (SELECT value FROM json_each(?)) AND {where} {order}",
        [json.dumps(sorted(log_ids)), *values],
    )
    return [Entry(number, log, time, json.loads(content)) for number, log, time, content in rows]


def _data(data: str | dict[str, Any]) -> Any:
    """An object as it is; text as an object's message, so that both are searched alike."""
    if isinstance(data, dict):
        return data
    text = data[:LONGEST]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {"message": text}
    return value if isinstance(value, dict) else {"message": text}
