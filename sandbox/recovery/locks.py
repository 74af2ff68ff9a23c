"""The engine's lock files of one stack: those of the dead are removed, those of the living are respected."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

from sandbox.cloud.errors import SandboxFault
from sandbox.environment import Sandbox


def release(sandbox: Sandbox, project: str, stack: str) -> bool:
    """Delete the locks whose process is gone from this machine; True if there was one.

    Raises `SandboxFault` where an engine works on the stack: what it is creating looks like a difference.
    """
    removed = False
    for lock in (sandbox.state / ".pulumi" / "locks").glob(f"*/{project}/{stack}/*.json"):
        pid, host = _holder(lock)
        if host != socket.gethostname() or _is_pulumi(pid):
            place = "" if host == socket.gethostname() else f" on {host}"
            raise SandboxFault(
                f"stack {stack} is in use by pulumi (process {pid}{place}); wait until it ends"
            )
        lock.unlink(missing_ok=True)
        removed = True
    return removed


def engines_at_work(sandbox: Sandbox) -> list[str]:
    """Which stacks of any project an engine works on, a line each."""
    found = []
    for lock in sorted((sandbox.state / ".pulumi" / "locks").glob("*/*/*/*.json")):
        pid, host = _holder(lock)
        if host != socket.gethostname() or _is_pulumi(pid):
            found.append(
                f"stack {lock.parent.name} of {lock.parent.parent.name} is in use by pulumi (process {pid})"
            )
    return found


def _holder(lock: Path) -> tuple[int, str]:
    try:
        content = json.loads(lock.read_text())
        return int(content["pid"]), str(content["hostname"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, socket.gethostname()  # cut off while it was written: nobody holds it


def _is_pulumi(pid: int) -> bool:
    """Whether that process lives and is a `pulumi`: a number may belong to somebody else by now."""
    if pid <= 0:
        return False
    shown = subprocess.run(
        ["ps", "-p", str(pid), "-o", "stat=,comm="],  # noqa: S607 ps is where the system has it
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, command = shown.stdout.strip().partition(" ")
    return "pulumi" in os.path.basename(command) and not state.startswith("Z")
