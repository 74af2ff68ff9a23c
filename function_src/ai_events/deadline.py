"""How long an invocation may still take.

The platform ends a function at its deadline without a word, and the kit does not watch it. Whatever asks
another service takes a `Deadline` and gives up before it, so that the answer says why.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

_DEFAULT_SECONDS = 30.0
# What it takes to write the log line and the answer.
_RESERVE_SECONDS = 1.0


@dataclass(frozen=True)
class Deadline:
    """A moment of the monotonic clock, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """So many seconds from now."""
        return cls(time.monotonic() + seconds)

    @classmethod
    def of_invocation(cls, text: str | None) -> Deadline:
        """From the header `Fn-Deadline` (RFC 3339), less a reserve for the answer; else 30 s from now."""
        try:
            left = (datetime.fromisoformat(text or "") - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError, OverflowError):  # TypeError: a time without its offset
            left = _DEFAULT_SECONDS
        return cls.after(left - _RESERVE_SECONDS)

    def left(self) -> float:
        """Seconds; zero or less when it has passed."""
        return self.at - time.monotonic()

    def no_later_than(self, at: float) -> Deadline:
        """This one, or a moment before it."""
        return Deadline(min(self.at, at))
