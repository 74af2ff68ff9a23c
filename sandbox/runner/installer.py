"""Installs packages with the user's own pip, from where it is set up to look; with uv where only that is.

Which index is asked, with which certificates and credentials, is nobody's business but the user's: nothing of
it is read, changed or passed on here. Wheels only, unless building is allowed: a build runs code of the
package on the machine, outside of what confines a function.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sandbox.cloud.errors import SandboxFault
from sandbox.images.pip_command import PipInstall

# What a Python finds by these counts as installed, and is then left out.
_FOREIGN_PYTHON = ("PYTHONPATH", "PYTHONHOME")
# They would send packages elsewhere, or add some.
_MISLEADING = (
    "TARGET",
    "PREFIX",
    "ROOT",
    "USER",
    "REQUIREMENT",
    "CONSTRAINT",
    "REQUIRE_VIRTUALENV",
    "PYTHON",
)
_UV_INDEX = (
    "DEFAULT_INDEX",
    "INDEX",
    "INDEX_URL",
    "EXTRA_INDEX_URL",
    "FIND_LINKS",
    "NO_INDEX",
    "CONFIG_FILE",
)
_PIP_INDEX = ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX", "CONFIG_FILE")
_UV_FILES = ("~/.config/uv/uv.toml", "/etc/uv/uv.toml")
_SECONDS_BETWEEN_LINES = 3.0
_AT_WORK = re.compile(r"\s*(Collecting|Downloading|Installing|Building|Resolved|Prepared)\b.*")


def install(
    what: PipInstall, python: Path, target: Path | None, *, build: bool, say: Callable[[str], None]
) -> None:
    """Install into an interpreter, or into a folder for it. Raises `SandboxFault` with pip's own reason."""
    with tempfile.TemporaryDirectory(prefix="requirements-") as folder:
        listed, held = Path(folder) / "requirements.txt", Path(folder) / "constraints.txt"
        listed.write_text("\n".join(what.requirements) + "\n")
        held.write_text("\n".join(what.constraints) + "\n")
        options = [*sorted(what.flags), "-r", str(listed)]
        if what.constraints:
            options += ["-c", str(held)]
        if target is not None:
            options += ["--target", str(target)]
        if not build:
            options += ["--only-binary", ":all:"]
        _run([*_tool(python), *options], say, build=build)


def _tool(python: Path) -> list[str]:
    """pip of the sandbox's own interpreter; uv where the user set up only that, or where there is no pip."""
    uv = _uv()
    pip = importlib.util.find_spec("pip") is not None
    if _only_uv_is_set_up():
        if uv is None:
            raise SandboxFault("your package index is set up for uv only, and uv is not on PATH")
        pip = False
    if pip:
        quiet = ["--no-input", "--no-compile", "--disable-pip-version-check", "--no-warn-script-location"]
        return [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--progress-bar",
            "off",
            *quiet,
        ]
    if uv is None:
        raise SandboxFault("neither pip nor uv is there to install an image's requirements with")
    return [uv, "pip", "install", "--python", str(python)]


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


def _only_uv_is_set_up() -> bool:
    uv = any(os.environ.get(f"UV_{name}") for name in _UV_INDEX) or any(
        os.path.exists(os.path.expanduser(path)) for path in _UV_FILES
    )
    return uv and not _pip_is_set_up()


def _pip_is_set_up() -> bool:
    if any(os.environ.get(f"PIP_{name}") for name in _PIP_INDEX):
        return True
    if importlib.util.find_spec("pip") is None:
        return False
    told = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    return bool(re.search(r"\.(index-url|extra-index-url|find-links|no-index)=", told.stdout))


def _run(command: list[str], say: Callable[[str], None], *, build: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if not _misleads(name)}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        cwd="/",  # both tools read settings of the folder they are started in
        umask=0o022,
    ) as process:
        assert process.stdout is not None  # noqa: S101 for the type checker
        try:
            output = list(_told(process.stdout, say))
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise SandboxFault(f"the image's requirements cannot be installed: {_reason(output, build=build)}")


def _misleads(name: str) -> bool:
    tool, _, setting = name.partition("_")
    return name in _FOREIGN_PYTHON or (tool in ("PIP", "UV") and setting in _MISLEADING)


def _told(lines: Iterable[str], say: Callable[[str], None]) -> Iterable[str]:
    """Pass lines on, and say now and then what is being worked at."""
    last = time.monotonic()
    for line in lines:
        yield line
        if time.monotonic() - last > _SECONDS_BETWEEN_LINES and _AT_WORK.fullmatch(line.rstrip()):
            last = time.monotonic()
            say(f"image     {line.partition(' (from')[0].strip()[:100]}")


def _reason(output: list[str], *, build: bool) -> str:
    """What the tool said went wrong, without its prefix, and what could help."""
    # A build has the words of what it ran between its own, moved in.
    lines = [line.strip() for line in output]
    errors = [line for line in lines if line.startswith("ERROR:")]
    found = errors or [line for line in lines if line.startswith("error:")] or [*filter(None, lines)][-1:]
    reason = re.sub(r"^(ERROR|error):\s*", "", found[0] if found else "it said nothing")
    # pip puts the address of an index into some errors, and its credentials with it.
    reason = re.sub(r"//[^/@\s]+@", "//", reason)
    return reason if build else f"{reason}; only wheels are installed: --allow-build also builds from source"
