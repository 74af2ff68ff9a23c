"""Objects that a program declares: objects like any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.cloud.deliveries import Outbox
from sandbox.services.objectstorage import BUCKET, STORAGE_OBJECT
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.sandbox.conftest import COMPARTMENT, Client, refused

ID = bucket_id("sandboxns", "in")


def _object(**more: Any) -> dict[str, Any]:
    return {"namespace": "sandboxns", "bucket": "in", "object": "a.json", "content": "{}", **more}


def _bucket(oci: Client) -> None:
    inputs = {
        "compartmentId": COMPARTMENT,
        "namespace": "sandboxns",
        "name": "in",
        "objectEventsEnabled": True,
    }
    oci.create(BUCKET, "b", inputs)


def _body(oci: Client, name: str) -> bytes | None:
    opened = Objects(oci.provider.store).open(ID, name)
    if opened is None:
        return None
    with opened[1] as file:
        return file.read()


def _emitted(oci: Client) -> list[tuple[str, str]]:
    found = [json.loads(one.payload) for one in Outbox(oci.provider.store).listed()]
    return [(one["eventType"].rpartition(".")[2], one["data"]["resourceName"]) for one in found]


def test_it_is_there_for_everybody_and_emits(oci: Client) -> None:
    """Created, renamed in place, deleted."""
    _bucket(oci)
    made = oci.create(STORAGE_OBJECT, "o", _object(metadata={"kind": "test"}))
    body = _body(oci, "a.json")
    renamed = oci.update(made, _object(object="b.json", metadata={"kind": "test"}))
    moved = _body(oci, "a.json"), _body(oci, "b.json")
    oci.delete(renamed)

    assert (body, moved, _body(oci, "b.json")) == (b"{}", (None, b"{}"), None)
    assert made.outputs["contentLength"] == "2"
    assert _emitted(oci) == [
        ("createobject", "a.json"),
        ("deleteobject", "a.json"),
        ("createobject", "b.json"),
        ("deleteobject", "b.json"),
    ]


def test_one_from_a_file(oci: Client, tmp_path: Path) -> None:
    """Whose path is the program's; one that is not there is refused."""
    _bucket(oci)
    (tmp_path / "data.bin").write_bytes(b"\x00\xff")
    more = {"content": None, "source": str(tmp_path / "data.bin")}
    oci.create(STORAGE_OBJECT, "o", {name: value for name, value in _object(**more).items() if value})

    assert _body(oci, "a.json") == b"\x00\xff"
    refused(
        oci, STORAGE_OBJECT, _object(source=str(tmp_path / "data.bin")), '"content": conflicts with "source"'
    )


def test_a_new_content_is_there_after_the_old_resource_is_deleted(oci: Client) -> None:
    """The engine creates the new one first; both stand for one object."""
    _bucket(oci)
    old = oci.create(STORAGE_OBJECT, "o", _object())
    oci.create(STORAGE_OBJECT, "o", _object(content="new"))
    oci.delete(old)

    assert _body(oci, "a.json") == b"new"
    assert _emitted(oci) == [("createobject", "a.json"), ("updateobject", "a.json")]
