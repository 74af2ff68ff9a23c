"""A folder as the archive that OCI Functions takes: its code below `function/`, its packages below `python/`.

Source: Oracle's pages "Creating Python Code-only Functions" and "Packaging Archives for Code-only Functions".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from components.archives.runtime import Runtime
from components.archives.wheels import packages_of, requirements_for
from components.archives.zip_file import Member, stored, written

MOST_BYTES = 25 * 1024 * 1024
"""What may be uploaded with a request; larger archives go through a bucket."""

# For people, for images and for tests; none of them runs.
_LEFT_OUT = frozenset(
    ["Dockerfile", "func.yaml", "requirements.in", "requirements.txt", "tests", "__pycache__"]
)


@dataclass(frozen=True)
class Archive:
    """A zip; `digest` is `sha256:` and the hash of its bytes in hexadecimal."""

    content: bytes

    @property
    def digest(self) -> str:
        """What names exactly these bytes."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"


def build(folder: Path, handler: str, runtime: Runtime) -> Archive:
    """The archive of a folder. Raises `ValueError` with the reason why there is none."""
    members = list(_code(folder))
    module = f"function/{handler.partition('.')[0]}.py"
    if module not in {member.path for member in members}:
        raise ValueError(
            f"{folder.name} contains no {module.removeprefix('function/')}, which the handler {handler} names"
        )
    listed = folder / "requirements.txt"
    if listed.is_file():
        members += packages_of(requirements_for(listed.read_text(encoding="utf-8"), runtime), runtime)
    archive = Archive(written(members))
    if len(archive.content) > MOST_BYTES:
        size = len(archive.content) / 1024 / 1024
        raise ValueError(
            f"{folder.name} makes an archive of {size:.1f} MB, of at most 25: put it into a bucket, or use "
            "an image"
        )
    return archive


def _code(folder: Path, below: str = "function") -> Iterator[Member]:
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise ValueError(f"{folder.name}: cannot be read: {error.strerror}") from None
    for path in found:
        if path.name in _LEFT_OUT or path.name.startswith(".") or path.suffix == ".pyc":
            continue
        if path.is_symlink():
            raise ValueError(f"{folder.name}/{path.name}: is a link, which an archive does not hold")
        if path.is_dir():
            yield from _code(path, f"{below}/{path.name}")
        else:
            executable = bool(path.stat().st_mode & 0o100)
            yield stored(f"{below}/{path.name}", path.read_bytes(), executable=executable)
