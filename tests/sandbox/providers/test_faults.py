"""Faults on demand, and what a slow create leaves behind."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.cloud.store import Store
from tests.sandbox.conftest import APPLICATION, GROUP, Client, Failed, application


def write(folder: Path, *faults: dict[str, object]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "faults.json").write_text(json.dumps(faults))


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


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "cannot be read as JSON"),
        ("{}", "must be a list of objects"),
        ('[{"typ": "x"}]', "unknown key 'typ'"),
        ('[{"operation": "destroy"}]', "operation must be one of"),
        ('[{"error": "broken"}]', "is not an error's name"),
    ],
)
def test_a_wrong_file_is_said(oci: Client, folder: Path, text: str, reason: str) -> None:
    """A fault that doesn't work would look like a pass."""
    folder.mkdir(exist_ok=True)
    (folder / "faults.json").write_text(text)

    with pytest.raises(Failed, match=reason):
        oci.create(APPLICATION, "app", application())
