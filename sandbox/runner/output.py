"""What a function prints, line by line: kept within a bound, and written to a file that others follow."""

from __future__ import annotations

import os
import selectors
import threading
import time
from collections import deque
from pathlib import Path

from sandbox.runner.spec import Line

# As OCI's log record: what a function in a loop prints must not fill the memory.
_LINE_BYTES = 32 * 1024
_KEPT = 64 * 1024


class Output:
    """Reads both streams in a thread until they are closed."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("wb", buffering=0)
        self._lines: deque[Line] = deque()
        self._size = 0
        self._lock = threading.Lock()
        self._streams: dict[int, str] = {}
        self._rest: dict[int, bytes] = {}
        self.writers: list[int] = []
        for source in ("STDOUT", "STDERR"):
            reading, writing = os.pipe()
            os.set_blocking(reading, False)
            self._streams[reading], self._rest[reading] = source, b""
            self.writers.append(writing)
        self._thread = threading.Thread(target=self._read, daemon=True)

    def start(self) -> None:
        """The process holds its ends by now."""
        self.let_go()
        self._thread.start()

    def let_go(self) -> None:
        """Close the writing ends that are not the process's."""
        for writing in self.writers:
            os.close(writing)
        self.writers.clear()

    def taken(self) -> tuple[Line, ...]:
        """The lines since the last time, what is on its way included: the other thread may be late."""
        with self._lock:
            for stream in list(self._streams):
                self._take_in(stream)
            lines = tuple(self._lines)
            self._lines.clear()
            self._size = 0
        return lines

    def close(self, seconds: float) -> None:
        """Wait until nobody writes any more, so long at most."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        self.let_go()

    def _read(self) -> None:
        with selectors.DefaultSelector() as selector, self._log:
            for stream in self._streams:
                selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    with self._lock:
                        if not self._take_in(key.fd):
                            selector.unregister(key.fd)
                            del self._streams[key.fd]
                            os.close(key.fd)

    def _take_in(self, stream: int) -> bool:
        """Keep what is there to be read, whichever thread comes first; whether there may be more."""
        try:
            data = os.read(stream, _KEPT)
        except BlockingIOError:
            return True
        self._log.write(data)
        *lines, rest = (self._rest[stream] + data).split(b"\n")
        if rest and (not data or len(rest) > _LINE_BYTES):
            lines.append(rest)
            rest = b""
        self._rest[stream] = rest
        self._keep(self._streams[stream], lines)
        return bool(data)

    def _keep(self, source: str, lines: list[bytes]) -> None:
        now = time.time()
        for line in lines:
            self._lines.append(Line(now, source, line.decode(errors="replace")))
            self._size += len(self._lines[-1].text) + 1
        while self._size > _KEPT:
            self._size -= len(self._lines.popleft().text) + 1
