"""How commands of the real CLI end: what is recorded, what stays alive, and how long it takes."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.engine.processes import alive, eventually
from tests.engine.pulumi_project import Project

pytestmark = pytest.mark.engine

HERE = Path(__file__).resolve().parent

# What must be gone is looked for this long after the CLI has ended, in seconds.
SOON = 0.5

# A resource that takes a while, and another that needs it: the second must not be begun after Ctrl-C.
PROGRAM = """\
import pulumi

class Thing(pulumi.CustomResource):
    def __init__(self, name, seconds):
        options = pulumi.ResourceOptions(version="1.0.0")
        super().__init__("slow:index:Thing", name, {"seconds": seconds}, options)

first = Thing("first", SECONDS)
second = Thing("second", first.id.apply(lambda _: 0))
"""


@pytest.fixture
def slow(project: Project) -> Project:
    """A project on the slow provider."""
    plugin = f"plugins:\n  providers:\n    - name: slow\n      path: {HERE / 'slow_provider'}\n"
    project.write({"Pulumi.yaml": f"name: ended\nruntime: python\n{plugin}      version: 1.0.0\n"})
    return project


def creating(project: Project) -> bool:
    """Whether the slow provider is creating something."""
    return (Path(project.environment["TEST_FOLDER"]) / "creating").exists()


def deployment(project: Project) -> dict[str, Any]:
    """The stack's state."""
    exported = json.loads(project.pulumi("stack", "export").stdout)["deployment"]
    assert isinstance(exported, dict)
    return exported


def things(state: dict[str, Any]) -> dict[str, str]:
    """The ids of the things recorded, by name."""
    of_type = [one for one in state.get("resources", []) if one["type"] == "slow:index:Thing"]
    return {one["urn"].rpartition("::")[2]: one.get("id", "") for one in of_type}


class TestInterrupted:
    def test_create_under_way_is_recorded(self, slow: Project, mark: str) -> None:
        """Ctrl-C in a slow create: it is finished and recorded, nothing more begun, nothing left alive."""
        slow.write({"__main__.py": PROGRAM.replace("SECONDS", "3")})
        process = slow.start("up", "--yes", "--skip-preview")
        assert eventually(lambda: creating(slow), 60), (slow.folder / "output").read_text()

        process.send_signal(signal.SIGINT)
        status = process.wait(60)
        left = eventually(lambda: not alive(mark), SOON)

        state = deployment(slow)
        assert status != 0
        assert left, alive(mark)
        assert things(state) == {"first": "made"}
        assert not state.get("pending_operations")

    def test_busy_program_holds_nothing_up(self, slow: Project, mark: str, tmp_path: Path) -> None:
        """Ctrl-C while only the program is busy ends the command at once, and the program with it."""
        busy = (
            f"import pathlib, time\npathlib.Path({str(tmp_path / 'creating')!r}).touch()\ntime.sleep(300)\n"
        )
        slow.write({"__main__.py": busy})
        process = slow.start("up", "--yes", "--skip-preview")
        assert eventually(lambda: creating(slow), 60), (slow.folder / "output").read_text()

        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        status = process.wait(60)

        assert status != 0
        assert time.monotonic() - began < 4.5
        assert eventually(lambda: not alive(mark), SOON), alive(mark)


class TestKilled:
    def test_nothing_stays_alive(self, slow: Project, mark: str) -> None:
        """kill -9 of the CLI during a create: host, provider, program and what they started are gone."""
        slow.write({"__main__.py": PROGRAM.replace("SECONDS", "60")})
        process = slow.start("up", "--yes", "--skip-preview")
        assert eventually(lambda: creating(slow), 60), (slow.folder / "output").read_text()
        # CLI, host, watchman, provider, its own child, program.
        assert len(alive(mark)) >= 6

        process.kill()
        process.wait(10)

        assert eventually(lambda: not alive(mark), SOON), alive(mark)


class TestEnded:
    def test_no_wait_is_added(self, slow: Project, mark: str, tmp_path: Path) -> None:
        """From the program's last line to the end of the command, with provider and pack: no lingering."""
        ended = tmp_path / "ended"
        stamp = (
            "import atexit, pathlib, time\n"
            f"atexit.register(lambda: pathlib.Path({str(ended)!r}).write_text(str(time.time())))\n"
        )
        slow.write({"__main__.py": stamp + PROGRAM.replace("SECONDS", "0")})

        pack = str(HERE / "warning_pack")
        result = slow.pulumi("up", "--yes", "--skip-preview", "--policy-pack", pack)
        took = time.time() - float(ended.read_text())

        assert result.returncode == 0, result.stdout
        # A host that lingers costs 5 seconds; the rest is for a machine that is busy.
        assert took < 4.5
        assert eventually(lambda: not alive(mark), SOON), alive(mark)
