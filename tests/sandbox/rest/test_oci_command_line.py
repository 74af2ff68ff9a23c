"""The plain OCI command line. It pins older packages than the project does, so it is used where it is
installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.rest.place import Place

ROOT = Path(__file__).resolve().parents[3]
OCI = shutil.which("oci")
pytestmark = pytest.mark.skipif(OCI is None, reason="the OCI command line (oci-cli) is not on PATH")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty sandbox folder; what serves it ends with the tests."""
    place = Place(tmp_path_factory.mktemp("cli") / "sandbox")
    yield place.sandbox_dir
    (place.folder / "serve.json").unlink(missing_ok=True)


def oci(folder: Path, *arguments: str, who: str = "administrator") -> tuple[int, Any, str]:
    """Status, JSON and errors of one command."""
    assert OCI is not None
    ran = subprocess.run(
        [sys.executable, "-m", "sandbox", "run", "--as", who, "--", OCI, *arguments],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return (
        ran.returncode,
        json.loads(ran.stdout) if ran.stdout.startswith(("{", "[")) else ran.stdout,
        ran.stderr,
    )


def test_objects_from_the_command_line(folder: Path, tmp_path: Path) -> None:
    """Bucket and object, there and back, and nothing said on standard error but progress."""
    tenancy = oci(folder, "iam", "user", "list")[1]["data"][0]["compartment-id"]
    made = oci(folder, "os", "bucket", "create", "--name", "cli", "-c", tenancy)
    (tmp_path / "in.txt").write_text("hello")
    put = oci(
        folder, "os", "object", "put", "-bn", "cli", "--file", str(tmp_path / "in.txt"), "--name", "a/b"
    )
    listed = oci(folder, "os", "object", "list", "-bn", "cli")
    got = oci(folder, "os", "object", "get", "-bn", "cli", "--name", "a/b", "--file", "-")

    assert (made[0], made[2]) == (0, "")
    assert put[0] == 0, put[2]
    assert [one["name"] for one in listed[1]["data"]] == ["a/b"]
    assert got[1] == "hello"


def test_a_refusal_on_the_command_line(folder: Path) -> None:
    """As OCI's."""
    status, _, said = oci(folder, "iam", "user", "list", who="user:stranger")

    assert status == 1
    assert '"code": "NotAuthorizedOrNotFound"' in said


def test_a_queue_from_the_command_line(folder: Path) -> None:
    """Made by a work request, found in the list; messages put, got, deleted and purged."""
    tenancy = oci(folder, "iam", "user", "list")[1]["data"][0]["compartment-id"]
    messages = ("queue", "messages")
    admin = ("queue", "queue-admin", "queue")
    made = oci(folder, *admin, "create", "-c", tenancy, "--display-name", "cli")
    (queue,) = oci(folder, *admin, "list", "-c", tenancy)[1]["data"]["items"]
    own = ("--queue-id", queue["id"])
    put = oci(folder, *messages, "put-messages", *own, "--messages", '[{"content":"m1"},{"content":"m2"}]')
    got = oci(folder, *messages, "get-messages", *own)[1]["data"]["messages"]
    receipt = ("--message-receipt", got[0]["receipt"], "--force")
    deleted = oci(folder, *messages, "delete-message", *own, *receipt)
    purged = oci(folder, *admin, "purge", *own, "--purge-type", "BOTH")
    stats = oci(folder, *messages, "get-stats", *own)[1]["data"]

    assert [made[0], put[0], deleted[0], purged[0]] == [0, 0, 0, 0]
    assert queue["messages-endpoint"].startswith("https://")
    assert [one["content"] for one in got] == ["m1", "m2"]
    assert stats["queue"] == {"in-flight-messages": 0, "size-in-bytes": 0, "visible-messages": 0}


def test_a_stream_from_the_command_line(folder: Path) -> None:
    """What is put comes back by a cursor."""
    tenancy = oci(folder, "iam", "user", "list")[1]["data"][0]["compartment-id"]
    made = oci(
        folder, "streaming", "admin", "stream", "create", "--name", "cli", "--partitions", "1", "-c", tenancy
    )[1]["data"]
    own = ("--stream-id", made["id"], "--endpoint", made["messages-endpoint"])
    stream = ("streaming", "stream")
    put = oci(folder, *stream, "message", "put", *own, "--messages", '[{"key":null,"value":"aGVsbG8="}]')
    start = ("--partition", "0", "--type", "TRIM_HORIZON")
    cursor = oci(folder, *stream, "cursor", "create-cursor", *own, *start)[1]["data"]["value"]
    got = oci(folder, *stream, "message", "get", *own, "--cursor", cursor)[1]["data"]

    assert put[1]["data"]["failures"] == 0
    assert [(one["value"], one["stream"]) for one in got] == [("aGVsbG8=", "cli")]


def test_a_topic_from_the_command_line(folder: Path) -> None:
    """Created, subscribed to and published to."""
    tenancy = oci(folder, "iam", "user", "list")[1]["data"][0]["compartment-id"]
    topic = oci(folder, "ons", "topic", "create", "--name", "cli", "-c", tenancy)[1]["data"]["topic-id"]
    address = ("--protocol", "EMAIL", "--subscription-endpoint", "a@b.c")
    made = oci(folder, "ons", "subscription", "create", "-c", tenancy, "--topic-id", topic, *address)
    published = oci(folder, "ons", "message", "publish", "--topic-id", topic, "--body", "hello")

    assert made[1]["data"]["lifecycle-state"] == "PENDING"
    assert published[1]["data"]["message-id"]
