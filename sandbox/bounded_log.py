"""A log of lines that is kept within a bound: a file, and the one before it. Several processes may write."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sandbox import private
from sandbox.cloud.errors import SandboxFault


def append(path: Path, what: str, text: str, largest: int) -> None:
    """Add whole lines of ASCII; beyond `largest` bytes the file becomes the one before.

    Raises `SandboxFault`, which says `what` cannot be written.
    """
    try:
        private.make_folder(path.parent)
        lock = private.open_lock(path.with_suffix(".lock"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists() and path.stat().st_size > largest:
                path.replace(former(path))
            with open(path, "a", encoding="ascii", opener=private.opener) as file:
                file.write(text)
        finally:
            os.close(lock)
    except OSError as error:
        raise SandboxFault(f"{path}: {what} cannot be written: {error.strerror}") from None


def former(path: Path) -> Path:
    """The file before."""
    return path.with_name(f"{path.stem}.1{path.suffix}")


def lines(path: Path) -> Iterator[str]:
    """All that is kept, oldest first; a line that a kill cut off is among them. Raises `SandboxFault`."""
    for one in (former(path), path):
        yield from _lines_of(one)


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines() if path.exists() else []
    except OSError as error:
        raise SandboxFault(f"{path}: cannot be read: {error.strerror}") from None


class Tail:
    """The lines of a log as they come: first all that is kept, then what was added since, at each look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._rest = b""

    def __enter__(self) -> Tail:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def first(self) -> list[str]:
        """What is kept now."""
        return [*_lines_of(former(self._path)), *self.new()]

    def new(self) -> list[str]:
        """What came since the last look, also where the file was put aside or removed meanwhile."""
        found = self._read()
        if not self._is_current():
            self._close()
            self._open()
            found += self._read()
        return found

    def _read(self) -> list[str]:
        if self._file is None:
            return []
        *whole, self._rest = (self._rest + self._file.read()).split(b"\n")
        return [line.decode("ascii", "replace") for line in whole]

    def _is_current(self) -> bool:
        try:
            return self._file is not None and os.path.samestat(
                os.fstat(self._file.fileno()), self._path.stat()
            )
        except OSError:
            return False

    def _open(self) -> None:
        try:
            self._file = self._path.open("rb")
        except OSError:  # nothing was logged yet
            self._file = None

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file, self._rest = None, b""
