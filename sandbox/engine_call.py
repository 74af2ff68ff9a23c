"""Short commands of the engine whose output is not for the user: `stack init`, `stack export`, …"""

from __future__ import annotations

import subprocess
from pathlib import Path

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
