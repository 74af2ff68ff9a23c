"""One sandbox a test process, and small programs that run in it by the real engine.

A program is a folder of its own with its own stack, as a user's would be: it knows nothing of this project but
the environment that `python -m sandbox env` prints.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.environment import ROOT, Sandbox, merged

PACK = ROOT / "policy_pack"

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaa7kq3sfz5x2w6hynd4uvbtgcmjrpeo"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaam4p2rtq6nsx5vhyk3wzbcjdugefoil"
SUBNET = "ocid1.subnet.oc1.eu-frankfurt-1.aaaaaaaac6r4yt2wq5nxk3mvzbjhdpgsufeoil"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives the engine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.engine)


@dataclass
class Program:
    """A Pulumi program in a folder of its own, with one stack."""

    folder: Path
    environment: dict[str, str]
    stack: str = "test"

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
        """What the state holds, by type token and name (`oci:Identity/policy:Policy/p`), the stack left out."""
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


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A sandbox of this test process, its engine and plugins ready."""
    world = Sandbox(tmp_path_factory.mktemp("world") / ".sandbox")
    world.prepare(lambda line: None)
    return world


@pytest.fixture(scope="session")
def environment(sandbox: Sandbox) -> dict[str, str]:
    """What `eval "$(python -m sandbox env)"` leaves a shell with, in that sandbox."""
    shown = subprocess.run(
        [sys.executable, "-m", "sandbox", "env"],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(sandbox.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    script = f"{shown.stdout}\nenv -0"
    listed = subprocess.run(["bash", "-c", script], env=merged({}), capture_output=True, text=True, check=True)
    return dict(line.split("=", 1) for line in listed.stdout.split("\0") if "=" in line)


@pytest.fixture
def program(request: pytest.FixtureRequest, tmp_path: Path, environment: dict[str, str]) -> Program:
    """A new program with an empty stack, named after the test."""
    folder = tmp_path / "program"
    folder.mkdir()
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)[:60].strip("-")
    (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\ndescription: a test's own program\n")
    made = Program(folder, environment)
    made.write("")
    init = made.run("stack", "init")
    assert init.status == 0, init.output
    return made
