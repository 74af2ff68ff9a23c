"""Faults on demand, and what a slow create leaves behind."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox.cloud import faults
from sandbox.cloud.store import Store
from sandbox.providers.stubs import provider_pb2
from tests.sandbox.conftest import APPLICATION, GROUP, Client, Failed, Resource, application


def write(folder: Path, *asked: dict[str, object]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "faults.json").write_text(json.dumps(asked))


@pytest.mark.parametrize(
    "name", ["500-InternalError", "429-TooManyRequests", "404-NotAuthorizedOrNotFound", "409-IncorrectState"]
)
def test_an_error_is_answered_and_nothing_created(oci: Client, folder: Path, store: Store, name: str) -> None:
    """In OCI's words, on one line."""
    write(folder, {"type": APPLICATION, "operation": "create", "error": name})

    with pytest.raises(Failed) as failed:
        oci.create(APPLICATION, "app", application())

    assert str(failed.value) == f"{name}, asked for in faults.json"
    assert store.list() == []


def test_times_are_counted_and_others_are_left_alone(oci: Client, folder: Path) -> None:
    """The third try passes; a group never was meant."""
    write(folder, {"type": "oci:Functions/*", "name": "a?p", "error": "500-InternalError", "times": 2})
    oci.create(GROUP, "g", {"description": "d"})
    for _ in range(2):
        with pytest.raises(Failed):
            oci.create(APPLICATION, "app", application())

    assert oci.create(APPLICATION, "app", application()).id


def test_a_fault_can_be_taken_out_again(oci: Client, folder: Path) -> None:
    """The file is read at every request."""
    write(folder, {"error": "500-InternalError"})
    with pytest.raises(Failed):
        oci.create(APPLICATION, "app", application())
    (folder / "faults.json").unlink()

    assert oci.create(APPLICATION, "app", application()).id


def test_the_count_of_a_fault_with_an_id_outlives_a_change(oci: Client, folder: Path) -> None:
    """Another one that is asked for meanwhile does not let it strike again."""
    once = {"id": "a", "error": "429", "times": 1}
    write(folder, once)
    with pytest.raises(Failed, match="429-TooManyRequests"):
        oci.create(APPLICATION, "app", application())
    write(folder, once, {"type": GROUP, "error": "500"})

    assert oci.create(APPLICATION, "app", application()).id


def struck(oci: Client, folder: Path, store: Store, names: list[str], **fault: object) -> list[str]:
    """Which of some creates, tried twice each, are answered with an error; what was made is removed."""
    write(folder, {"id": "a", "type": GROUP, "operation": "create", "error": "500", **fault})
    found = []
    for name in names * 2:
        try:
            oci.create(GROUP, name, {"description": "d", "name": name})
        except Failed:
            found.append(name)
        for record in store.list(GROUP):
            store.delete(record.id)
    faults.forget(store, ["a"])
    return found


