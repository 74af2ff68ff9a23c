"""Code in a process of its own that can import the pack and nothing else of the project."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

PACK = Path(__file__).parents[2] / "policy_pack"


def run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a folder, with the pack's own folder as the only one on the path."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PACK)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
