"""Which file and handler an image starts, as its Dockerfile says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sandbox.cloud.errors import SandboxFault

_INSTRUCTION = re.compile(r"^\s*(FROM|WORKDIR|ENTRYPOINT|CMD)\s+(.*?)\s*$", re.IGNORECASE)
_DEFAULT = ("func.py", "handler")


@dataclass(frozen=True)
class EntryPoint:
    """A Python file, relative to the content, and the name of the function in it."""

    file: str
    handler: str


def find_entry_point(content: Path) -> EntryPoint:
    """Read from the Dockerfile's last stage (`ENTRYPOINT ["…/fdk", "/function/func.py", "handler"]`, its tail
    possibly in CMD); without a Dockerfile, `func.py` and `handler`. Raises `SandboxFault`.
    """
    entry = _from_dockerfile(content) or EntryPoint(*_DEFAULT)
    if not (content / entry.file).is_file():
        raise SandboxFault(f"{content}: the image has no {entry.file} for the FDK to start")
    return entry


def _from_dockerfile(content: Path) -> EntryPoint | None:
    # The one it was built with is kept beside the content; the one inside is there if it was not ignored.
    places = (content.parent / "Dockerfile", content / "Dockerfile")
    dockerfile = next((path for path in places if path.is_file()), None)
    if dockerfile is None:
        return None
    last = _last_stage(dockerfile.read_text(errors="replace"))
    command = _exec_form(last.get("ENTRYPOINT")) + _exec_form(last.get("CMD"))
    if not command:
        return None
    if PurePosixPath(command[0]).name != "fdk" or len(command) < 2:
        raise SandboxFault(
            f"{dockerfile}: only images whose entry point is the Python FDK run in the sandbox, not {command}"
        )
    file = PurePosixPath(command[1])
    workdir = PurePosixPath(last.get("WORKDIR") or "/function")
    if file.is_relative_to(workdir):
        file = file.relative_to(workdir)
    if file.is_absolute() or ".." in file.parts:
        raise SandboxFault(f"{dockerfile}: the entry point {command[1]} lies outside {workdir}")
    return EntryPoint(str(file), command[2] if len(command) > 2 else "handler")


def _last_stage(text: str) -> dict[str, str]:
    """The last WORKDIR, ENTRYPOINT and CMD after the last FROM. Lines continued by a backslash are joined."""
    found: dict[str, str] = {}
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        instruction = _INSTRUCTION.match(line)
        if not instruction:
            continue
        name = instruction[1].upper()
        if name == "FROM":
            found = {}
        else:
            found[name] = instruction[2]
    return found


def _exec_form(text: str | None) -> list[str]:
    """`["a", "b"]`; the shell form names no file that could be trusted to be the handler."""
    try:
        value = json.loads(text or "[]")
    except json.JSONDecodeError:
        return text.split() if text else []
    return [str(part) for part in value] if isinstance(value, list) else []