def test_a_seed_says_which_requests_are_struck(oci: Client, folder: Path, store: Store) -> None:
    """The same ones in whatever order they come; others by another seed; about the share asked for."""
    names = [f"g{number}" for number in range(40)]
    by_seven = struck(oci, folder, store, names, chance=0.25, seed=7)

    assert sorted(by_seven) == sorted(struck(oci, folder, store, names[::-1], chance=0.25, seed=7))
    assert sorted(by_seven) != sorted(struck(oci, folder, store, names, chance=0.25, seed=8))
    assert 10 <= len(by_seven) <= 30
    assert 30 <= len(struck(oci, folder, store, names, seed=7)) <= 50
    assert set(by_seven[: len(by_seven) // 2]) != set(by_seven[len(by_seven) // 2 :])


def test_reading_an_image_can_fail(docker: Client, folder: Path, context: str) -> None:
    """As the read of any other resource."""
    image = docker.create(IMAGE, "x", {"context": {"location": context}, "push": False})
    write(folder, {"type": "docker-build:*", "operation": "read", "error": "500"})

    with pytest.raises(Failed, match="500-InternalError"):
        docker.read(image)


@pytest.mark.parametrize("operation", ["create", "update", "delete"])
def test_images_can_fail(docker: Client, folder: Path, store: Store, context: str, operation: str) -> None:
    """Every operation of docker-build's, and what was refused was not done."""
    given = {"context": {"location": context}, "push": False}
    image = docker.create(IMAGE, "x", given)
    before = store.list()
    write(folder, {"type": IMAGE, "operation": operation, "error": "500"})
    asked: dict[str, Callable[[], object]] = {
        "create": lambda: docker.create(IMAGE, "y", given),
        "update": lambda: docker.update(image, {**given, "labels": {"A": "1"}}),
        "delete": lambda: docker.delete(image),
    }

    with pytest.raises(Failed, match="500-InternalError"):
        asked[operation]()
    assert store.list() == before


@pytest.mark.parametrize("operation", ["update", "delete", "read"])
def test_every_operation_can_fail(oci: Client, folder: Path, operation: str) -> None:
    """Not only creates."""
    app = oci.create(APPLICATION, "app", application())
    write(folder, {"operation": operation, "error": "500-InternalError"})

    asked: dict[str, Callable[[], object]] = {
        "update": lambda: oci.update(app, application(config={"A": "1"})),
        "delete": lambda: oci.delete(app),
        "read": lambda: oci.read(app),
    }

    with pytest.raises(Failed, match="500-InternalError"):
        asked[operation]()


def test_a_slow_create_exists_before_it_is_answered(oci: Client, folder: Path, store: Store) -> None:
    """As in the cloud; a cancel meanwhile breaks nothing off, and the create is answered."""
    write(folder, {"operation": "create", "delay_seconds": 1})
    made: list[str] = []
    creating = threading.Thread(target=lambda: made.append(oci.create(APPLICATION, "app", application()).id))
    oci.configure()
    begun = time.monotonic()
    creating.start()
    while not store.list() and time.monotonic() - begun < 10:
        time.sleep(0.01)
    answered_before = list(made)
    oci.cancel()
    creating.join(20)

    assert answered_before == []
    assert made == [store.list()[0].id]
    assert time.monotonic() - begun >= 1


IMAGE = "docker-build:index:Image"


@pytest.fixture
def context(tmp_path: Path) -> str:
    """A folder an image can be built of."""
    place = tmp_path / "source"
    place.mkdir()
    (place / "Dockerfile").write_text("FROM scratch\nCOPY . .\n")
    return str(place)


def held_back(folder: Path, ask: Callable[[], object]) -> tuple[str, Callable[[], list[object]]]:
    """Ask until the answer is held back: what the gate says, and how to let it go for the answer."""
    answers: list[object] = []
    asking = threading.Thread(target=lambda: answers.append(ask()))
    asking.start()
    gate = folder / "held"
    begun = time.monotonic()
    while not gate.exists() and time.monotonic() - begun < 20:
        time.sleep(0.01)

    def let_go() -> list[object]:
        assert answers == []
        gate.unlink()
        asking.join(20)
        return answers

    return gate.read_text(), let_go


@pytest.mark.parametrize("kind", ["oci", "docker"])
def test_an_answer_is_held_after_the_durable_write(
    oci: Client, docker: Client, folder: Path, store: Store, context: str, kind: str
) -> None:
    """The gate names process and URN; what was asked is written, and answered once the gate is removed."""
    client, type = (oci, APPLICATION) if kind == "oci" else (docker, IMAGE)
    given = application() if kind == "oci" else {"context": {"location": context}, "push": False}
    changed = {**given, "config": {"A": "1"}} if kind == "oci" else {**given, "labels": {"A": "1"}}
    client.configure()
    urn = client.urn(type, "x")

    def hold(operation: str) -> None:
        write(folder, {"type": type, "operation": operation, "hold": "held", "times": 1})

    hold("create")
    gate, let_go = held_back(folder, lambda: client.create(type, "x", given))
    assert gate == f"{os.getpid()} {urn}\n"
    assert [record.urn for record in store.list()] == [urn]
    (made,) = let_go()
    assert isinstance(made, Resource)

    hold("update")
    _, let_go = held_back(folder, lambda: client.update(made, changed))
    assert store.list()[0].inputs == {**store.list()[0].inputs, **changed}
    assert store.unanswered() == {made.id: "update"}
    let_go()
    assert store.unanswered() == {}

    hold("delete")
    _, let_go = held_back(folder, lambda: client.delete(made))
    assert store.list() == []
    assert store.unanswered() == {made.id: "delete"}
    let_go()
    assert store.unanswered() == {}


def test_a_refused_update_owes_nothing(oci: Client, folder: Path, store: Store) -> None:
    """Nothing was written, so the engine need not be told of it."""
    app = oci.create(APPLICATION, "app", application())
    write(folder, {"operation": "update", "error": "500-InternalError"})
    with pytest.raises(Failed):
        oci.update(app, application(config={"A": "1"}))

    assert store.unanswered() == {}


@pytest.mark.parametrize("active", [True, False])
def test_an_engine_that_hung_up_is_still_owed(oci: Client, store: Store, active: bool) -> None:
    """What was asked was written, and nobody heard the answer."""
    store.owe_answer("id", "delete")
    oci.provider.answer_goes_out("urn:x", "id", SimpleNamespace(is_active=lambda: active))

    assert store.unanswered() == ({} if active else {"id": "delete"})


@pytest.mark.parametrize("kind", ["oci", "docker"])
def test_the_provider_that_made_it_is_kept(oci: Client, docker: Client, context: str, kind: str) -> None:
    """As the engine names it when it configures the provider."""
    client, type = (oci, APPLICATION) if kind == "oci" else (docker, IMAGE)
    given = application() if kind == "oci" else {"context": {"location": context}, "push": False}
    client.stub.Configure(provider_pb2.ConfigureRequest(urn="urn:provider", id="7", acceptSecrets=True))
    client.configured = True
    made = client.create(type, "x", given)

    assert client.record(made.id).provider == "urn:provider::7"


def test_an_emptied_store_is_refused_for_images_too(docker: Client, store: Store, context: str) -> None:
    """As for OCI's resources: what the engine knows is gone, and that is never unchanged."""
    image = docker.create(IMAGE, "x", {"context": {"location": context}, "push": False})
    store.delete(image.id)

    with pytest.raises(Failed, match="lost or emptied"):
        docker.diff(image, image.inputs)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "cannot be read as JSON"),
        ("{}", "must be a list of objects"),
        ('[{"typ": "x"}]', r"faults.json: \[0\].typ: unknown key; known are call, chance"),
        ('[{"error": "500"}, {"operation": "destroy"}]', r"\[1\].operation: expected one of create, read"),
        ('[{"error": "broken"}]', r"\[0\].error: expected a status, or an error's name .*, found 'broken'"),
        ('[{"error": "200-Fine"}]', r"\[0\].error: expected a status"),
        ('[{"error": 500}]', r"\[0\].error: expected a status, .* found 500"),
        ('[{"error": "418"}]', r"\[0\].error: expected a status, .* found '418'"),
        ('[{"hold": "../held"}]', r"\[0\].hold: expected the name of a file, found '../held'"),
        ('[{"hold": true}]', r"\[0\].hold: expected the name of a file, found True"),
        ('[{"type": 1, "error": "500"}]', r"\[0\].type: expected a type token or a glob, found 1"),
        ('[{"times": "2", "error": "500"}]', r"\[0\].times: expected a whole number above 0, found '2'"),
        ('[{"delay_seconds": -1}]', r"\[0\].delay_seconds: expected a number of seconds, found -1"),
        ('[{"chance": 2, "error": "500"}]', r"\[0\].chance: expected a number above 0, at most 1, found 2"),
        ('[{"seed": 0.5, "error": "500"}]', r"\[0\].seed: expected a whole number, found 0.5"),
        ('[{"type": "*"}]', r"\[0\].error: missing, and neither delay_seconds nor hold says what to do"),
        ('[{"call": "PutObject", "type": "*", "error": "500"}]', r"\[0\].type: cannot stand beside call"),
    ],
)
def test_a_wrong_file_is_said(oci: Client, folder: Path, text: str, reason: str) -> None:
    """A fault that doesn't work would look like a pass."""
    folder.mkdir(exist_ok=True)
    (folder / "faults.json").write_text(text)

    with pytest.raises(Failed, match=reason):
        oci.create(APPLICATION, "app", application())
