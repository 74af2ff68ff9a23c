"""Finds processes by a word in their environment, which survives whatever becomes of their parents."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path


def marked(mark: str) -> Iterator[Path]:
    """The folders in /proc of the processes that have `mark` in their environment; zombies have none."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes():
                yield folder


def alive(mark: str) -> list[str]:
    """The command lines of the processes that have `mark` in their environment."""
    found = []
    for folder in marked(mark):
        with suppress(OSError):
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def kill_marked(mark: str) -> None:
    """End the processes that have `mark` in their environment."""
    for folder in marked(mark):
        with suppress(OSError):
            os.kill(int(folder.name), signal.SIGKILL)


def eventually(condition: Callable[[], object], seconds: float = 10.0) -> bool:
    """Whether the condition comes true in time, looking a hundred times a second.

    Looks are counted, not seconds: on a machine that is busy elsewhere, a look takes as much longer as what
    is waited for.
    """
    for _ in range(round(seconds * 100)):
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())
