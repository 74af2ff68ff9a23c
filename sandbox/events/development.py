"""A deployed function whose code comes from its source folder, as long as `sandbox dev` holds it.

dev/<function>/lock          held by that command as long as it lives, however it ends
dev/<function>/source.json   the folder, and the Dockerfile where it is not in it
dev/<function>/<hash>/       what was run of it, kept as an image is

The folder is read at each call, so that what was saved before a call is what runs in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox import private
from sandbox.cloud.errors import SandboxFault
from sandbox.images.kept import standard_dockerfile
from sandbox.providers import build_context
from sandbox.providers.build_context import Context

_KEPT = 3


@dataclass(frozen=True)
class Source:
    """A build context; `dockerfile` is empty where it is the folder's own."""

    folder: Path
    dockerfile: str = ""

    def read(self) -> Context:
        """As it is now. Raises `SandboxFault`."""
        place = Path(self.dockerfile) if self.dockerfile else self.folder / "Dockerfile"
        inline = None if self.dockerfile or place.exists() else standard_dockerfile(self.folder)
        return build_context.read(str(self.folder), str(place), inline)


def current_content(sandbox_dir: Path, function_id: str, deployed: Path) -> Path:
    """What a function runs now: its source folder's content while `developed`, else what was deployed.

    Raises `SandboxFault` for a folder that cannot be built.
    """
    if not is_developed(sandbox_dir, function_id):
        return deployed
    place = _place(sandbox_dir, function_id)
    try:
        stated = json.loads((place / "source.json").read_text())
        source = Source(Path(stated["folder"]), stated["dockerfile"])
    except (OSError, ValueError, KeyError):  # about to begin or to end
        return deployed
    context = source.read()
    kept = place / context.hash()
    try:
        context.keep(kept, _settings(deployed))
    except OSError as error:
        raise SandboxFault(f"{kept}: the source cannot be kept: {error.strerror}") from None
    return kept / "content"


@contextmanager
def developed(sandbox_dir: Path, function_id: str, source: Source) -> Iterator[None]:
    """Run a function from its source inside. Raises `SandboxFault` where another command does."""
    place = _place(sandbox_dir, function_id)
    private.make_folder(place)
    lock = private.open_lock(place / "lock")
    try:
        if not private.locked(lock):
            raise SandboxFault("another `sandbox dev` runs this function from its source")
        _tidy(place)
        stated = {"folder": str(source.folder), "dockerfile": source.dockerfile}
        private.write(place / "source.json", json.dumps(stated))
        yield
        (place / "source.json").unlink(missing_ok=True)
    finally:
        os.close(lock)


def is_developed(sandbox_dir: Path, function_id: str) -> bool:
    """Whether a function runs from its source now."""
    return private.is_locked(_place(sandbox_dir, function_id) / "lock")


def _place(sandbox_dir: Path, function_id: str) -> Path:
    return sandbox_dir / "dev" / hashlib.sha256(function_id.encode()).hexdigest()[:16]


def _settings(deployed: Path) -> str:
    """Build arguments and target stay those of the deployed image."""
    settings = deployed.parent / "build.json"
    return settings.read_text() if settings.is_file() else "{}"


def _tidy(place: Path) -> None:
    """Remove what was run of earlier, but for the newest."""
    kept = sorted((path for path in place.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in kept[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
