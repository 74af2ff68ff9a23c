"""What a function prints, line by line: kept within a bound, and written to a file that others follow."""

from __future__ import annotations

import fcntl
import os
import selectors
import struct
import termios
import threading
import time
from collections import deque
from pathlib import Path

from sandbox.runner.spec import Line

# As OCI's log record: what a function in a loop prints must not fill the memory.
_LINE_BYTES = 32 * 1024
_KEPT = 64 * 1024
_SETTLE_SECONDS = 0.1


class Output:
    """Reads both streams in a thread until they are closed."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("wb", buffering=0)
        self._lines: deque[Line] = deque()
        self._size = 0
        self._lock = threading.Lock()
        self._streams: dict[int, str] = {}
        self.writers: list[int] = []
        for source in ("STDOUT", "STDERR"):
            reading, writing = os.pipe()
            self._streams[reading] = source
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
        """The lines since the last time, without waiting longer than what is on its way takes to arrive."""
        until = time.monotonic() + _SETTLE_SECONDS
        while (
            time.monotonic() < until and self._thread.is_alive() and any(map(_waiting, list(self._streams)))
        ):
            time.sleep(0.001)
        with self._lock:
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
        rest = dict.fromkeys(self._streams, b"")
        with selectors.DefaultSelector() as selector, self._log:
            for stream in self._streams:
                selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    data = os.read(key.fd, _KEPT)
                    self._log.write(data)
                    *lines, rest[key.fd] = (rest[key.fd] + data).split(b"\n")
                    if rest[key.fd] and (not data or len(rest[key.fd]) > _LINE_BYTES):
                        lines.append(rest[key.fd])
                        rest[key.fd] = b""
                    self._keep(self._streams[key.fd], lines)
                    if not data:
                        selector.unregister(key.fd)
                        del self._streams[key.fd]
                        os.close(key.fd)

    def _keep(self, source: str, lines: list[bytes]) -> None:
        now = time.time()
        with self._lock:
            for line in lines:
                self._lines.append(Line(now, source, line.decode(errors="replace")))
                self._size += len(self._lines[-1].text) + 1
            while self._size > _KEPT:
                self._size -= len(self._lines.popleft().text) + 1


def _waiting(stream: int) -> bool:
    try:
        return bool(struct.unpack("i", fcntl.ioctl(stream, termios.FIONREAD, b"\0" * 4))[0])
    except OSError:
        return False
