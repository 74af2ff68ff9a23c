"""Where each alarm is: up to when it was looked at, since when its query holds, it fires, and was told of."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.cloud.store import Store

MINUTE = 60.0
_TABLE = """
CREATE TABLE IF NOT EXISTS alarm_states (
    alarm TEXT PRIMARY KEY,
    through REAL NOT NULL,
    beyond REAL,
    fired REAL,
    told REAL
) WITHOUT ROWID
"""


@dataclass(frozen=True)
class State:
    """All in seconds since 1970; None where it does not hold, does not fire, was not told."""

    through: float
    beyond: float | None = None
    fired: float | None = None
    told: float | None = None


def begin(store: Store, alarm: str, now: float) -> State:
    """The state of an alarm; a new one is looked at from now on."""
    store.define(_TABLE)
    rows = store.select("SELECT through, beyond, fired, told FROM alarm_states WHERE alarm = ?", (alarm,))
    if rows:
        return State(*rows[0])
    state = State(now - now % MINUTE)
    keep(store, alarm, state)
    return state


def keep(store: Store, alarm: str, state: State) -> None:
    """It was looked at."""
    store.execute(
        "INSERT OR REPLACE INTO alarm_states VALUES (?, ?, ?, ?, ?)",
        (alarm, state.through, state.beyond, state.fired, state.told),
    )


def forget(store: Store, alarm: str) -> None:
    """The alarm is gone."""
    store.define(_TABLE)
    store.execute("DELETE FROM alarm_states WHERE alarm = ?", (alarm,))
