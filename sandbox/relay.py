"""Passes on what a process writes, and goes on reading when nobody reads any more.

    python -I -S relay.py < (pipe from the process) > (the user's output)

Its status is the number of the error that stopped it writing (`errno`), 0 if there was none. A process of its
own, so that the engine keeps its output also when the command that started it is killed.
"""

import os
import select
import signal
import sys

_CHUNK = 65536


def main() -> int:
    """Copy standard input to standard output until it ends; the first error of writing, or 0."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The engine decides when it is over; what it says until then is still wanted.
        signal.signal(number, signal.SIG_IGN)
    lost = 0
    while chunk := os.read(0, _CHUNK):
        if not lost:
            lost = _write(chunk)
    return lost


def _write(chunk: bytes) -> int:
    while chunk:
        try:
            chunk = chunk[os.write(1, chunk) :]
        except BlockingIOError:  # somebody made the user's pipe non-blocking, and it is full
            select.select([], [1], [])
        except OSError as error:
            return error.errno or 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
