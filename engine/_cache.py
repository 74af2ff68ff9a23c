"""The engine's place in the user's cache: where it is, who may write to it, how a result appears in it.

Does not know what is kept there.

    <cache>/oci-ai-functions/engine/
        lock                          held while anything below is made
        official-v<version>-<os>/     the official installer's result
        v<version>-<key>/cli/         the CLI built here
        v<version>-<key>/host-<key>/  one engine folder: the CLI beside one language host
        yaml-<key>/                   the language host of programs in YAML
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine._errors import EngineError

# A folder no command has used for so long is removed when a new one of its kind is made.
_UNUSED_DAYS = 30


def root() -> Path:
    """`${XDG_CACHE_HOME:-~/.cache}/oci-ai-functions/engine`; a relative XDG_CACHE_HOME counts as not set."""
    stated = os.environ.get("XDG_CACHE_HOME", "")
    base = stated if os.path.isabs(stated) else os.path.expanduser("~/.cache")
    if not os.path.isabs(base):
        raise EngineError("this user has no home folder; set XDG_CACHE_HOME or HOME to an absolute path")
    return Path(base) / "oci-ai-functions" / "engine"


def machine() -> str:
    """Operating system and processor: a home folder may be shared by machines that differ."""
    return f"{platform.system()}-{platform.machine()}".lower()


@contextmanager
def locked(folder: Path, say: Callable[[str], None]) -> Iterator[int]:
    """Hold the cache's lock; yields its file descriptor. A second process waits, and says so.

    The lock ends with the process that holds it, and with the processes the descriptor was passed to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = open(folder / "lock", "a+", encoding="utf-8")  # noqa: SIM115 closed by the `with` below
    except OSError as error:
        raise EngineError(
            f"the engine's cache {folder} cannot be written ({error.strerror}); "
            "make it writable, or set XDG_CACHE_HOME to a writable folder"
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _wait(file.fileno(), _holder(folder), say)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def _holder(folder: Path) -> str:
    return (folder / "lock").read_text(encoding="utf-8").strip() or "unknown"


def _wait(lock: int, holder: str, say: Callable[[str], None]) -> None:
    say(f"engine: another process ({holder}) is preparing it; waiting for it to finish")
    began = time.monotonic()
    fcntl.flock(lock, fcntl.LOCK_EX)
    say(f"engine: waited {time.monotonic() - began:.0f} s")


@contextmanager
def published(target: Path) -> Iterator[Path]:
    """An empty folder to fill; it becomes `target` in one step, when all went well, or it is removed.

    To be used with the lock held: what a killed process left is removed first.
    """
    partial = target.with_name(target.name + ".partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    except OSError as error:
        raise EngineError(
            f"the engine cannot be stored in {target.parent} ({error.strerror or error}); free some space, "
            "or set XDG_CACHE_HOME to another folder"
        ) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def remove_unused(folder: Path, keep: Path) -> None:
    """Remove engine folders that were not used for a month, and CLIs that no engine folder is left of.

    A language host that lies in an engine folder, too, is a link to the same file.
    """
    oldest = time.time() - _UNUSED_DAYS * 24 * 3600
    for engine in folder.glob("v*/host-*"):
        if engine != keep and engine.stat().st_mtime < oldest:
            shutil.rmtree(engine, ignore_errors=True)
    for host in folder.glob("yaml-*"):
        if host.stat().st_mtime < oldest:
            shutil.rmtree(host, ignore_errors=True)
    for version in folder.glob("v*"):
        if not any(version.glob("host-*")):
            shutil.rmtree(version, ignore_errors=True)
