"""After a run that handled every kind of secret, each lies where it must and nowhere else.

Canaries are seeded by real clients and a real function, good requests and bad ones; then every file below the
sandbox's folder, and all that its commands print, is searched for them, as they are and in base64.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import oci
import pytest

from sandbox.environment import ROOT
from sandbox.rest.request_log import RequestLog
from sandbox.services.kms import KEY, VAULT
from sandbox.services.vault import SECRET
from tests.end_to_end.storm import INBOX, NAMESPACE, Storm, storm_in
from tests.sandbox.rest.conftest import sandbox_files
from tests.sandbox.rest.wire import IDENTITY, STORAGE, Signer, answers, request

TARGET = "/20160918/regions"
STORE = frozenset({"store.db", "store.db-wal"})
ALLOWED: dict[str, frozenset[str]] = {
    "a user's API key": frozenset({"rest/homes/*/.oci/key.pem"}),
    "the authority's key": frozenset({"rest/ca.key"}),
    "the issuer's key": frozenset({"rest/issuer.key"}),
    "a function's session key": frozenset({"rest/homes/fn-*/private.pem"}),
    "a function's session token": frozenset({"rest/homes/fn-*/rpst"}),
    "a request's signature": frozenset(),
    "a signature that is wrong": frozenset(),
    "a forged token": frozenset(),
    "a body that was refused": frozenset(),
    "an event sent to a function": frozenset(),
    "an argument of a query": frozenset(),
    "the secret of a pre-authenticated request": frozenset(),
    "what a proxy is told": frozenset(),
    # The cloud's own data: kept because that is what it is for, in the files that are its owner's alone.
    "an object's content": frozenset({"objects/*"}),
    "a secret's content": STORE,
    "a message in a queue": STORE,
}
"""Where each canary may lie, as patterns of paths below the sandbox's folder."""


@dataclass
class Canaries:
    """What to look for, by name."""

    values: dict[str, str] = field(default_factory=dict)

    def new(self, name: str) -> str:
        """A value that is nowhere yet."""
        return self.values.setdefault(name, f"canary{secrets.token_hex(16)}")

    def in_(self, text: bytes) -> set[str]:
        """The names of those that a text holds, as they are or in base64."""
        return {name for name, value in self.values.items() if any(one in text for one in _forms(value))}


def _forms(value: str) -> list[bytes]:
    raw = value.encode()
    # Base64 of a value in the middle of something begins at one of three places.
    shifted = [base64.b64encode(b"\0" * pad + raw)[4 if pad else 0 : -4] for pad in range(3)]
    return [raw, *shifted]


def _middle(pem: Path) -> str:
    """A line of a key that only this key has."""
    return pem.read_text().splitlines()[2]


