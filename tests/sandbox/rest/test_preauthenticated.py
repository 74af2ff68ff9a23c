"""Pre-authenticated requests: made by the real SDK, used without any signature."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import oci
import pytest

from sandbox.services import resources
from sandbox.services.objectstorage import BUCKET, PREAUTHENTICATED
from tests.sandbox.rest.conftest import Door, sandbox_files

Client = oci.object_storage.ObjectStorageClient
NAMESPACE = "sandboxns"
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]


@pytest.fixture
def bucket(door: Door, clients: Clients) -> str:
    """A bucket with three objects."""
    compartment = door.compartment()
    name = f"p-{compartment[-12:]}"
    door.add(BUCKET, compartmentId=compartment, name=name, namespace=NAMESPACE)
    for each in ("a/1", "a/2", "b"):
        clients(Client).put_object(NAMESPACE, name, each, each.encode())
    return name


def made(client: Any, bucket: str, access: str, **more: Any) -> Any:
    """A request of this access, good for a minute."""
    expires = datetime.now(UTC) + timedelta(minutes=1)
    details = oci.object_storage.models.CreatePreauthenticatedRequestDetails(
        name="n", access_type=access, **{"time_expires": expires, **more}
    )
    return client.create_preauthenticated_request(NAMESPACE, bucket, details).data


def ask(door: Door, url: str, method: str = "GET", body: bytes | None = None) -> tuple[int, bytes]:
    """Status and body of a request without a signature."""
    context = ssl.create_default_context(cafile=str(door.place.authority))
    proxy = urllib.request.ProxyHandler({"https": f"http://127.0.0.1:{door.serving.proxy_port}"})
    opener = urllib.request.build_opener(proxy, urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(urllib.request.Request(url, body, method=method), timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_one_object_is_read_by_its_address(door: Door, clients: Clients, bucket: str) -> None:
    """That one and no other, and only read."""
    address = made(clients(Client), bucket, "ObjectRead", object_name="a/1").full_path
    other = address.replace("a%2F1", "a/2")

    assert ask(door, address) == (200, b"a/1")
    assert ask(door, address.replace("%2F", "/")) == (200, b"a/1")
    assert ask(door, other)[0] == ask(door, address, "PUT", b"x")[0] == 404
    assert ask(door, address[: address.index("/o/") + 3])[0] == 404


def test_any_object_below_a_prefix(door: Door, clients: Clients, bucket: str) -> None:
    """Read, written and listed, as far as it says."""
    client = clients(Client)
    read = made(
        client, bucket, "AnyObjectRead", object_name="a/", bucket_listing_action="ListObjects"
    ).full_path
    write = made(client, bucket, "AnyObjectWrite").full_path

    assert ask(door, f"{read}a/2") == (200, b"a/2")
    assert ask(door, f"{read}b")[0] == 404
    assert b'"a/2"' in ask(door, f"{read}?prefix=a/")[1]
    assert ask(door, f"{read}?prefix=b")[0] == ask(door, read)[0] == 404
    assert ask(door, f"{write}new", "PUT", b"x")[0] == 200
    assert ask(door, f"{write}new")[0] == ask(door, f"{write}?prefix=a/")[0] == 404
    assert client.get_object(NAMESPACE, bucket, "new").data.content == b"x"


def test_an_address_ends(door: Door, clients: Clients, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its time, with its request, and in another bucket it never began."""
    client = clients(Client)
    one = made(client, bucket, "AnyObjectRead")
    before = ask(door, f"{one.full_path}b")
    later = SimpleNamespace(time=lambda: datetime.now(UTC).timestamp() + 61)
    with monkeypatch.context() as patch:
        patch.setattr("sandbox.services.objectstorage.preauthenticated.time", later)
        expired = ask(door, f"{one.full_path}b")
    elsewhere = ask(door, f"{one.full_path.replace(bucket, 'other')}b")
    shown = client.list_preauthenticated_requests(NAMESPACE, bucket).data
    client.delete_preauthenticated_request(NAMESPACE, bucket, one.id)

    assert before == (200, b"b")
    assert expired[0] == elsewhere[0] == ask(door, f"{one.full_path}b")[0] == 404
    assert [each.id for each in shown] == [one.id]


def test_making_one_takes_a_right(clients: Clients, refused: Refused, bucket: str) -> None:
    """And a time to come."""
    past = datetime(2020, 1, 1, tzinfo=UTC)

    assert refused(made, clients(Client, "user:stranger"), bucket, "AnyObjectRead") == (404, "BucketNotFound")
    assert refused(made, clients(Client), bucket, "AnyObjectRead", time_expires=past) == (
        400,
        "InvalidParameter",
    )
    assert refused(made, clients(Client), bucket, "ObjectRead") == (400, "MissingParameter")


def test_the_secret_is_written_down_nowhere(door: Door, clients: Clients, bucket: str) -> None:
    """Neither in the store nor in the log of its use."""
    address = made(clients(Client), bucket, "AnyObjectRead").full_path
    ask(door, f"{address}b")
    secret = address.split("/p/")[1].partition("/")[0].encode()

    assert len(secret) >= 32
    assert [path for path in sandbox_files(door.place.sandbox_dir) if secret in path.read_bytes()] == []


def test_one_that_a_program_declares_works_as_well(door: Door, bucket: str) -> None:
    """Until it is deleted."""
    id = door.add(
        PREAUTHENTICATED,
        bucket=bucket,
        namespace=NAMESPACE,
        name="n",
        accessType="ObjectRead",
        objectName="a/1",
        timeExpires=(datetime.now(UTC) + timedelta(minutes=1)).isoformat(),
    )
    record = door.store.get(id)
    assert record is not None
    address = record.outputs["fullPath"]

    assert ask(door, address) == (200, b"a/1")
    assert ask(door, address.replace("a%2F1", "b"))[0] == 404

    resources.delete(door.cloud(), record)

    assert ask(door, address)[0] == 404
