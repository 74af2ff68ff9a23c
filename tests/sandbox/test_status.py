"""`sandbox status`: what there is, and who is at work."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest

from sandbox import private
from sandbox.__main__ import main
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Store
from sandbox.environment import Sandbox
from sandbox.events import function_log
from sandbox.events.development import Source, developed
from sandbox.events.function_log import Run
from sandbox.rest.place import Place, Serving
from sandbox.rest.request_log import Entry, RequestLog
from sandbox.services.functions import FUNCTION
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects
from sandbox.status import status_of

ID = "ocid1.fnfunc.oc1.eu-frankfurt-1.f"


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox with a function of a stack and a bucket that a client made."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / "sandbox"))
    made = Sandbox(tmp_path / "sandbox")
    with Store(made.store) as store:
        store.create(FUNCTION, f"urn:pulumi:dev::shop::{FUNCTION}::f", {}, {"displayName": "f"}, ID)
        store.create(BUCKET, "", {}, {"name": "inbox"}, "n/ns/b/inbox")
        Objects(store).put_bytes("n/ns/b/inbox", "one", b"1")
        outbox = Outbox(store)
        for _ in range(2):
            number = outbox.record(source=("rule", "r"), destination=("function", ID), payload=b"", now=0)
        outbox.failed(number, "refused", None)
    return made


def test_what_there_is(sandbox: Sandbox, capsys: Any) -> None:
    """By stack; what clients made is in none; logs are counted."""
    run = Run(time="2026-01-01T00:00:00Z", stack="dev", function="f", id=ID, ended="502", lines=[])
    function_log.append(sandbox.folder, [run])
    for status in (200, 404, 404, 500):
        RequestLog(sandbox.folder).append(Entry(time="t", request_id="r", host="h", status=status))
    assert main(["status", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert [(stack["project"], stack["stack"], stack["resources"]) for stack in found["stacks"]] == [
        (None, None, 1),
        ("shop", "dev", 1),
    ]
    assert found["functions"] == [{"name": "f", "id": ID, "runs_from_source": False}]
    assert found["buckets"] == {"inbox": 1}
    assert (found["at_work"], found["serving"]) == ([], None)
    assert found["deliveries"] == {"owed": 1, "given_up": 1}
    assert found["runs"] == {"logged": 1, "failed": 1, "last": "2026-01-01T00:00:00Z"}
    assert found["requests"] == {"logged": 4, "refused": 2, "failed": 1, "last": "t"}


def test_for_people(sandbox: Sandbox, tmp_path: Path, capsys: Any) -> None:
    """One fact a line."""
    with developed(sandbox.folder, ID, Source(tmp_path)):
        assert main(["status"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines == [
        f"sandbox   {sandbox.folder}",
        "stack     made by clients: 1 resource",
        "stack     dev of shop: 1 resource",
        f"function  f  {ID}  (runs from its source: `sandbox dev`)",
        "bucket    inbox: 1 object",
        "serving   no process; one is started by the first command that needs it",
        "owed      1 to be delivered, 1 given up",
        "runs      0 in the log, 0 failed",
        "requests  0 in the log, 0 refused, 0 failed",
    ]


def test_who_is_at_work(sandbox: Sandbox) -> None:
    """A deploy by its lock, and the process that serves by its own."""
    place = Place(sandbox.folder)
    place.make()
    lock = private.open_lock(sandbox.folder / "stack-dev.lock")
    os.write(lock, b"`make up STACK=dev` (process 1)")
    fcntl.flock(lock, fcntl.LOCK_EX)
    with place.claimed():
        place.tell(Serving(os.getpid(), 1234, 1235))
        found = status_of(sandbox)
    os.close(lock)

    assert found["at_work"] == ["stack dev: `make up STACK=dev` (process 1)"]
    assert found["serving"] == {"process": os.getpid(), "proxy": "http://127.0.0.1:1234"}
    assert status_of(sandbox)["serving"] is None
    assert status_of(sandbox)["at_work"] == []


def test_nothing_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """One line, and no folder is made."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / "sandbox"))

    assert main(["status"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "sandbox").exists()
