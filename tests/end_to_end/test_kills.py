"""Whoever dies between a durable write and its answer: nothing lost, nothing doubled.

A sample of types and victims; every type with every victim is `make soak-kills`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.cloud.store import Store
from sandbox.environment import ROOT, Sandbox
from tests.end_to_end.agreement import disagreements
from tests.end_to_end.harness import COMPARTMENT, SUBNET, TENANCY, Program, Ran
from tests.end_to_end.killing import Hold, Stack

APPLICATION = "oci:Functions/application:Application"
FUNCTION = "oci:Functions/function:Function"
GROUP = "oci:Identity/group:Group"
IMAGE = "docker-build:index:Image"
POLICY = "oci:Identity/policy:Policy"
RULE = "oci:Events/rule:Rule"
TOPIC = "oci:Ons/notificationTopic:NotificationTopic"


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The dev stack in a sandbox of its own."""
    world = Sandbox(tmp_path_factory.mktemp("kills") / ".sandbox")
    world.prepare(lambda line: None)
    return Stack(world, "dev")


class TestOwnStack:
    """This project's dev stack, in order: what one test leaves, the next begins with."""

    def converges(self, dev: Stack) -> Ran:
        """An up ends in a stack that the store agrees with, and a second one changes nothing."""
        ran = dev.up()
        again = dev.up("--expect-no-changes")

        assert ran.status == 0, ran.output
        assert not ran.traceback
        assert dev.disagreements() == []
        assert again.status == 0, again.output
        return ran

    def test_every_death_is_made_good_by_the_next_up(self, dev: Stack) -> None:
        """Each create that was not answered is adopted by the next up, which itself dies at the next one."""
        # In the order of creation, so that the next one is still to come whatever was done meanwhile.
        for victim, type in [
            ("host", APPLICATION),
            ("provider", IMAGE),
            ("cli", FUNCTION),
            ("provider", RULE),
        ]:
            ran = dev.killed(victim, type)
            assert ran.status != 0, f"{victim} died at {type}, and the up passed:\n{ran.output}"
            assert not ran.traceback
        self.converges(dev)

    def test_lost_state(self, dev: Stack) -> None:
        """A state file that is gone is made good from the store: every resource keeps its id."""
        before = _ids(dev)
        dev.sandbox.state_file("oci-ai-functions", "dev").unlink()
        ran = dev.up()

        assert ran.status == 0, ran.output
        assert dev.disagreements() == []
        assert _ids(dev) == before

    def test_lost_store(self, dev: Stack) -> None:
        """A store that is gone is said, with the way back, and that way leads back."""
        dev.sandbox.store.unlink()
        refused = dev.up()
        preview = dev.run("preview")
        repaired = _repair(dev.sandbox, "dev", ROOT)

        for ran in (refused, preview):
            assert ran.status != 0
            assert f"{dev.sandbox.store}: lost or emptied" in ran.output
            assert "make repair STACK=dev" in ran.output
            assert "unchanged" not in ran.output
        assert repaired.status == 0, repaired.output
        assert "15 resources" in refused.output
        assert dev.up().status == 0
        assert dev.disagreements() == []

    def test_damaged_state(self, dev: Stack) -> None:
        """The way back that the message names leads back."""
        path = dev.sandbox.state_file("oci-ai-functions", "dev")
        path.write_text("{")
        refused = dev.up()
        path.write_bytes(path.with_name("dev.json.bak").read_bytes())

        assert refused.status != 0
        assert len([line for line in refused.output.splitlines() if "damaged" in line]) == 1
        way = "replace it with dev.json.bak in the same folder"
        assert f"{path}: the stack's state is damaged; {way}" in refused.output
        assert not refused.traceback
        self.converges(dev)


def _ids(stack: Stack) -> set[str]:
    """The ids of OCI's resources in the state."""
    return {entry["id"] for entry in stack.latest()["resources"] if entry["type"].startswith("oci:")}


HEAD = f"""
    import pulumi
    import pulumi_oci as oci

    COMPARTMENT, TENANCY, SUBNET = {COMPARTMENT!r}, {TENANCY!r}, {SUBNET!r}

"""
BODY = """
    group = oci.identity.Group("group", compartment_id="{tenancy}", description="{words}")
    topic = oci.ons.NotificationTopic("topic", compartment_id=COMPARTMENT, name="{topic}")
    application = oci.functions.Application(
        "application", compartment_id=COMPARTMENT, display_name="{topic}", subnet_ids=[SUBNET],
        config={{"GROUP": group.id, "TOKEN": pulumi.Output.secret("hush-hush")}},
        opts=pulumi.ResourceOptions(parent=topic, depends_on=[topic]),
    )
"""
"""The group has no name of its own, so it is replaced before the old one is deleted; the topic has one, so
the old one is deleted first."""


