"""Runs the engine: quietly for its short commands (`stack init`, `stack export`, …), or in the foreground."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sandbox import console
from sandbox.cloud.errors import SandboxFault
from sandbox.environment import merged


def quiet(environment: dict[str, str | None], folder: Path, *arguments: str, given: str | None = None) -> str:
    """Run one command of the engine without showing it; its output. Raises `SandboxFault` if it fails."""
    result = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],  # noqa: S607 the engine's folder leads PATH
        cwd=folder,
        env=merged(environment),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        said = " ".join(
            line.strip() for line in (result.stderr or result.stdout).splitlines() if line.strip()
        )
        raise SandboxFault(f"pulumi {' '.join(arguments[:2])}: {said}")
    return result.stdout


def foreground(
    arguments: list[str], folder: Path, environment: Mapping[str, str], lock: int | None = None
) -> int:
    """Run one command of the engine for the user to see; its exit status, 128 + n after a signal n.

    Ctrl-C reaches the engine as well, and this process waits for its ending. `lock` is a descriptor that
    the engine inherits. Raises `OutputFault` if it succeeded and its output was lost.
    """
    former = signal.signal(signal.SIGINT, lambda *_: None)
    status = 0
    try:
        with console.relayed() as streams:
            process = subprocess.Popen(
                ["pulumi", *arguments],  # noqa: S607 the engine's folder leads PATH
                cwd=folder,
                env=environment,
                pass_fds=() if lock is None else (lock,),
                **streams,
            )
            signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGINT))
            status = process.wait()
    except console.OutputFault:
        if status == 0:
            raise
    finally:
        signal.signal(signal.SIGINT, former)
    return status if status >= 0 else 128 - status
