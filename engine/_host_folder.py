"""Puts together an engine folder: the built CLI beside the language host that runs Python programs.

The folder is self-contained. The host needs grpc, protobuf and Pulumi's message stubs; these are copied from
the environment this runs in, so that it neither depends on a clone that may be removed nor on what is
installed in the environment of the program it runs. Official installations include a host
and need none of this.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from engine import _cache
from engine._errors import EngineError

_HOST = Path(__file__).resolve().with_name("language_host.py")

# What the host imports besides the standard library.
_LIBRARIES = ("grpcio", "protobuf", "typing_extensions")
# The stubs are taken without the SDK around them, which takes a second to import.
_STUBS = "pulumi/runtime/proto/"
_STUBS_OF_ALL = _STUBS + "__init__.py"

# The interpreter is isolated (-I) and skips site-packages (-S): nothing but this folder is imported.
_LAUNCHER = """\
#!/bin/sh
exec {python} -I -S {host} "$@"
"""


def key() -> str:
    """Changes with the host, its libraries and the interpreter: clones that differ do not share a folder."""
    parts = [_HOST.read_text(encoding="utf-8"), _LAUNCHER, _interpreter(), sys.version]
    parts += [f"{name} {_distribution(name).version}" for name in (*_LIBRARIES, "pulumi")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def is_whole(folder: Path) -> bool:
    """Whether the folder is there; it appears in one step, but may have lost a file since."""
    needed = (
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "language_host.py",
        "lib/grpc",
    )
    return all((folder / name).exists() for name in needed)


def add(file: Path, folder: Path) -> None:
    """Put a file into an engine folder that stands, in one step: a command may be using the folder."""
    partial = folder / f".{file.name}.partial"
    partial.unlink(missing_ok=True)
    _link_or_copy(file, partial)
    partial.replace(folder / file.name)


def assemble(cli: Path, target: Path) -> None:
    """Make the engine folder `target` from the files of `cli`, with the cache's lock held."""
    with _cache.published(target) as partial:
        for file in cli.iterdir():
            _link_or_copy(file, partial / file.name)
        shutil.copyfile(_HOST, partial / _HOST.name)
        for source, relative in _library_files():
            copy = partial / "lib" / relative
            copy.parent.mkdir(parents=True, exist_ok=True)
            # With its times, so that the compiled files beside it stay valid.
            shutil.copy2(source, copy)
        launcher = partial / "pulumi-language-python"
        host = shlex.quote(str(target / _HOST.name))
        launcher.write_text(_LAUNCHER.format(python=shlex.quote(_interpreter()), host=host), encoding="utf-8")
        launcher.chmod(0o755)


def _interpreter() -> str:
    """The interpreter itself, not the virtual environment's link to it: that may go with its clone."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _library_files() -> Iterator[tuple[Path, str]]:
    for name in _LIBRARIES:
        yield from _files(name, prefix="")
    yield from _files("pulumi", prefix=_STUBS)


def _files(name: str, prefix: str) -> Iterator[tuple[Path, str]]:
    for file in _distribution(name).files or ():
        source = Path(str(file.locate()))
        # A distribution may put scripts outside of site-packages: `../../bin/...`.
        wanted = str(file).startswith(prefix) and str(file) != _STUBS_OF_ALL
        if wanted and ".." not in file.parts and source.is_file():
            yield source, str(file)


def _distribution(name: str) -> importlib.metadata.Distribution:
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise EngineError(
            f"the Python in use ({sys.executable}) has no {name}; "
            "run this with the project's environment: `.venv/bin/python -m engine.ensure`"
        ) from None


def _link_or_copy(source: Path, target: Path) -> None:
    """The CLI is 110 MB: one copy on disk for all folders, where the file system allows it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
