"""What `recover` makes of a sandbox's files, with an engine that only exports and imports."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.environment import Sandbox
from sandbox.recovery import command, recover

from .conftest import TOPIC, entry, state, told, urn


class World:
    """A sandbox with a store and a state file, and a count of what the engine was asked."""

    def __init__(self, folder: Path) -> None:
        self.sandbox = Sandbox(folder)
        self.said: list[str] = []
        self.asked: list[str] = []

    def make(self, id: str, name: str = "t") -> None:
        """Create a resource in the store."""
        with Store(self.sandbox.store) as store:
            store.create(TOPIC, urn(name), {"name": "n"}, {"name": "n"}, id)

    def delete(self, id: str, *, answered: bool = True) -> None:
        """Delete a resource in the store."""
        with Store(self.sandbox.store) as store, store.transaction():
            store.delete(id)
            if not answered:
                store.owe_answer(id, "delete")

    def write(self, latest: dict[str, Any], project: str = "p", stack: str = "dev") -> Path:
        """Write a state file."""
        path = self.sandbox.state_file(project, stack)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"version": 3, "checkpoint": {"stack": "x", "latest": latest}}))
        return path

    def latest(self) -> dict[str, Any]:
        """What the state file holds."""
        found: dict[str, Any] = json.loads(self.sandbox.state_file("p", "dev").read_text())["checkpoint"][
            "latest"
        ]
        return found

    def quiet(self, environment: Any, folder: Path, *arguments: str, given: str | None = None) -> str:
        """The engine."""
        self.asked.append(arguments[1])
        if arguments[1] == "import":
            assert given is not None
            self.write(json.loads(given)["deployment"])
            return ""
        return json.dumps({"version": 3, "deployment": self.latest()})

    def recover(self, **more: bool) -> bool:
        """Mend the stack."""
        return recover(self.sandbox, {}, Path(), "p", "dev", self.said.append, **more)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An empty sandbox and the engine in its place."""
    made = World(tmp_path)
    monkeypatch.setattr(command, "quiet", made.quiet)
    return made


def test_nothing_to_mend(world: World) -> None:
    """Where state and store agree the engine is not even started."""
    world.make("1")
    world.write(state(entry("1")))

    assert world.recover() is False
    assert world.asked == world.said == []


def test_new_stack(world: World) -> None:
    """Neither a state nor a store yet: nothing to mend."""
    assert world.recover() is False
    assert world.said == []


def test_adopts_and_says_so(world: World) -> None:
    """A create the state lacks is imported, one line says so, and a second run finds nothing."""
    world.make("1")
    world.write(state())

    assert world.recover() is True
    assert told(world.latest()) == [("t", "1", False)]
    assert world.said == ["recovery  dev: t was created and is adopted"]
    assert world.recover() is False


def test_answers_are_settled(world: World) -> None:
    """A delete that was never answered is settled once, and not noted any longer."""
    world.make("1")
    world.make("2", "u")
    world.write(state(entry("1"), entry("2", "u")))
    world.delete("1", answered=False)

    assert world.recover() is True
    assert world.said == ["recovery  dev: t no longer exists and is removed from the state"]
    with Store(world.sandbox.store) as store:
        assert store.unanswered() == {}


@pytest.mark.parametrize(
    ("cut_off", "saved", "mended"),
    [(False, True, False), (False, False, True), (True, True, True), (True, False, True)],
    ids=["ended", "cancelled", "killed, state of another run", "killed"],
)
def test_what_a_run_kept_to_the_end(world: World, cut_off: bool, saved: bool, mended: bool) -> None:
    """An update that was answered is in the state if that was written afterwards by a run that ended."""
    world.make("1")
    with Store(world.sandbox.store) as store:
        store.update("1", {"name": "new"}, {"name": "new"})
        store.owe_answer("1", "update")
        store.await_save("1", urn("t"))
    path = world.write(state(entry("1")))
    written = time.time() + (60 if saved else -60)
    os.utime(path, (written, written))
    if cut_off:
        lock = world.sandbox.state / ".pulumi" / "locks" / "organization" / "p" / "dev" / "x.json"
        lock.parent.mkdir(parents=True)
        lock.write_text(json.dumps({"pid": 0, "hostname": socket.gethostname()}))

    world.recover()
    told = [line for line in world.said if "updated" in line]
    assert told == (["recovery  dev: t was updated; the state is brought up to date"] if mended else [])
    with Store(world.sandbox.store) as store:
        assert store.unsaved("urn:") == store.unanswered() == {}