@dataclass
class Case:
    """A program of somebody else's with one stack, as it is deployed now."""

    program: Program
    sandbox: Sandbox
    tenancy: str = TENANCY
    words: str = "first"
    topic: str = "first"

    @property
    def name(self) -> str:
        """The project's name."""
        return (self.program.folder / "Pulumi.yaml").read_text().partition("\n")[0].partition(": ")[2]

    def write(self, **changed: str) -> None:
        """Write the program with some values changed."""
        given = {"tenancy": self.tenancy, "words": self.words, "topic": self.topic, **changed}
        self.program.write(HEAD + BODY.format(**given))

    def killed(self, victim: str, type: str, operation: str, command: str = "up") -> Ran:
        """An up (or a destroy) whose victim dies between the write and the answer."""
        with Hold(self.sandbox, type, operation) as hold:
            return hold.kill(victim, self.program.start(command, "--yes", "--skip-preview"))

    def converges(self) -> str:
        """What `repair` says, after which an up converges and state and store agree."""
        repaired = _repair(self.sandbox, self.program.stack, self.program.folder)
        ran = self.program.up("--skip-preview")

        assert repaired.status == 0, repaired.output
        assert ran.status == 0, ran.output
        assert self.disagreements() == []
        return repaired.output

    def disagreements(self) -> list[str]:
        """What state and store disagree on."""
        path = self.sandbox.state_file(self.name, self.program.stack)
        latest = json.loads(path.read_text())["checkpoint"]["latest"]
        with Store(self.sandbox.store) as store:
            return disagreements(latest, store, self.program.stack, self.name)


@pytest.fixture
def case(program: Program, sandbox: Sandbox) -> Iterator[Case]:
    """The program, deployed once."""
    made = Case(program, sandbox)
    made.write()
    yield made
    down = program.run("destroy", "--yes", "--skip-preview")
    assert down.status == 0, down.output
    assert made.disagreements() == []


def _repair(sandbox: Sandbox, stack: str, folder: Path) -> Ran:
    """`python -m sandbox repair`."""
    ran = subprocess.run(
        [sys.executable, "-m", "sandbox", "repair", "--stack", stack, "--cwd", folder],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(sandbox.folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    return Ran(ran.returncode, ran.stdout + ran.stderr)


def test_somebody_elses_program(case: Case) -> None:
    """Creates, updates, both orders of a replacement, and deletes: `repair` makes each good.

    One death after another, because a test of its own for each would deploy all of it anew.
    """
    case.killed("provider", APPLICATION, "create")
    state = case.sandbox.state_file(case.name, case.program.stack)
    assert "application was created and is adopted" in case.converges()
    assert "hush-hush" not in state.read_text()

    # An update that happened and was taken back in the program is not lost.
    case.write(words="second")
    case.killed("provider", GROUP, "update")
    case.write()
    assert "group was updated; the state is brought up to date" in case.converges()

    # The new one was created before the old one was to be deleted.
    case.write(tenancy=f"{TENANCY}a")
    case.killed("host", GROUP, "create")
    assert "group was created and is adopted" in case.converges()

    # The old one was deleted after the new one was created.
    case.write()
    case.killed("provider", GROUP, "delete")
    case.converges()

    # The old one was deleted before the new one could be created.
    case.write(topic="second")
    case.killed("provider", TOPIC, "delete")
    case.converges()

    # The new one was created after the old one was deleted.
    case.write(topic="third")
    case.killed("cli", TOPIC, "create")
    assert "topic was created and is adopted" in case.converges()

    # What was deleted and is wanted again is created again.
    case.program.write("")
    case.killed("provider", APPLICATION, "delete")
    case.write(topic="third")
    assert "application no longer exists and is removed from the state" in case.converges()

    again = case.program.up("--skip-preview", "--expect-no-changes")
    assert again.status == 0, again.output


def test_a_state_that_is_written_at_the_end(case: Case) -> None:
    """Killed, such a run leaves no trace in the state; the store tells all that it had done.

    Answered updates and deletes too, also where the program takes them back. Where the run ends by itself,
    nothing is left to mend.
    """
    case.program.environment = {**case.program.environment, "PULUMI_SKIP_CHECKPOINTS": "true"}
    case.killed("cli", APPLICATION, "create")
    mended = case.converges()
    for name in ("group", "topic", "application"):
        assert f"{name} was created and is adopted" in mended

    # The group was updated and the topic replaced, all of it answered, before the application was created.
    case.write(words="second", topic="second")
    case.killed("cli", APPLICATION, "create")
    case.write(topic="second")
    mended = case.converges()
    assert "group was updated; the state is brought up to date" in mended
    assert "topic was created and is adopted" in mended

    # An update that the state has is no difference.
    case.write(words="third", topic="second")
    assert case.program.up("--skip-preview").status == 0
    assert "nothing to mend" in case.converges()

    # Everything was deleted, and none of it was lost.
    case.killed("cli", GROUP, "delete", "destroy")
    mended = case.converges()
    assert "application no longer exists and is removed from the state" in mended
