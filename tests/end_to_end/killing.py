"""Kills one process of a running deploy between a durable write and its answer.

The provider's own fault point does the timing (`hold` in faults.json): the answer waits until the gate file
is removed, so nothing here depends on how fast the machine is.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.cloud.store import Store
from sandbox.environment import ROOT, Sandbox
from tests.end_to_end.agreement import disagreements
from tests.end_to_end.harness import Ran

PROJECT = "oci-ai-functions"

# Who can die: `provider` is the one that serves the resource, `bystander` one of the other package.
VICTIMS = ("cli", "program", "pack", "host", "provider", "bystander")

_LOOK_SECONDS = 0.02
_VICTIM_SECONDS = 5
_PATIENCE_SECONDS = 240


class Never(AssertionError):
    """The operation that was to be held did not happen: the run ended without it."""


class Absent(Exception):
    """The victim does not run at that moment, such as a provider nothing has asked for yet."""


@dataclass(frozen=True)
class Stack:
    """One of the project's own stacks in a sandbox."""

    sandbox: Sandbox
    name: str
    root: Path = ROOT
    """The checkout whose stack it is."""

    def start(self, command: str, *extra: str) -> subprocess.Popen[str]:
        """Start `python -m sandbox` with one of its commands."""
        return subprocess.Popen(
            [sys.executable, "-m", "sandbox", command, "--stack", self.name, "--", *extra],
            cwd=self.root,
            env={**os.environ, "OCI_SANDBOX_DIR": str(self.sandbox.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, command: str, *extra: str) -> Ran:
        """Run one of the commands to its end."""
        process = self.start(command, *extra)
        output, _ = process.communicate(timeout=_PATIENCE_SECONDS)
        return Ran(process.returncode, output)

    def up(self, *extra: str) -> Ran:
        """`up` without its preview, which does not create anything."""
        return self.run("up", "--skip-preview", *extra)

    def latest(self) -> dict[str, Any]:
        """What the state file holds."""
        path = self.sandbox.state_file(PROJECT, self.name)
        found: dict[str, Any] = json.loads(path.read_text())["checkpoint"].get("latest") or {}
        return found

    def types(self) -> list[str]:
        """The types of resource in the state that live in the store, sorted."""
        return sorted(
            {
                entry["type"]
                for entry in self.latest().get("resources") or ()
                if entry.get("custom") and not entry["type"].startswith("pulumi:")
            }
        )

    def disagreements(self) -> list[str]:
        """What state and store disagree on."""
        with Store(self.sandbox.store) as store:
            return disagreements(self.latest(), store, self.name, PROJECT)

    def killed(self, victim: str, type: str, operation: str = "create") -> Ran:
        """A run whose victim dies once an operation on a resource of a type is written and not answered.

        The run is an `up`, or a `down` where the operation is a delete.
        """
        with Hold(self.sandbox, type, operation) as hold:
            command = ("down",) if operation == "delete" else ("up", "--skip-preview")
            return hold.kill(victim, self.start(*command))


class Hold:
    """A context in which the first such operation is held after its durable write.

    `more` are further keys of the fault, such as `chance` and `seed` for one of them at random.
    """

    def __init__(self, sandbox: Sandbox, type: str, operation: str = "", **more: float) -> None:
        self._faults = sandbox.folder / "faults.json"
        self._gate = sandbox.folder / "held"
        self._entry = {"type": type, "hold": self._gate.name, "times": 1, **more}
        if operation:
            self._entry["operation"] = operation

    def __enter__(self) -> Hold:
        self._gate.unlink(missing_ok=True)
        self._faults.write_text(json.dumps([self._entry]))
        return self

    def __exit__(self, *_: object) -> None:
        self._gate.unlink(missing_ok=True)
        self._faults.unlink(missing_ok=True)

    def kill(self, victim: str, process: subprocess.Popen[str]) -> Ran:
        """Kill the victim once the operation is held, and let the run end.

        Raises `Absent` after the run's end where there is nobody to kill, `Never` where the operation never
        happens.
        """
        holder = self._wait(process)
        pids = _find(victim, holder)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        # Whoever takes the provider along leaves it without an answer; otherwise the answer goes out now.
        gone = [holder] if pids and victim in ("cli", "host", "provider") else pids
        _until(lambda: not any(_lives(pid) for pid in gone))
        self._gate.unlink(missing_ok=True)
        output, _ = process.communicate(timeout=_PATIENCE_SECONDS)
        if not pids:
            raise Absent(victim)
        return Ran(process.returncode, output)

    def _wait(self, process: subprocess.Popen[str]) -> int:
        _until(lambda: self._gate.exists() or process.poll() is not None)
        if not self._gate.exists():
            raise Never(f"{self._entry} never happened:\n{process.communicate()[0]}")
        return int(self._gate.read_text().split()[0])


def _find(victim: str, holder: int) -> list[int]:
    """The processes to kill; a victim may still be starting."""
    end = time.monotonic() + _VICTIM_SECONDS
    while not (found := _Processes().of(victim, holder)) and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
    return found


class _Processes:
    """The machine's processes at one moment, and which of them plays what part in a deploy."""

    def __init__(self) -> None:
        shown = subprocess.run(
            ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in shown.splitlines()]
        self._parent = {int(pid): int(parent) for pid, parent, _ in rows}
        self._arguments: Mapping[int, str] = {int(pid): arguments for pid, _, arguments in rows}

    def of(self, victim: str, holder: int) -> list[int]:
        """The processes to kill, given the provider that holds its answer."""
        host = self._parent[holder]
        found = {
            "provider": [holder],
            "host": [host],
            "cli": [self._parent[host]],
            "program": self._children(host, "pulumi-language-python-exec"),
            "pack": self._children(host, "policy_pack 127"),
        }
        if victim == "bystander":
            package = (
                "resource-oci-" if "resource-docker-build-" in self._arguments[holder] else "docker-build-"
            )
            return self._children(host, package)
        return found[victim]

    def _children(self, of: int, part: str) -> list[int]:
        return list(self._matching(of, part))

    def _matching(self, of: int, part: str) -> Iterator[int]:
        for pid, parent in self._parent.items():
            if parent == of and part in self._arguments[pid]:
                yield pid


def _lives(pid: int) -> bool:
    """Whether a process is there and is no corpse its parent has not fetched yet."""
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, text=True, check=False)
    return bool(shown.stdout.strip()) and not shown.stdout.strip().startswith("Z")


def _until(condition: Any) -> None:
    """Wait for something that is certain to happen; AssertionError if it does not."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(_LOOK_SECONDS)
