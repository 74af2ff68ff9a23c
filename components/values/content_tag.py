"""A tag for an image, made of what it is built from: another one whenever that changes, so that a repository
whose tags cannot be overwritten never refuses a push.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_LENGTH = 16
_CACHES = ("__pycache__",)
# No build context holds it, and it differs from clone to clone.
_LEFT_OUT = (".git",)


def content_tag(context: Path, platforms: Iterable[str]) -> str:
    """The tag of a build context: at least of every file that a build could see.

    Bytecode counts too unless `.dockerignore` speaks of it, or of everything: what a build sees and the tag
    does not would be pushed over a tag that is there.
    """
    told = hashlib.sha256("\n".join(platforms).encode())
    for path in _files(context, _LEFT_OUT if _sees_caches(context) else (*_LEFT_OUT, *_CACHES)):
        told.update(f"\n{path.relative_to(context).as_posix()}\n".encode())
        if path.is_symlink():
            told.update(f"link {os.readlink(path)}".encode())
        else:
            told.update(b"x" if path.stat().st_mode & 0o100 else b"-")
            told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()[:_LENGTH]


def _files(folder: Path, left_out: tuple[str, ...]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in left_out:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path, left_out)
        else:
            yield path


def _sees_caches(context: Path) -> bool:
    place = context / ".dockerignore"
    lines = place.read_text(encoding="utf-8").split() if place.is_file() else []
    return not any(line in ("*", "**") or line.rstrip("/").endswith(_CACHES) for line in lines)
