"""Environments made of images' requirements, kept in the user's cache by a hash of everything that goes in.

    ${XDG_CACHE_HOME:-~/.cache}/oci-ai-functions/environments/<machine>/<hash>/
        venv/           the interpreter, with what the image installs without --target
        folders/<n>/    what it installs with `--target`, a folder each

An environment appears in one step when it is whole; a command that is killed leaves a folder that nobody
uses and that the next one of its kind removes. Two commands at once: the second waits. Requirements without
a version are looked up once, as a layer of an image is built once.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.cloud.errors import SandboxFault
from sandbox.images.pip_command import PipInstall
from sandbox.images.recipe import Packages, Recipe
from sandbox.runner.installer import install
from sandbox.runner.interpreter import Interpreter, find_interpreter

Say = Callable[[str], None]

_LAYOUT = 1
_UNUSED_DAYS = 30
# 18,000 modules, of which a function loads some dozens: compiling them all takes longer than it ever saves.
_NOT_COMPILED = r"/oci/"


@dataclass(frozen=True)
class Environment:
    """What runs a function: an interpreter, and a folder for each of the image's package folders."""

    folder: Path
    interpreter: Interpreter
    targets: tuple[tuple[str, Path], ...]
    """A path in the image without the leading slash, and the folder whose content belongs there."""
    notes: tuple[str, ...]
    """Where it differs from the image: a line each."""

    @property
    def python(self) -> Path:
        """The executable that finds the packages."""
        return self.folder / "venv" / "bin" / "python"


def environment_for(recipe: Recipe, say: Say, *, build: bool = False) -> Environment:
    """The environment of an image, made if it is not there. Raises `SandboxFault`."""
    interpreter = find_interpreter(recipe.python)
    folder = _root() / _key(recipe.packages, interpreter, build=build)
    if not (folder / "whole").exists():
        with _locked(folder, say):
            if not (folder / "whole").exists():
                _make(folder, recipe, interpreter, say, build=build)
    try:
        os.utime(folder)
        made = json.loads((folder / "whole").read_text())
    except (OSError, ValueError) as error:
        raise SandboxFault(f"{folder}: the environment cannot be read: {error}") from None
    return Environment(
        folder=folder,
        interpreter=interpreter,
        targets=tuple((path, folder / "folders" / name) for path, name in made["targets"]),
        notes=(*_mismatch(recipe, interpreter), *made["notes"]),
    )


def _root() -> Path:
    stated = os.environ.get("XDG_CACHE_HOME", "")
    base = stated if os.path.isabs(stated) else os.path.expanduser("~/.cache")
    if not os.path.isabs(base):
        raise SandboxFault("this user has no home folder; set XDG_CACHE_HOME or HOME to an absolute path")
    return (
        Path(base) / "oci-ai-functions" / "environments" / f"{platform.system()}-{platform.machine()}".lower()
    )


def _key(packages: Sequence[Packages], interpreter: Interpreter, *, build: bool) -> str:
    parts = [
        [one.folder, [[what.requirements, what.constraints, sorted(what.flags)] for what in one.installs]]
        for one in packages
    ]
    told = [_LAYOUT, str(interpreter.path), interpreter.version, build, _kit(), parts]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _mismatch(recipe: Recipe, interpreter: Interpreter) -> tuple[str, ...]:
    if recipe.python in (None, interpreter.minor):
        return ()
    return (
        f"the image has Python {recipe.python}, which is not on this machine: {interpreter.version} runs it",
    )


def _kit() -> str:
    try:
        return importlib.metadata.version("fdk")
    except importlib.metadata.PackageNotFoundError:
        return ""


@contextmanager
def _locked(folder: Path, say: Say) -> Iterator[None]:
    """Held while one environment is made; the system lets go of it however the process ends."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise SandboxFault(
            f"{folder.parent}: environments of images cannot be kept there ({error.strerror}); "
            "make it writable, or set XDG_CACHE_HOME to a writable folder"
        ) from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("image     another command is installing the same requirements; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _make(folder: Path, recipe: Recipe, interpreter: Interpreter, say: Say, *, build: bool) -> None:
    for left in folder.parent.glob(f"{folder.name}.*.partial"):  # of a command that was killed
        shutil.rmtree(left, ignore_errors=True)
    began = time.monotonic()
    count = sum(len(what.requirements) for one in recipe.packages for what in one.installs)
    say(f"image     installing {count} requirements for Python {interpreter.version}, once: they are kept")
    # A name of its own: what a killed command started may still be writing into its folder.
    partial = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", suffix=".partial", dir=folder.parent))
    try:
        made = _fill(partial, recipe, interpreter, say, build=build)
        _compile(partial, folder)
        (partial / "whole").write_text(json.dumps(made))
        partial.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    except OSError as error:
        raise SandboxFault(f"{folder}: the environment cannot be kept: {error.strerror or error}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    say(f"image     installed in {time.monotonic() - began:.1f} s")
    _remove_unused(folder.parent)


def _fill(
    partial: Path, recipe: Recipe, interpreter: Interpreter, say: Say, *, build: bool
) -> dict[str, list[Any]]:
    venv = partial / "venv"
    _venv(venv, interpreter)
    python = venv / "bin" / "python"
    targets: list[list[str]] = []
    notes: list[str] = []
    for number, packages in enumerate(recipe.packages):
        # What an image's own venv holds goes into the one that runs the function.
        target = None
        if packages.folder is not None and not packages.into_interpreter:
            target = partial / "folders" / str(number)
            target.mkdir(parents=True)
            targets.append([packages.folder, str(number)])
        for what in packages.installs:
            install(what, python, target, build=build, say=say)
    if not any(partial.glob("folders/*/fdk")) and not any(venv.glob("lib/*/site-packages/fdk")):
        kit = f"fdk=={_kit()}" if _kit() else "fdk"
        notes.append(
            f"the image installs no fdk, so the sandbox adds {kit}; "
            "on OCI it starts only if its base image has it"
        )
        install(PipInstall(requirements=[kit]), python, None, build=build, say=say)
    return {"targets": targets, "notes": notes}


def _venv(folder: Path, interpreter: Interpreter) -> None:
    try:
        subprocess.run(
            [interpreter.path, "-I", "-m", "venv", "--without-pip", folder],
            check=True,
            capture_output=True,
            text=True,
            umask=0o022,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = str(getattr(error, "stderr", "") or error).strip().splitlines()[-1:]
        raise SandboxFault(f"{interpreter.path}: cannot make an environment: {' '.join(said)}") from None


def _compile(partial: Path, final: Path) -> None:
    """Once, because a function may not write beside its packages. What does not compile is left as it is."""
    python = partial / "venv" / "bin" / "python"
    subprocess.run(
        [
            str(python),
            "-I",
            "-m",
            "compileall",
            "-q",
            "-j0",
            f"-x{_NOT_COMPILED}",
            "-s",
            partial,
            "-p",
            final,
            partial,
        ],
        capture_output=True,
        umask=0o022,
    )


def _remove_unused(root: Path) -> None:
    """Environments that no command has used for a month."""
    oldest = time.time() - _UNUSED_DAYS * 86400
    for folder in root.iterdir():
        try:
            if folder.is_dir() and folder.suffix != ".partial" and folder.stat().st_mtime < oldest:
                folder.with_suffix(".lock").unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
