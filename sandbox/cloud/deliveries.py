"""The outbox: what one service owes to another, from the moment it is owed until it arrived or is dropped.

Whoever accepts a message records a delivery for each destination in the same transaction, and answers only
then. A dispatcher claims what is due, hands it over, and says how that went. A claim is a lease in real time:
the work of a dispatcher that was killed is taken up by the next one, so everything arrives at least once.

    waiting ──claim──► waiting, leased ──delivered──► delivered
       ▲                      │
       └───failed, retry at───┴──failed for good──► dropped

Does not know how anything is delivered, nor when it is tried again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sandbox.cloud.store import Store

State = Literal["waiting", "delivered", "dropped"]

_TABLE = """
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    source_kind TEXT NOT NULL,
    source TEXT NOT NULL,
    destination_kind TEXT NOT NULL,
    destination TEXT NOT NULL,
    principal TEXT NOT NULL,
    payload BLOB NOT NULL,
    content_type TEXT NOT NULL,
    headers TEXT NOT NULL,
    created REAL NOT NULL,
    until REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt REAL NOT NULL,
    leased_until REAL NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting',
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, next_attempt);
CREATE INDEX IF NOT EXISTS deliveries_by_source ON deliveries (source, state)
"""
_COLUMNS = (
    "number, source_kind, source, destination_kind, destination, principal, payload, content_type, headers,"
    " created, until, attempts, next_attempt, state, reason"
)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message on its way. Times are those of `sandbox.cloud.clock`, in seconds since 1970."""

    source_kind: str
    """What it comes from: `subscription`, `rule`, `connector`, `schedule`, `function` …"""

    source: str
    """The OCID of that."""

    destination_kind: str
    """How it is delivered: `function`, `stream`, `queue`, `topic`, or a protocol such as `EMAIL`."""

    destination: str
    """Where to: an OCID, an address."""

    principal: str
    """Whose right is asked for: an OCID; empty where the right was checked when it was set up."""

    payload: bytes
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)
    """Metadata that goes with it."""

    created: float
    until: float | None = None
    """When to give up; None for never."""

    next_attempt: float
    attempts: int = 0
    state: State = "waiting"
    reason: str = ""
    """Why the last attempt failed, or what became of it where it arrived."""

    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """Some deliveries, by the kinds of their source and destination; empty: no matter which."""

    sources: Collection[str] = ()
    but_sources: Collection[str] = ()
    destinations: Collection[str] = ()
    but_destinations: Collection[str] = ()

    def where(self) -> tuple[str, list[str]]:
        """A condition of SQL and its values."""
        found, values = "", []
        for column, kinds, how in (
            ("source_kind", self.sources, "IN"),
            ("source_kind", self.but_sources, "NOT IN"),
            ("destination_kind", self.destinations, "IN"),
            ("destination_kind", self.but_destinations, "NOT IN"),
        ):
            if kinds:
                found += f" AND {column} {how} (SELECT value FROM json_each(?))"  # noqa: S608 constants only
                values.append(json.dumps(sorted(kinds)))
        return found, values


ALL = Kinds()


