"""What earlier commands left behind: removed where nobody uses it, kept within a bound where it is history.

    run/       folders of function processes: gone when the last command that runs one has ended or died
    state/     the engine's checkpoints and backups of them: the newest of each stack
    images/    contents of images: those something deployed or a tag names, and the newest of the others
    archives/  archives of code: those a function is made of, and the newest of the others

The engine bounds its own logs (`PULUMI_LOG_ROTATION_MAX_TOTAL_MB`), and the log of functions is bounded where
it is written. Nothing outside the sandbox's folder is touched.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sandbox import private
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.services.functions.archive import kept_at

CHECKPOINTS_KEPT = 20
"""Updates of a stack whose checkpoint is kept, and backups of its state."""
IMAGES_KEPT = 10
"""Images, and archives of code, that nothing names any more."""
# An image is built before what uses it is recorded: a younger one may belong to a deploy that runs now.
_SETTLED_SECONDS = 3600

_UPDATE = re.compile(r"(?P<update>.+-\d+)\.(?:history|checkpoint)\.json.*")
_BACKUP = re.compile(r"(?P<update>.+\.\d+)\.json.*")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_SHOWN = re.compile(r"'sourceCodeSha256': '([A-Za-z0-9+/]{43}=)'")


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """Held while function processes may have folders below `run`; what is left of dead ones is removed first.

    Commands hold it side by side. The system lets go of it however a command ends. Raises `SandboxFault`
    where the sandbox cannot be written.
    """
    try:
        private.make_folder(folder / "run")
        lock = private.open_lock(folder / "run.lock")
    except OSError as error:
        raise SandboxFault(f"{folder / 'run'}: cannot be made: {error.strerror}") from None
    try:
        _remove_runs(folder, lock)
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield
    finally:
        os.close(lock)


def tidy(folder: Path) -> None:
    """Remove what dead commands left, and old checkpoints. Never fails: the command has other work to do."""
    with suppress(OSError, SandboxFault):
        lock = private.open_lock(folder / "run.lock")
        try:
            _remove_runs(folder, lock)
        finally:
            os.close(lock)
    for probe in folder.glob(".probe-*"):
        probe.unlink(missing_ok=True)
    state = folder / "state" / ".pulumi"
    for kind, pattern in (("history", _UPDATE), ("backups", _BACKUP)):
        for stack in state.glob(f"{kind}/*/*"):
            with suppress(OSError):
                _keep_newest(stack, pattern)


def _remove_runs(folder: Path, lock: int) -> None:
    """Empty `run` unless a command is using it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    for left in (folder / "run").glob("*"):
        shutil.rmtree(left, ignore_errors=True)


def _keep_newest(stack: Path, pattern: re.Pattern[str]) -> None:
    """Remove all but the newest updates of a stack; the files of one update go together."""
    updates: dict[str, list[Path]] = defaultdict(list)
    for path in stack.iterdir():
        named = pattern.fullmatch(path.name)
        if named:
            updates[named["update"]].append(path)
    # Each name ends in the nanosecond of its update.
    by_age = sorted(updates, key=lambda name: int(re.split(r"[-.]", name)[-1]))
    for update in by_age[:-CHECKPOINTS_KEPT]:
        for path in updates[update]:
            path.unlink(missing_ok=True)


def tidy_images(store: Store, folder: Path) -> None:
    """Remove contents of images that no resource and no tag names any more, but for the newest."""
    kept = folder / "images" / "sha256"
    contents = sorted(kept.glob("*"), key=_changed)
    images = store.images()
    named = {digest for record in store.list() for digest in _DIGEST.findall(str(record.outputs))}
    named |= {newest.digest for newest in {image.tag: image for image in images if image.tag}.values()}
    used = {Path(image.context).name for image in images if image.digest in named}
    idle = [content for content in contents if content.name not in used]
    settled = time.time() - _SETTLED_SECONDS
    for content in idle[: max(0, len(idle) - IMAGES_KEPT)]:
        if _changed(content) < settled:
            for image in images:
                if Path(image.context).name == content.name:
                    store.remove_image(image.digest, image.tag)
            shutil.rmtree(content, ignore_errors=True)


def tidy_archives(store: Store, folder: Path) -> None:
    """Remove archives of code that no function is made of any more, but for the newest."""
    shown = {each for record in store.list() for each in _SHOWN.findall(str(record.outputs))}
    used = {kept_at(folder, each) for each in shown}
    archives = sorted((folder / "archives").glob("*"), key=_changed)
    idle = [archive for archive in archives if archive not in used]
    settled = time.time() - _SETTLED_SECONDS
    for archive in idle[: max(0, len(idle) - IMAGES_KEPT)]:
        if _changed(archive) < settled:
            archive.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another command removed it meanwhile
        return 0.0
