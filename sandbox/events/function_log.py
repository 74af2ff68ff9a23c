"""The log of functions: one entry a run, as the invoke log of an application has it, kept within a bound.

A file of JSON lines, and the one before it. Not Oracle's Logging service: nothing can be searched in it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox import private
from sandbox.cloud.errors import SandboxFault

_LARGEST = 1024 * 1024
_LINES = 200
_LINE = 2000


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a function: when, how it ended, and the last lines it printed."""

    time: str
    """RFC 3339, UTC."""
    stack: str
    function: str
    id: str
    """The function's OCID."""
    ended: str
    """`200 in 61 ms`, or why there was no answer."""
    lines: list[str]


def now() -> str:
    """The time of a run that ends now."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def append(folder: Path, runs: Iterable[Run]) -> None:
    """Note runs in the sandbox's log. Raises `SandboxFault` if it cannot be written."""
    text = "".join(json.dumps(asdict(_bounded(run)), ensure_ascii=True) + "\n" for run in runs)
    if not text:
        return
    path = _path(folder)
    try:
        private.make_folder(path.parent)
        lock = private.open_lock(path.with_suffix(".lock"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists() and path.stat().st_size > _LARGEST:
                path.replace(_former(path))
            with open(path, "a", encoding="ascii", opener=private.opener) as file:
                file.write(text)
        finally:
            os.close(lock)
    except OSError as error:
        raise SandboxFault(f"{path}: the functions' log cannot be written: {error.strerror}") from None


def read(folder: Path, stack: str | None = None, function: str | None = None) -> Iterator[Run]:
    """The runs in the log, oldest first, of one stack or function where that is asked for.

    A line that a kill cut off is passed over. Raises `SandboxFault` if the log cannot be read.
    """
    path = _path(folder)
    for one in (_former(path), path):
        try:
            text = one.read_text(encoding="ascii", errors="replace") if one.exists() else ""
        except OSError as error:
            raise SandboxFault(f"{one}: cannot be read: {error.strerror}") from None
        for line in text.splitlines():
            run = _run(line)
            if run and stack in (None, run.stack) and function in (None, run.function, run.id):
                yield run


def _run(line: str) -> Run | None:
    try:
        return Run(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _bounded(run: Run) -> Run:
    lines = [line if len(line) <= _LINE else f"{line[:_LINE]}..." for line in run.lines[-_LINES:]]
    return Run(**{**asdict(run), "lines": lines})


def _path(folder: Path) -> Path:
    return folder / "logs" / "functions.jsonl"


def _former(path: Path) -> Path:
    return path.with_name("functions.1.jsonl")