def test_what_another_stack_keeps_to_the_end_is_left(world: World) -> None:
    """Its run may be under way."""
    with Store(world.sandbox.store) as store:
        store.owe_answer("1", "delete")
        store.await_save("1", "urn:pulumi:dev::p2::type::t")
    world.write(state())
    world.recover()

    with Store(world.sandbox.store) as store:
        assert store.unsaved("urn:pulumi:dev::p2::") == {"1": "delete"}
        assert store.unsaved("urn:pulumi:dev::p::") == {}


@pytest.mark.parametrize("option", ["retainOnDelete", "external"])
def test_what_was_left_on_purpose_is_not_taken_back(world: World, option: str) -> None:
    """A resource that was to be retained, or only read, stays in the cloud and out of the state once its
    program drops it."""
    world.make("1")
    options: dict[str, Any] = {option: True}
    world.write(state(entry("1", **options)))
    world.recover()
    world.write(state())

    assert world.recover() is False
    assert world.recover() is False
    assert world.asked == []


def test_retained_resource_that_is_managed_again(world: World) -> None:
    """Once it is in the state without the option, it is a resource like any other."""
    world.make("1")
    for latest in (state(entry("1", retainOnDelete=True)), state(), state(entry("1"))):
        world.write(latest)
        assert world.recover() is False
    world.write(state())

    assert world.recover() is True


def test_resources_of_a_renamed_stack_are_left_alone(world: World) -> None:
    """Their URN in the store still names this stack, but another stack's state has them."""
    world.make("1")
    world.write(state(entry("1")), stack="renamed")
    world.write(state())

    assert world.recover() is False


def test_lost_store(world: World) -> None:
    """Refused in one line with the way back; nothing is changed."""
    world.write(state(entry("1"), entry("2", "u")))

    with pytest.raises(SandboxFault) as refused:
        world.recover()

    assert str(refused.value) == (
        f"{world.sandbox.store}: lost or emptied: it contains none of the 2 resources of stack dev; restore "
        "the file, or remove them from the state: make repair STACK=dev"
    )
    assert world.asked == []


def test_lost_store_is_forgotten_on_request(world: World) -> None:
    """The way back: the state forgets what is no more, so that the next up creates it anew."""
    world.write(state(entry("1"), entry("2", "u")))

    assert world.recover(forget_lost=True) is True
    assert told(world.latest()) == []


def test_partly_lost_store(world: World) -> None:
    """What is missing is named and forgotten; the rest stays."""
    world.make("1")
    world.write(state(entry("1"), entry("2", "u")))

    assert world.recover() is True
    assert world.said == ["recovery  dev: u no longer exists and is removed from the state"]
    assert told(world.latest()) == [("t", "1", False)]


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", '{"checkpoint": {"latest": [1]}}', '{"checkpoint": {"latest": null}}'),
        *('{"checkpoint": {}}', '{"checkpoint": 7}', '{"checkpoint": {"latest": {"resources": 7}}}'),
        '{"checkpoint": {"latest": {"resources": [], "pending_operations": ["x"]}}}',
    ],
)
def test_damaged_state(world: World, content: str) -> None:
    """One line that names the file and the way back, with the copy beside it and without."""
    path = world.write(state())
    path.write_text(content)
    copy = path.with_name("dev.json.bak")

    with pytest.raises(SandboxFault) as without:
        world.recover()
    copy.write_text("{}")
    with pytest.raises(SandboxFault) as beside:
        world.recover()

    way = "and the next command adopts what it lacks"
    assert str(without.value) == f"{path}: the stack's state is damaged; remove it, {way}"
    assert (
        str(beside.value)
        == f"{path}: the stack's state is damaged; replace it with {copy.name} in the same folder, {way}"
    )


def test_damaged_state_of_another_stack(world: World) -> None:
    """That is for the other stack to say."""
    world.make("1")
    world.write(state(), stack="prod").write_text("{")
    world.write(state())

    assert world.recover() is True
