"""A build context: the files Docker would see, a hash over them, and a copy to keep.

The hash depends on paths, contents, the executable bit and the targets of links, and on nothing else: not
on times, owners or the machine. Links are never followed; one that leads out of the context is hashed as
the text it is and left out of the copy.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.cloud.errors import SandboxFault
from sandbox.providers.docker_ignore import Ignored, ignored_in


class ContextError(SandboxFault):
    """The context or its Dockerfile cannot be read; one line that names it."""


@dataclass(frozen=True)
class Entry:
    """One file, link or empty folder. `path` is relative, with slashes."""

    path: str
    kind: str
    """file, executable, link or folder."""
    mark: str
    """SHA-256 of a file's content, or where a link leads."""


@dataclass(frozen=True)
class Context:
    """What would be built."""

    root: Path
    entries: tuple[Entry, ...]
    dockerfile: str
    """The Dockerfile's text."""

    @property
    def paths(self) -> frozenset[str]:
        """The paths Docker sees."""
        return frozenset(entry.path for entry in self.entries)

    def hash(self) -> str:
        """Hex SHA-256 of everything that goes in."""
        total = hashlib.sha256()
        _feed(total, "dockerfile", self.dockerfile)
        for entry in self.entries:
            _feed(total, entry.kind, entry.path, entry.mark)
        return total.hexdigest()

    def keep(self, folder: Path) -> None:
        """Copy everything to `<folder>/content` and the Dockerfile to `<folder>/Dockerfile`, all or
        nothing."""
        if folder.exists():
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".keep-", dir=folder.parent))
        try:
            self._copy(beside / "content")
            (beside / "Dockerfile").write_text(self.dockerfile)
            beside.chmod(0o755)
            try:
                beside.rename(folder)
            except OSError:
                if not folder.exists():
                    raise  # else another process has kept the same content meanwhile
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _copy(self, to: Path) -> None:
        to.mkdir()
        for entry in self.entries:
            target = to / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if entry.kind == "folder":
                target.mkdir(exist_ok=True)
            elif entry.kind == "link":
                if not leads_out(entry):
                    target.symlink_to(entry.mark)
            else:
                shutil.copyfile(self.root / entry.path, target)
                target.chmod(0o755 if entry.kind == "executable" else 0o644)


def leads_out(entry: Entry) -> bool:
    """Whether a link leads out of the context."""
    if os.path.isabs(entry.mark):
        return True
    landed = os.path.normpath(os.path.join(os.path.dirname(entry.path), entry.mark))
    return landed == ".." or landed.startswith("../")


def read(location: str, dockerfile: str | None, inline: str | None) -> Context:
    """The context at a folder, with the Dockerfile at a path or given as text."""
    root = Path(location)
    if not root.is_dir():
        raise ContextError(f"build context {location}: no such folder")
    place = None if inline else Path(dockerfile or root / "Dockerfile")
    text = inline or ""
    if place is not None:
        try:
            text = place.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise ContextError(f"Dockerfile {place}: {reason}") from None
    try:
        entries = tuple(sorted(_entries(root, ignored_in(root, place)), key=lambda entry: entry.path))
    except OSError as error:
        raise ContextError(f"build context {location}: {error.filename}: {error.strerror}") from None
    return Context(root, entries, text)


def _entries(root: Path, ignored: Ignored) -> Iterator[Entry]:
    for folder, names, files in os.walk(root):
        here = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if here == "." else f"{here}/"
        links = [name for name in names if os.path.islink(os.path.join(folder, name))]
        names[:] = sorted(
            name for name in names if name not in links and not ignored.covers_all_below(f"{prefix}{name}")
        )
        seen = False
        for name in sorted([*files, *links]):
            path = f"{prefix}{name}"
            entry = None if ignored.covers(path) else _entry(Path(folder, name), path)
            if entry is not None:
                seen = True
                yield entry
        if prefix and not seen and not names and not ignored.covers(here):
            yield Entry(here, "folder", "")


def _entry(place: Path, path: str) -> Entry | None:
    mode = place.lstat().st_mode
    if stat.S_ISLNK(mode):
        return Entry(path, "link", os.readlink(place))
    if not stat.S_ISREG(mode):
        return None  # sockets, pipes and devices are never part of an image
    with place.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Entry(path, "executable" if mode & stat.S_IXUSR else "file", digest)


def _feed(total: hashlib._Hash, *parts: str) -> None:
    for part in parts:
        data = part.encode("utf-8", "surrogateescape")
        total.update(f"{len(data)}:".encode())
        total.update(data)
