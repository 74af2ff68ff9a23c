"""The engine's lock files of one stack."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.environment import Sandbox
from sandbox.recovery import locks


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """A sandbox with nothing in it."""
    return Sandbox(tmp_path / ".sandbox")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[int]:
    """The id of a process that lives and is called `pulumi`."""
    program = tmp_path / "pulumi"
    shutil.copy2(shutil.which("sleep") or "/bin/sleep", program)
    process = subprocess.Popen([program, "60"])
    yield process.pid
    process.kill()
    process.wait()


def write(sandbox: Sandbox, content: str, stack: str = "dev") -> Path:
    """A lock file as the engine's file backend names it."""
    folder = sandbox.state / ".pulumi" / "locks" / "organization" / "p" / stack
    folder.mkdir(parents=True)
    path = folder / "0b9c1c5e.json"
    path.write_text(content)
    return path


def held_by(pid: int, host: str = "") -> str:
    """What a lock file says."""
    return json.dumps({"pid": pid, "username": "u", "hostname": host or socket.gethostname()})


def test_no_lock(sandbox: Sandbox) -> None:
    """Nothing to remove, nothing to say."""
    assert locks.release(sandbox, "p", "dev") is False


@pytest.mark.parametrize(
    "content", [held_by(2**22 - 1), held_by(1), "", "{"], ids=["dead", "other", "empty", "half"]
)
def test_dead_lock_is_removed(sandbox: Sandbox, content: str) -> None:
    """A process that is gone or is no engine, and a file that was cut off, hold nothing."""
    path = write(sandbox, content)

    assert locks.release(sandbox, "p", "dev") is True
    assert not path.exists()


def test_living_engine_is_named(sandbox: Sandbox, engine: int) -> None:
    """One line that says who works on the stack; its lock stays."""
    path = write(sandbox, held_by(engine))

    with pytest.raises(SandboxFault) as refused:
        locks.release(sandbox, "p", "dev")

    assert str(refused.value) == f"stack dev is in use by pulumi (process {engine}); wait until it ends"
    assert path.exists()


def test_engine_on_another_machine_is_named(sandbox: Sandbox) -> None:
    """Whether it lives cannot be seen from here."""
    write(sandbox, held_by(1, "elsewhere"))

    with pytest.raises(SandboxFault, match=r"by pulumi \(process 1 on elsewhere\)"):
        locks.release(sandbox, "p", "dev")


def test_lock_of_another_stack_is_left_alone(sandbox: Sandbox) -> None:
    """Only this stack's locks are looked at."""
    path = write(sandbox, "", stack="prod")

    assert locks.release(sandbox, "p", "dev") is False
    assert path.exists()