@dataclass(frozen=True)
class Scene:
    """What is left of the run."""

    folder: Path
    canaries: Canaries
    printed: bytes


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Every kind of secret handled once, well and badly."""
    canaries = Canaries()
    with storm_in(tmp_path_factory.mktemp("canaries") / "sandbox") as storm:
        folder = storm.door.place.sandbox_dir
        _objects(storm, canaries)
        _function(storm, canaries)
        _vault_and_queue(storm, canaries)
        _bad_requests(storm, canaries)
        printed = _commands(folder, canaries)
        for name, path in (
            ("the authority's key", "ca.key"),
            ("the issuer's key", "issuer.key"),
            ("a user's API key", next((folder / "rest" / "homes").glob("user-sender-*/.oci/key.pem"))),
            ("a function's session key", next((folder / "rest" / "homes").glob("fn-*/private.pem"))),
        ):
            canaries.values[name] = _middle(folder / "rest" / path)
        token = next((folder / "rest" / "homes").glob("fn-*/rpst")).read_text()
        canaries.values["a function's session token"] = token[-64:]
        yield Scene(folder, canaries, printed)


def _objects(storm: Storm, canaries: Canaries) -> None:
    client = storm.door.connected(oci.object_storage.ObjectStorageClient, "user:sender")
    content = canaries.new("an object's content").encode()
    client.put_object(NAMESPACE, INBOX, "in/canary", content)
    client.get_object(NAMESPACE, INBOX, "in/canary")
    client.base_client.session.close()
    admin = storm.door.connected(oci.object_storage.ObjectStorageClient, "administrator")
    details = oci.object_storage.models.CreatePreauthenticatedRequestDetails(
        name="p", object_name="in/canary", access_type="ObjectRead", time_expires="2099-01-01T00:00:00Z"
    )
    uri = admin.create_preauthenticated_request(NAMESPACE, INBOX, details).data.access_uri
    canaries.values["the secret of a pre-authenticated request"] = uri.split("/")[2]
    admin.base_client.session.close()
    assert answers(storm.door, request("GET", uri, {"host": STORAGE}), STORAGE) == [200]


def _function(storm: Storm, canaries: Canaries) -> None:
    client = storm.door.connected(
        oci.functions.FunctionsInvokeClient, "user:sender", service_endpoint=storm.endpoint
    )
    said = canaries.new("an event sent to a function")
    for event in ({"eventID": "canary", "unused": said}, {"wrong": said}):
        with contextlib.suppress(oci.exceptions.ServiceError):  # the second has no id
            client.invoke_function(storm.function, invoke_function_body=json.dumps(event))
    client.base_client.session.close()


def _vault_and_queue(storm: Storm, canaries: Canaries) -> None:
    door, here = storm.door, storm.door.compartment()
    vault = door.add(VAULT, compartmentId=here, displayName="v", vaultType="DEFAULT")
    stored = door.store.get(vault)
    assert stored is not None
    key = door.add(
        KEY,
        compartmentId=here,
        displayName="k",
        managementEndpoint=stored.outputs["managementEndpoint"],
        keyShape={"algorithm": "AES", "length": 32},
    )
    content = base64.b64encode(canaries.new("a secret's content").encode()).decode()
    secret = door.add(
        SECRET,
        compartmentId=here,
        vaultId=vault,
        keyId=key,
        secretName="canary",
        secretContent={"contentType": "BASE64", "content": content},
    )
    bundles = door.connected(oci.secrets.SecretsClient, "administrator")
    assert bundles.get_secret_bundle(secret).data.secret_bundle_content.content == content
    bundles.base_client.session.close()
    queue = door.add("oci:Queue/queue:Queue", compartmentId=here, displayName="q")
    message = oci.queue.models.PutMessagesDetailsEntry(content=canaries.new("a message in a queue"))
    client = door.connected(
        oci.queue.QueueClient,
        "administrator",
        service_endpoint="https://cell-1.queue.messaging.us-ashburn-1.oci.oraclecloud.com",
    )
    client.put_messages(queue, oci.queue.models.PutMessagesDetails(messages=[message]))
    client.base_client.session.close()


def _bad_requests(storm: Storm, canaries: Canaries) -> None:
    """With all that a log might be tempted to quote."""
    door, signer = storm.door, Signer.of(storm.door, "user:sender")
    good = signer.headers("GET", TARGET, IDENTITY)
    canaries.values["a request's signature"] = good["authorization"][-80:-2]
    query = f"{TARGET}?x={canaries.new('an argument of a query')}"
    wrong = base64.b64encode(canaries.new("a signature that is wrong").encode()).decode()
    forged = f"ST$e30.{canaries.new('a forged token')}.e30"
    broken = {**good, "authorization": f'Signature keyId="{forged}",signature="{wrong}",headers="date"'}
    proxied = {**good, "proxy-authorization": f"Basic {canaries.new('what a proxy is told')}"}
    body = f'{{"name": "{canaries.new("a body that was refused")}'.encode()
    bucket = "/n/sandboxns/b"

    assert answers(door, request("GET", TARGET, good)) == [404]
    assert answers(door, request("GET", TARGET, broken)) == [401]
    assert answers(door, request("GET", TARGET, proxied)) == [404]
    assert answers(door, request("GET", query, signer.headers("GET", query, IDENTITY))) == [404]
    sent = request("POST", bucket, signer.headers("POST", bucket, STORAGE, body), body)
    assert answers(door, sent, STORAGE) == [400]


def _commands(folder: Path, canaries: Canaries) -> bytes:
    """All that is printed about the run."""
    last = list(RequestLog(folder).entries())[-5:]
    return b"".join(
        _printed(folder, *command)
        for command in (
            ("logs",),
            ("logs", "--json"),
            ("deliveries",),
            ("deliveries", "--json"),
            *(("why", one.request_id) for one in last),
            *(("why", one.request_id, "--json") for one in last),
            ("env",),
        )
    )


def _printed(folder: Path, *command: str) -> bytes:
    ran = subprocess.run(
        [sys.executable, "-m", "sandbox", *command],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    assert ran.returncode in (0, 2), ran.stdout.decode()
    return ran.stdout


def _places(scene: Scene, name: str) -> set[str]:
    """The files that hold a canary and should not."""
    value = Canaries({name: scene.canaries.values[name]})
    holding = {
        str(path.relative_to(scene.folder))
        for path in sandbox_files(scene.folder)
        if value.in_(path.read_bytes())
    }
    return {path for path in holding if not any(fnmatch(path, one) for one in ALLOWED[name])}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_secret_lies_where_it_must_and_nowhere_else(scene: Scene, name: str) -> None:
    """Whatever files there are, and whatever is added to them later."""
    assert _places(scene, name) == set()


def test_nothing_secret_is_printed(scene: Scene) -> None:
    """By the commands that show what happened."""
    assert len(scene.printed) > 1000
    assert scene.canaries.in_(scene.printed) == set()


def test_the_search_finds_what_is_there(scene: Scene) -> None:
    """Each secret that is kept is found where it is: a search that finds nothing would prove nothing."""
    kept = {name for name, places in ALLOWED.items() if places}
    found: set[str] = set()
    for path in sandbox_files(scene.folder):
        found |= scene.canaries.in_(path.read_bytes())

    assert set(scene.canaries.values) == set(ALLOWED)
    assert kept - found <= {"a secret's content"}  # which may be kept encrypted


def test_what_holds_a_secret_is_its_owners_alone(scene: Scene) -> None:
    """No other user of the machine reads it; a function's user reads what was handed to it."""
    for path in sandbox_files(scene.folder):
        if scene.canaries.in_(path.read_bytes()):
            assert path.stat().st_mode & 0o077 == 0, path
