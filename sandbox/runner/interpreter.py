"""An interpreter that is on the machine already, of the version that an image asks for where there is one."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Where version managers and Homebrew put interpreters that are not on PATH.
_PLACES = (
    "{uv}/cpython-{version}.*/bin/python{version}",
    "{home}/.pyenv/versions/{version}.*/bin/python{version}",
    "/opt/homebrew/opt/python@{version}/bin/python{version}",
    "/usr/local/opt/python@{version}/bin/python{version}",
    "/usr/local/bin/python{version}",
)
_NEAR = 3
_ASK = (
    "import json, platform, sys;"
    "print(json.dumps([platform.python_version(), sys.base_prefix, sys.executable]))"
)


@dataclass(frozen=True)
class Interpreter:
    """A Python: its executable, its version (`3.11.7`) and the folder it is installed in."""

    path: Path
    version: str
    prefix: Path

    @property
    def minor(self) -> str:
        """The version without its last number."""
        return self.version.rpartition(".")[0]


@functools.cache
def find_interpreter(version: str | None) -> Interpreter:
    """The interpreter for `3.12`, or where that is not on the machine the nearest one that is; the sandbox's
    own for None, and where none is nearer."""
    own = _own()
    if version is None:
        return own
    for minor in _nearest(version, own.minor):
        found = (_asked(path) for path in _candidates(minor))
        fitting = next((one for one in found if one is not None and one.minor == minor), None)
        if fitting is not None:
            return fitting
    return own


def _nearest(version: str, own: str) -> Iterator[str]:
    """The version, and those beside it that are nearer than the sandbox's own: newer before older."""
    wanted = int(version.partition(".")[2])
    distance = abs(wanted - int(own.partition(".")[2]))
    for step in range(min(distance, _NEAR)):
        yield from dict.fromkeys((f"3.{wanted + step}", f"3.{wanted - step}"))


def _own() -> Interpreter:
    version = ".".join(map(str, sys.version_info[:3]))
    base = getattr(sys, "_base_executable", None) or sys.executable
    return Interpreter(Path(base), version, Path(sys.base_prefix))


def _candidates(version: str) -> Iterator[Path]:
    on_path = shutil.which(f"python{version}")
    shim = on_path and "/shims/" in on_path  # it takes longer to start than what it stands for
    if on_path and not shim:
        yield Path(on_path)
    home = os.path.expanduser("~")
    uv = os.environ.get("UV_PYTHON_INSTALL_DIR") or f"{home}/.local/share/uv/python"
    for place in _PLACES:
        pattern = place.format(uv=uv, home=home, version=version)
        yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    if on_path and shim:
        yield Path(on_path)


def _asked(path: Path) -> Interpreter | None:
    """What an interpreter says of itself; None where it does not start."""
    try:
        answer = subprocess.run(
            [path, "-I", "-c", _ASK], capture_output=True, text=True, timeout=10, check=True, cwd="/"
        )
        version, prefix, executable = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    # By its own word: what was asked may be a shim.
    return Interpreter(Path(executable), version, Path(prefix))
