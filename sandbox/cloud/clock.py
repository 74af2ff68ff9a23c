"""The cloud's time, which can be set: what retention, visibility, retries and schedules go by.

Kept in the store, so that every process of a sandbox has the same time. Signatures and tokens use the real
time, and so does whatever guards against the death of a process. Read it once for each request.
"""

from __future__ import annotations

import time

from sandbox.cloud.store import Store

_KEY = "clock"


def now(store: Store) -> float:
    """Seconds since 1970 on the cloud's clock: the real time unless it was set."""
    setting = store.setting(_KEY) or ""
    if setting.startswith("="):
        return float(setting[1:])
    return time.time() + float(setting or 0)


def stand_still(store: Store, at: float) -> None:
    """Stop the clock at a time, in seconds since 1970."""
    store.set_setting(_KEY, f"={at!r}")


def advance(store: Store, seconds: float) -> None:
    """Put the clock forward; it goes on (or stands) from there."""
    with store.transaction():
        setting = store.setting(_KEY) or "0"
        if setting.startswith("="):
            store.set_setting(_KEY, f"={float(setting[1:]) + seconds!r}")
        else:
            store.set_setting(_KEY, repr(float(setting) + seconds))


def reset(store: Store) -> None:
    """Back to the real time."""
    store.set_setting(_KEY, "")
