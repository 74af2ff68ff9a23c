"""Files and folders that only their owner can read, whatever the umask of whoever runs a command.

The umask itself is left alone: the engine and the program inherit it, and what they write outside the
sandbox is the user's.
"""

from __future__ import annotations

import fcntl
import os
import stat
import threading
import time
from pathlib import Path

from sandbox.cloud.errors import SandboxFault

_OTHERS = 0o077
_TRIES, _PAUSE_SECONDS = 40, 0.013


def make_folder(path: Path) -> None:
    """Make a folder with mode 0700, parents included; one that stands is narrowed to it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(path.stat().st_mode) != 0o700:
        path.chmod(0o700)


def write(path: Path, text: str) -> None:
    """Write a file with mode 0600 in one step: readers see the old one or the new one, whole."""
    part = _part(path)
    with open(part, "w", encoding="utf-8", opener=opener) as file:
        file.write(text)
    part.replace(path)


def write_once(path: Path, text: str) -> None:
    """The same, unless the file is there: it is left as it is."""
    if path.exists():
        return
    part = _part(path)
    with open(part, "w", encoding="utf-8", opener=opener) as file:
        file.write(text)
    try:
        os.link(part, path)
    except FileExistsError:
        pass  # another command came first: its file is as good
    finally:
        part.unlink()


def open_lock(path: Path) -> int:
    """A file to lock, made with mode 0600 where it is not there; its descriptor. Raises `SandboxFault`."""
    try:
        return opener(str(path), os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise SandboxFault(f"{path}: cannot be locked: {error.strerror}") from None


def locked(lock: int) -> bool:
    """Take a lock for oneself; whether it could be had.

    Whoever looks whether somebody holds it holds it for a moment, so one refusal says nothing.
    """
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return True
    return False


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock of a file for themselves."""
    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def narrow(folder: Path) -> None:
    """Take from everybody but the owner what they may do with anything in a folder, and with the folder.

    The engine and its plugins write with the user's umask. Links are not followed. What vanishes meanwhile,
    or belongs to somebody else, is passed over.
    """
    for place, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            _narrow(os.path.join(place, name))


def _narrow(path: str) -> None:
    try:
        mode = os.lstat(path).st_mode
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            os.chmod(path, stat.S_IMODE(mode) & ~_OTHERS)
    except OSError:
        return


def opener(path: str, flags: int) -> int:
    """For `open`: what it makes has mode 0600."""
    opened = os.open(path, flags | os.O_CLOEXEC, 0o600)
    os.fchmod(opened, 0o600)  # a umask may take from the owner, too
    return opened


def _part(path: Path) -> Path:
    """Where a file is written before it has its name: no other process nor thread writes there."""
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_native_id()}")
