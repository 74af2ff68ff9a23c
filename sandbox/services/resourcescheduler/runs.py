"""How far each schedule has been followed, so that no occurrence is missed or run twice."""

from __future__ import annotations

from sandbox.cloud.store import Store

_TABLE = """
CREATE TABLE IF NOT EXISTS schedule_runs (
    schedule TEXT PRIMARY KEY,
    begun REAL NOT NULL,
    through REAL NOT NULL
) WITHOUT ROWID
"""


def begin(store: Store, schedule: str, now: float) -> tuple[float, float]:
    """When it was created, and the time up to which it was followed; from now on if it is new."""
    store.define(_TABLE)
    rows = store.select("SELECT begun, through FROM schedule_runs WHERE schedule = ?", (schedule,))
    if rows:
        return rows[0][0], rows[0][1]
    store.execute("INSERT OR IGNORE INTO schedule_runs VALUES (?, ?, ?)", (schedule, now, now))
    return begin(store, schedule, now)


def follow(store: Store, schedule: str, through: float) -> None:
    """Every occurrence up to a time has been run."""
    store.execute("UPDATE schedule_runs SET through = ? WHERE schedule = ?", (through, schedule))


def forget(store: Store, schedule: str) -> None:
    """The schedule is gone."""
    store.define(_TABLE)
    store.execute("DELETE FROM schedule_runs WHERE schedule = ?", (schedule,))
