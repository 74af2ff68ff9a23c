"""`sandbox reset`: what it removes, what it keeps, and when it refuses."""

from __future__ import annotations

import fcntl
import io
import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from sandbox import private
from sandbox.__main__ import main
from sandbox.cloud.store import Store
from sandbox.environment import Sandbox
from sandbox.events import function_log
from sandbox.events.function_log import Run
from sandbox.rest.place import Place
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox with something of everything."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / "sandbox"))
    made = Sandbox(tmp_path / "sandbox")
    with Store(made.store) as store:
        store.create(BUCKET, "", {}, {"name": "inbox"}, "n/ns/b/inbox", claims=["bucket|inbox"])
        store.add_image("sha256:1", "t", ref="t", platforms=[], context="c", pushed=True)
        store.set_setting("tenancy", "ocid1.tenancy.oc1..t")
        store.set_setting("fault", "3")
        Objects(store).put_bytes("n/ns/b/inbox", "one", b"1")
    run = Run(time="t", stack="dev", function="f", id="i", ended="200", lines=["a secret"])
    function_log.append(made.folder, [run])
    for name in (
        *("state/.pulumi/stacks/p/dev.json", "project/Pulumi.dev.yaml", "images/sha256/1/Dockerfile"),
        *("rest/homes/user-alice/key.pem", "rest/ca.pem", "home/plugins/x", "passphrase"),
    ):
        (made.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (made.folder / name).write_text("x")
    return made


def _files(sandbox: Sandbox) -> set[str]:
    return {str(path.relative_to(sandbox.folder)) for path in sandbox.folder.rglob("*") if path.is_file()}


def test_everything_that_exists_is_gone(sandbox: Sandbox, capsys: Any) -> None:
    """What says nothing of it stays: the engine's plugins, the passphrase, the authority. Who had the store
    open goes on with an empty one."""
    with Store(sandbox.store) as open_before:
        mark, generation = open_before.mark, open_before.generation()
        assert main(["reset", "--yes"]) == 0

        assert (open_before.list(), open_before.images()) == ([], [])
        assert open_before.holder("bucket|inbox") is None
        assert Objects(open_before).get("n/ns/b/inbox", "one") is None
        assert open_before.generation() > generation
        assert open_before.setting("fault") is None
        assert open_before.setting("tenancy") == "ocid1.tenancy.oc1..t"
    with Store(sandbox.store) as store:
        assert store.mark == mark
    kept = {
        name for name in _files(sandbox) if not name.startswith("store.db") and not name.endswith(".lock")
    }
    assert kept == {"rest/ca.pem", "home/plugins/x", "passphrase"}
    assert capsys.readouterr().err == f"reset     {sandbox.folder}: 1 resource removed\n"


def test_it_asks(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, and nothing but `yes` is one; where nobody can be asked, `--yes` is needed."""
    before = _files(sandbox)
    statuses = []
    for typed in ("y\n", "", "yes\n"):
        terminal = io.StringIO(typed)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)
        statuses.append((main(["reset"]), _files(sandbox) >= before))
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert statuses == [(1, True), (1, True), (0, False)]
    assert main(["reset"]) == 2


def test_a_stack_that_is_being_deployed_keeps_everything(sandbox: Sandbox, capsys: Any) -> None:
    """By this project's commands, whose lock is held."""
    before = _files(sandbox)
    lock = private.open_lock(sandbox.folder / "stack-dev.lock")
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.write(lock, b"`make up STACK=dev` (process 1)")
    status = main(["reset", "--yes"])
    os.close(lock)

    assert status == 1
    assert (
        capsys.readouterr().err
        == "stack dev is in use by `make up STACK=dev` (process 1); wait until it ends\n"
    )
    assert _files(sandbox) >= before
    assert main(["reset", "--yes"]) == 0


def test_so_does_an_engine_of_any_program(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """By the engine's own lock, as long as its process lives."""
    folder = sandbox.state / ".pulumi" / "locks" / "organization" / "shop" / "qa"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(json.dumps({"pid": 77, "hostname": socket.gethostname()}))
    monkeypatch.setattr("sandbox.recovery.locks._is_pulumi", lambda pid: pid == 77)
    status = main(["reset", "--yes"])

    assert status == 1
    assert (
        capsys.readouterr().err == "stack qa of shop is in use by pulumi (process 77); wait until it ends\n"
    )


def test_so_does_a_command_that_needs_the_endpoints(sandbox: Sandbox, capsys: Any) -> None:
    """Its clients' keys would be unknown all at once."""
    with Place(sandbox.folder).needed():
        status = main(["reset", "--yes"])

    assert status == 1
    assert capsys.readouterr().err.startswith("a command is at work on this sandbox (run, emit, invoke)")


def test_nothing_to_remove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 0, and no folder is made."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / "sandbox"))

    assert main(["reset"]) == 0
    assert not (tmp_path / "sandbox").exists()
