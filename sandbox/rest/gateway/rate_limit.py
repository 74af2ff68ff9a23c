"""Requests a second: as many at once as the rate, which come back at the rate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_MOST_KEYS = 10_000


class RateLimit:
    """One bucket for each key; safe to use from several threads. Begins anew with the process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def takes(self, key: str, rate: float) -> bool:
        """Whether one more request is within `rate` a second; counts it if so."""
        now = self._clock()
        with self._lock:
            if len(self._left) > _MOST_KEYS:
                self._left.clear()
            left, at = self._left.get(key, (rate, now))
            left = min(rate, left + (now - at) * rate)
            taken = left >= 1
            self._left[key] = (left - 1 if taken else left, now)
            return taken
