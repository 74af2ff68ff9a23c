"""What a function prints, shown while it runs: lines are handed over as they come into its log file.

    with listening(say):            # by the command, around everything it does
        ...
        with following(log, name):  # by the process that writes the log

The listener is kept in a context variable: between the command and the process lie layers that have nothing
to do with output.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path

Listener = Callable[[str, str], None]
"""Takes the function's name and a line."""

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)
_SECONDS_BETWEEN_LOOKS = 0.05
# A function in a loop must not fill the terminal; all of it, within the log's own bound, is in the trace.
_MOST_BYTES = 64 * 1024


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hand over every line that functions print inside."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


@contextmanager
def following(log: Path, function: str) -> Iterator[None]:
    """Hand over the lines of a log file to whoever listens, until the block ends; then what is left of it."""
    listener = _LISTENER.get()
    if listener is None:
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_follow, args=(log, partial(listener, function), ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _follow(log: Path, listener: Callable[[str], None], ended: threading.Event) -> None:
    shown, rest = 0, b""
    with log.open("rb") as file:
        while shown < _MOST_BYTES:
            last = ended.wait(_SECONDS_BETWEEN_LOOKS)
            new = file.read(_MOST_BYTES - shown)
            shown += len(new)
            *lines, rest = (rest + new).split(b"\n")
            for line in lines:
                listener(line.decode(errors="replace"))
            if last and not new:
                break
    if rest:
        listener(rest.decode(errors="replace"))
    if shown >= _MOST_BYTES:
        listener(f"... more than {_MOST_BYTES // 1024} KiB: no more is shown while the function runs")