class Outbox:
    """The deliveries of one store. Safe to use from several processes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.define(_TABLE)

    def record(
        self,
        *,
        source: tuple[str, str],
        destination: tuple[str, str],
        payload: bytes,
        now: float,
        principal: str = "",
        content_type: str = "text/plain",
        headers: Mapping[str, str] | None = None,
        until: float | None = None,
    ) -> int:
        """Owe a delivery, due at once; its number. `source` and `destination` are kind and id. Part of the
        transaction that is open."""
        values = (
            *source,
            *destination,
            principal,
            payload,
            content_type,
            json.dumps(dict(headers or {})),
            now,
            until,
            now,
        )
        with self._store.transaction():
            self._store.execute(
                "INSERT INTO deliveries (source_kind, source, destination_kind, destination, principal,"
                " payload, content_type, headers, created, until, next_attempt)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            return int(self._store.select("SELECT last_insert_rowid()")[0][0])

    def due(self, now: float, most: int = 100, kinds: Kinds = ALL) -> list[Delivery]:
        """What nobody works on and whose time has come, longest overdue first."""
        where, values = kinds.where()
        return self._found(
            f"WHERE state = 'waiting' AND next_attempt <= ? AND leased_until <= ?{where}"
            " ORDER BY next_attempt, number LIMIT ?",
            (now, time.time(), *values, most),
        )

    def claim(self, delivery: Delivery, lease: float) -> bool:
        """Begin an attempt that may take up to `lease` real seconds; False if somebody else was faster."""
        changed = self._store.execute(
            "UPDATE deliveries SET attempts = attempts + 1, leased_until = ?"
            " WHERE number = ? AND state = 'waiting' AND attempts = ? AND leased_until <= ?",
            (time.time() + lease, delivery.number, delivery.attempts, time.time()),
        )
        return changed == 1

    def renew(self, numbers: Iterable[int], lease: float) -> None:
        """Go on with attempts that are under way, for up to `lease` real seconds from now."""
        until = time.time() + lease
        with self._store.transaction():
            for number in numbers:
                self._store.execute(
                    "UPDATE deliveries SET leased_until = ? WHERE number = ? AND state = 'waiting'",
                    (until, number),
                )

    def delivered(self, number: int, note: str = "") -> None:
        """It has arrived; `note` says what became of it there."""
        self._store.execute(
            "UPDATE deliveries SET state = 'delivered', leased_until = 0, reason = ? WHERE number = ?",
            (note, number),
        )

    def failed(self, number: int, reason: str, retry_at: float | None) -> None:
        """An attempt failed. It is due again at `retry_at`; None drops it."""
        self._store.execute(
            "UPDATE deliveries SET state = ?, reason = ?, next_attempt = coalesce(?, next_attempt),"
            " leased_until = 0 WHERE number = ? AND state = 'waiting'",
            ("dropped" if retry_at is None else "waiting", reason, retry_at, number),
        )

    def get(self, number: int) -> Delivery | None:
        """One delivery, or None."""
        return next(iter(self._found("WHERE number = ?", (number,))), None)

    def listed(self, state: State | None = None) -> list[Delivery]:
        """All deliveries, or those in a state, oldest first."""
        where, values = ("WHERE state = ? ", (state,)) if state else ("", ())
        return self._found(f"{where}ORDER BY number", values)

    def counts(self) -> dict[State, int]:
        """How many deliveries there are in each state."""
        found: dict[str, int] = dict(
            self._store.select("SELECT state, count(*) FROM deliveries GROUP BY state")
        )
        return {state: found.get(state, 0) for state in get_args(State)}

    def latest(self, most: int, state: State | None = None) -> list[Delivery]:
        """The newest deliveries, or the newest in a state, oldest first."""
        where, values = ("WHERE state = ? ", (state,)) if state else ("", ())
        return self._found(f"{where}ORDER BY number DESC LIMIT ?", (*values, most))[::-1]

    def of_event(self, event_id: str) -> list[Delivery]:
        """The deliveries of an event, by its id or the beginning of it, through every step that hands its
        envelope on; oldest first."""
        envelope = "CASE WHEN json_valid(CAST(payload AS TEXT)) THEN CAST(payload AS TEXT) END"
        found = f"substr(json_extract({envelope}, '$.eventID'), 1, ?)"
        return self._found(f"WHERE {found} = ? ORDER BY number", (len(event_id), event_id))

    def is_owing(self, source: str) -> bool:
        """Whether anything of a source is still waiting."""
        rows = self._store.select(
            "SELECT 1 FROM deliveries WHERE source = ? AND state = 'waiting' LIMIT 1", (source,)
        )
        return bool(rows)

    def last_reason(self, source: str) -> str:
        """Why the newest delivery of a source was dropped; empty where it was not."""
        rows = self._store.select(
            "SELECT state, reason FROM deliveries WHERE source = ? ORDER BY number DESC LIMIT 1", (source,)
        )
        return str(rows[0][1]) if rows and rows[0][0] == "dropped" else ""

    def forget(self, kept: int) -> None:
        """Remove what has arrived, but for the newest: what was dropped is kept."""
        with self._store.transaction():
            rows = self._store.select("SELECT max(number) FROM deliveries")
            self._store.execute(
                "DELETE FROM deliveries WHERE state = 'delivered' AND number <= ?",
                ((rows[0][0] or 0) - kept,),
            )

    def next_due(self) -> float | None:
        """When the earliest of what is waiting falls due, so that nobody has to poll; None if nothing is."""
        rows = self._store.select("SELECT min(next_attempt) FROM deliveries WHERE state = 'waiting'")
        found: float | None = rows[0][0]
        return found

    def _found(self, rest: str, values: tuple[Any, ...]) -> list[Delivery]:
        rows = self._store.select(f"SELECT {_COLUMNS} FROM deliveries {rest}", values)  # noqa: S608 constants
        return [_delivery(row) for row in rows]


def _delivery(row: tuple[Any, ...]) -> Delivery:
    found = dict(zip(_COLUMNS.replace(",", "").split(), row, strict=True))
    found["payload"] = bytes(found["payload"])
    found["headers"] = json.loads(found["headers"])
    return Delivery(**found)
