"""A build context: the files Docker would see, a hash over them, and a copy to keep.

The hash depends on paths, contents, the executable bit and the targets of links, and on nothing else: not
on times, owners or the machine. Links are never followed; one that leads out of the context is hashed as
the string it is and left out of the copy, and one that does so by way of another link is refused.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.cloud.errors import SandboxFault
from sandbox.providers.docker_ignore import Ignored, ignored_in

_MOST_LINKS = 40  # as Linux follows before it gives up


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

    def keep(self, folder: Path, settings: str = "{}") -> None:
        """Copy everything to `<folder>/content`, the Dockerfile to `<folder>/Dockerfile` and how it is built
        to `<folder>/build.json`, all or nothing."""
        if folder.exists():
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".keep-", dir=folder.parent))
        try:
            self._copy(beside / "content")
            (beside / "Dockerfile").write_text(self.dockerfile)
            (beside / "build.json").write_text(settings)
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
        links = {entry.path: entry.mark for entry in self.entries if entry.kind == "link"}
        for entry in self.entries:
            target = to / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if entry.kind == "folder":
                target.mkdir(exist_ok=True)
            elif entry.kind == "link":
                if not way_out(entry.path, links):
                    target.symlink_to(entry.mark)
            else:
                shutil.copyfile(self.root / entry.path, target)
                target.chmod(0o755 if entry.kind == "executable" else 0o644)


def way_out(path: str, links: Mapping[str, str]) -> tuple[str, ...]:
    """The links that are followed until a path leads out of the context; empty where it stays inside.

    `links` are those of the context: where they are, and where they lead. A circle leads nowhere.
    """
    here: list[str] = []
    followed: list[str] = []
    left = path.split("/")
    while left and len(followed) < _MOST_LINKS:
        part = left.pop(0)
        if part in ("", "."):
            continue
        if part == "..":
            if not here:
                return tuple(followed)
            here.pop()
            continue
        here.append(part)
        target = links.get("/".join(here))
        if target is not None:
            followed.append("/".join(here))
            if target.startswith("/"):
                return tuple(followed)
            here.pop()
            left = [*target.split("/"), *left]
    return ()


def _refuse_detours(location: str, entries: tuple[Entry, ...]) -> None:
    """A link that leads out by itself is left out of the copy; by way of another one it would come along."""
    links = {entry.path: entry.mark for entry in entries if entry.kind == "link"}
    for path in links:
        followed = way_out(path, links)
        if len(followed) > 1:
            raise ContextError(
                f"build context {location}: the link {path} leads out of it through {followed[-1]};"
                " remove it or name it in .dockerignore"
            )


def read(location: str, dockerfile: str | None, inline: str | None) -> Context:
    """The context at a folder, with the Dockerfile at a path or given as text."""
    root = Path(location)
    if not root.is_dir():
        raise ContextError(f"build context {location}: no such folder")
    place = None if inline else Path(dockerfile or root / "Dockerfile")
    text = inline or ""
    if place is not None:
        text = _text_of(place)
    try:
        entries = tuple(sorted(_entries(root, ignored_in(root, place)), key=lambda entry: entry.path))
    except OSError as error:
        raise ContextError(f"build context {location}: {error.filename}: {error.strerror}") from None
    _refuse_detours(location, entries)
    return Context(root, entries, text)


def _text_of(dockerfile: Path) -> str:
    """The text of a Dockerfile. Raises `ContextError`, and never waits: a pipe has no writer here."""
    try:
        with open(dockerfile, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ContextError(f"Dockerfile {dockerfile}: not a regular file")
            return file.read().decode("utf-8-sig")
    except OSError as error:
        raise ContextError(f"Dockerfile {dockerfile}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ContextError(f"Dockerfile {dockerfile}: not UTF-8 text") from None


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
