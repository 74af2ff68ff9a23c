"""A Pulumi project to run the real CLI on."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Project:
    """A Pulumi project in a folder of its own, with a stack `dev` on a file backend."""

    folder: Path
    environment: dict[str, str]
    engine: Path
    created: bool = field(default=False)

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, given by their path in the project."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end. The stack is made before the first one."""
        if not self.created:
            self.created = True
            self._run("stack", "init", "dev").check_returncode()
        return self._run(*arguments)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.engine / "pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own; what it says goes to the file `output`."""
        self.pulumi("stack", "ls")
        with (self.folder / "output").open("wb") as output:
            return subprocess.Popen(
                [self.engine / "pulumi", *arguments, "--non-interactive"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
