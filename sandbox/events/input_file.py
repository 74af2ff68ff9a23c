"""Files that a person gives: read whole, within a limit, and only if they are files.

A pipe would make the command wait for a writer that may never come, and a device may never end; what comes
from another command is read from standard input, which `-` stands for.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from sandbox.cloud.errors import Unusable

STANDARD_INPUT = Path("-")


class InputFileError(Unusable):
    """A file that cannot be used; the message is one line that names it."""


def read_input(path: Path, limit: int) -> bytes:
    """The file's bytes; those of standard input for `-`. Raises `InputFileError`."""
    try:
        content = _standard_input(limit + 1) if path == STANDARD_INPUT else _file(path, limit + 1)
    except OSError as error:
        raise InputFileError(f"{path}: {error.strerror or error}") from None
    if len(content) > limit:
        raise InputFileError(f"{path}: larger than {limit} bytes")
    return content


def _standard_input(most: int) -> bytes:
    return sys.stdin.buffer.read(most) if sys.stdin else b""


def _file(path: Path, most: int) -> bytes:
    _check_kind(path, path.stat().st_mode)
    # Should it have become a pipe since: opening one this way does not wait for its other end.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        _check_kind(path, os.fstat(file.fileno()).st_mode)
        return file.read(most)


def _check_kind(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise InputFileError(f"{path}: Is a directory")
    if not stat.S_ISREG(mode):
        raise InputFileError(f"{path}: not a regular file; use - to read standard input")
