"""One sandbox a test process, and small programs that run in it by the real engine.

A program is a folder of its own with its own stack, as a user's would be: it knows nothing of this project
but the environment that `python -m sandbox env` prints.
"""

from __future__ import annotations

import json
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.environment import ROOT

PACK = ROOT / "policy_pack"

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaa7kq3sfz5x2w6hynd4uvbtgcmjrpeo"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaam4p2rtq6nsx5vhyk3wzbcjdugefoil"
SUBNET = "ocid1.subnet.oc1.eu-frankfurt-1.aaaaaaaac6r4yt2wq5nxk3mvzbjhdpgsufeoil"


@dataclass
class Program:
    """A Pulumi program in a folder of its own, with one stack."""

    folder: Path
    environment: dict[str, str]
    stack: str = "test"

    @property
    def name(self) -> str:
        """The project's name, as its file says it."""
        first = (self.folder / "Pulumi.yaml").read_text().splitlines()[0]
        return first.removeprefix("name: ")

    def write(self, source: str) -> None:
        """Replace the program's text."""
        (self.folder / "__main__.py").write_text(textwrap.dedent(source))

    def start(self, *arguments: str, **changed: str) -> subprocess.Popen[str]:
        """Start `pulumi` with these arguments in a process group of its own."""
        return subprocess.Popen(
            ["pulumi", *arguments, "--stack", self.stack, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env={**self.environment, **changed},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **changed: str) -> Ran:
        """Run `pulumi` with these arguments to its end."""
        process = self.start(*arguments, **changed)
        output, _ = process.communicate(timeout=300)
        return Ran(process.returncode, output)

    def up(self, *arguments: str, pack: bool = False, **changed: str) -> Ran:
        """`pulumi up`, with the project's policy pack if asked for."""
        return self.run("up", "--yes", *_with_pack(pack), *arguments, **changed)

    def preview(self, *arguments: str, pack: bool = False) -> Ran:
        """`pulumi preview`, with the project's policy pack if asked for."""
        return self.run("preview", *_with_pack(pack), *arguments)

    def resources(self) -> dict[str, dict[str, Any]]:
        """What the state holds, by type token and name (`oci:Identity/policy:Policy/p`)."""
        exported = json.loads(self.run("stack", "export").output)
        resources = exported["deployment"].get("resources", [])
        found = {"/".join(entry["urn"].split("$")[-1].split("::")[-2:]): entry for entry in resources}
        return {key: entry for key, entry in found.items() if not key.startswith("pulumi:")}

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        shown: dict[str, Any] = json.loads(self.run("stack", "output", "--json", "--show-secrets").output)
        return shown


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    output: str

    @property
    def traceback(self) -> bool:
        """Whether somebody's stack trace was shown."""
        return "Traceback (most recent call last)" in self.output


def _with_pack(pack: bool) -> tuple[str, ...]:
    return ("--policy-pack", str(PACK)) if pack else ()
