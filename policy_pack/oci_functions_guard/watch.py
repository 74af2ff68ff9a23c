"""A small second process that reports that the pack's own process died, and ends it when it hangs.

A process that was killed, stopped, or ran out of memory says nothing itself: the engine shows that a
connection was closed, or waits in silence. The watcher holds one end of a pipe. The pack writes to the other
end once a second; where the writing stops the pack hangs, and where the pipe closes it is gone. Not
for a rule that hangs (`deadline`): that is an answer of the pack's own.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from typing import Final

__all__ = ["DIED", "STOOD_STILL", "Watch"]

DIED: Final = (
    "oci-functions-guard: the policy pack's process ended before the operation did. "
    "What it had not judged by then is refused."
)
STOOD_STILL: Final = (
    "oci-functions-guard: the policy pack did not respond for {seconds:g} seconds and was stopped. "
    "What it had not judged by then is refused."
)
_ALIVE: Final = b"."
_DONE: Final = b"q"


class Watch:
    """The pack's end of the pipe. `start` must be called before the process has a second thread."""

    def __init__(self, pipe: int | None) -> None:
        self._pipe = pipe
        if pipe is not None:
            threading.Thread(target=self._write_on, name="guard-watched", daemon=True).start()

    @classmethod
    def start(cls, seconds: float) -> Watch:
        """Starts the watcher, where the system can fork; without one nobody says how the pack ended.

        `seconds` is how long the pack may stand still.
        """
        if not hasattr(os, "fork"):
            return cls(None)
        read, write = os.pipe()
        pack = os.getpid()
        if os.fork() == 0:
            _watch(read, write, pack, seconds)
        os.close(read)
        return cls(write)

    def done(self) -> None:
        """The engine is through with the pack: from now on its end is nothing to speak of."""
        self._write(_DONE)

    def _write_on(self) -> None:
        while self._write(_ALIVE):
            time.sleep(1.0)

    def _write(self, byte: bytes) -> bool:
        if self._pipe is None:
            return False
        try:
            return os.write(self._pipe, byte) == 1
        except OSError:  # the watcher is gone: the pack goes on without
            return False


def _watch(read: int, write: int, pack: int, seconds: float) -> None:
    """All that the watcher does. Never returns, and holds nothing open but standard error."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.close(write)
        os.closerange(0, 2)
        sentence = _what_happened(read, seconds)
        _say(sentence)
        if sentence not in ("", DIED):
            os.kill(pack, signal.SIGKILL)
    finally:
        os._exit(0)


def _what_happened(read: int, seconds: float) -> str:
    """Waits until the pack is gone or hangs, and says which; nothing where the engine was through."""
    while True:
        ready, _, _ = select.select([read], [], [], seconds)
        if not ready:
            return STOOD_STILL.format(seconds=seconds)
        written = os.read(read, 4096)
        if not written:
            return DIED
        if _DONE in written:
            return ""


def _say(sentence: str) -> None:
    if sentence:
        with contextlib.suppress(OSError):
            os.write(sys.stderr.fileno(), (sentence + "\n").encode())
