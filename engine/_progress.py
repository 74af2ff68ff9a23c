"""Shows that something long is going on: on a terminal one line that changes, else a line now and then.

Does not print results or errors.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable

# Where nobody watches, a line so often is enough to see that it is alive.
_QUIET_SECONDS = 30.0

_FETCHED = re.compile(r"go: (downloading|finding|extracting) ")
_COMPILED = re.compile(r"[\w.~-]+(/[\w.~-]+)*$")


def clock(seconds: float) -> str:
    """`75` is `1:15`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class Ticker:
    """Counts the modules Go fetches or the packages it compiles, and shows the count with the time."""

    def __init__(self, say: Callable[[str], None], doing: str, unit: str) -> None:
        self._say = say
        self._doing, self._unit = doing, unit
        self._counted = 0
        self._began = self._shown = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._width = 0

    def count(self, line: str) -> bool:
        """Count a line of Go's; False for a line that is neither a module nor a package: a complaint."""
        if _FETCHED.match(line) or _COMPILED.match(line):
            self._counted += 1
            return True
        return False

    def show(self) -> None:
        """Show the count, where it is time to."""
        now = time.monotonic()
        text = f"engine: {self._doing}: {self._counted:,} {self._unit}, {clock(now - self._began)}"
        if self._terminal:
            print(f"\r{text:<{self._width}}", end="", file=sys.stderr, flush=True)
            self._width = len(text)
        elif now - self._shown >= _QUIET_SECONDS:
            self._shown = now
            self._say(text)

    def end(self) -> None:
        """Take the changing line away."""
        if self._terminal and self._width:
            print(f"\r{'':<{self._width}}\r", end="", file=sys.stderr, flush=True)
