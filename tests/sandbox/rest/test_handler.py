"""The shipped handler against the served sandbox: what it promises of an event, under duplicates and kills.

The handler is called as the kit calls it, in this process or in ones that are killed; its client, its
identity and its rights are those of a deployed function.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import oci
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fdk.context import InvokeContext

import func
from ai_events.service import Service
from sandbox.cloud.deliveries import Outbox
from sandbox.rest.credentials import Credential, Credentials, private_pem
from sandbox.rest.principals import way_there
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from tests.sandbox.rest.conftest import Door

ROOT = Path(__file__).parents[3]
# What is killed, and after which of its calls: incident, claim, notification, mark.
KILLED_AFTER = (0, 1, 2, 3, 4)
DRIVER = """
import io, os, signal, sys
import func
from fdk.context import InvokeContext
from ai_events.service import Service

limit, done, once = int(sys.argv[1]), 0, Service._once

def counted(*arguments):
    global done
    if done == limit:
        os.kill(os.getpid(), signal.SIGKILL)
    reply = once(*arguments)
    done += 1
    if done == limit:
        os.kill(os.getpid(), signal.SIGKILL)
    return reply

Service._once = counted
context = InvokeContext("a", "a", "f", "f", "call", config=os.environ)
print(func.handler(context, io.BytesIO(sys.stdin.buffer.read())).body())
"""


@dataclass
class Deployed:
    """A function with a bucket and a topic of its own, and what became of them."""

    door: Door
    id: str
    compartment: str
    bucket: str
    topic: str
    subscription: str
    key: rsa.RSAPrivateKey
    folder: Path
    config: dict[str, str] = field(default_factory=dict)

    def allow(self, *what: str) -> None:
        """Statements for the function alone: what is granted, with a condition where one is needed."""
        for text in what:
            granted, _, condition = text.partition(" where ")
            more = f", {condition}" if condition else ""
            self.door.allow(
                f"Allow any-user to {granted} in compartment id {self.compartment} where all "
                f"{{request.principal.type = 'fnfunc', request.principal.id = '{self.id}'{more}}}"
            )

    def put_token(self, *, issued: float | None = None) -> None:
        """The token's file, as the platform replaces it."""
        who = Credential("", self.door.tenancy, self.id, "fnfunc", self.compartment)
        credentials = Credentials(self.door.place.folder, self.door.store)
        token = credentials.session_token(who, self.key.public_key(), now=issued)
        (self.folder / "rpst").write_text(token)

    def invoke(self, body: bytes, seconds: float = 30.0) -> dict[str, Any]:
        """One invocation in this process."""
        deadline = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
        context = InvokeContext("a", "a", "f", "f", "call", deadline=deadline, config=self.config)
        found: dict[str, Any] = json.loads(func.handler(context, io.BytesIO(body)).body())
        return found

    def start(self, body: bytes, *, killed_after: int = 99) -> subprocess.CompletedProcess[bytes]:
        """One invocation in a process of its own, which may end after some of its calls."""
        environment = os.environ | self.config | {"PYTHONPATH": str(ROOT / "function_src")}
        command = [sys.executable, "-c", DRIVER, str(killed_after)]
        return subprocess.run(command, input=body, env=environment, capture_output=True, timeout=60)

    def names(self) -> Counter[str]:
        """The objects by their first folder."""
        listed = Objects(self.door.store).list(bucket_id("sandboxns", self.bucket)).objects
        return Counter(one.name.partition("/")[0] for one in listed)

    def told(self) -> Counter[str]:
        """How many notifications there were for each event's id."""
        owed = [one for one in Outbox(self.door.store).listed() if one.source == self.subscription]
        return Counter(json.loads(one.payload)["id"] for one in owed)


@pytest.fixture
def deployed(
    door: Door, clients: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Deployed:
    """Without any right yet."""
    compartment = door.compartment()
    mark = compartment[-12:]
    door.add(BUCKET, compartmentId=compartment, name=f"incidents-{mark}", namespace="sandboxns")
    topic = door.add(TOPIC, compartmentId=compartment, name=f"alerts-{mark}")
    subscription = door.add(
        SUBSCRIPTION,
        compartmentId=compartment,
        topicId=topic,
        protocol="ORACLE_FUNCTIONS",
        endpoint="ocid1.fnfunc.oc1.iad.aaaaforeign",
    )
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (tmp_path / "private.pem").write_text(private_pem(key))
    variables = {
        **way_there(door.place.authority, door.serving.proxy_port),
        "OCI_RESOURCE_PRINCIPAL_VERSION": "2.2",
        "OCI_RESOURCE_PRINCIPAL_RPST": str(tmp_path / "rpst"),
        "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM": str(tmp_path / "private.pem"),
        "OCI_RESOURCE_PRINCIPAL_REGION": "us-ashburn-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    config = {
        "CONNECTION_INCIDENTS_BUCKET": f"incidents-{mark}",
        "CONNECTION_INCIDENTS_NAMESPACE": "sandboxns",
        "CONNECTION_ALERTS_TOPIC_ID": topic,
    }
    function = door.cloud().mint("fnfunc")
    found = Deployed(
        door,
        function,
        compartment,
        config["CONNECTION_INCIDENTS_BUCKET"],
        topic,
        subscription,
        key,
        tmp_path,
        config,
    )
    found.put_token()
    return found


@pytest.fixture
def allowed(deployed: Deployed) -> Deployed:
    """With the rights that its documentation names, and no other: it may overwrite nothing."""
    bucket = f"target.bucket.name = '{deployed.bucket}'"
    deployed.allow(
        f"{{OBJECT_CREATE, OBJECT_READ}} where {bucket}",
        "{ONS_TOPIC_PUBLISH}",
    )
    return deployed


def event(id: str, score: float = 0.95) -> bytes:
    """An event with a critical result."""
    data = {"resourceName": "pumps", "additionalDetails": {"score": score}}
    whole = {"eventType": "com.oraclecloud.aiservice.anomaliesdetected", "eventID": id, "data": data}
    return json.dumps(whole).encode()


@pytest.mark.parametrize("more", [(), ("{OBJECT_OVERWRITE}",)], ids=["may-create", "may-overwrite"])
def test_an_event_twenty_times_at_once(allowed: Deployed, more: tuple[str, ...]) -> None:
    """In eight threads and three processes: one incident, one notification, whatever else is allowed."""
    allowed.allow(*more)
    with ThreadPoolExecutor(8) as pool:
        processes = [pool.submit(allowed.start, event("e1")) for _ in range(3)]
        answers = list(pool.map(lambda _: allowed.invoke(event("e1")), range(20)))
    answers += [json.loads(process.result().stdout) for process in processes]

    assert {answer["status"] for answer in answers} == {"processed"}
    assert Counter(answer["effects"]["alert"] for answer in answers) == {
        "published": 1,
        "already-published": 22,
    }
    assert sum(answer["effects"]["isNew"] for answer in answers) == 1
    assert allowed.names()["incidents"] == 1
    assert allowed.told() == {"e1": 1}


def test_a_kill_at_every_step(allowed: Deployed) -> None:
    """Delivered again, at once and twice: a second notification only where the first was not marked."""
    with ThreadPoolExecutor(5) as pool:
        killed = list(
            pool.map(lambda after: allowed.start(event(f"k{after}"), killed_after=after), KILLED_AFTER)
        )
        before = allowed.told()
        again = list(pool.map(lambda after: allowed.invoke(event(f"k{after}")), 2 * KILLED_AFTER))

    assert {process.returncode for process in killed} == {-9}
    assert before == {"k3": 1, "k4": 1}
    assert {answer["status"] for answer in again} == {"processed"}
    assert allowed.names()["incidents"] == len(KILLED_AFTER)
    assert allowed.told() == {"k0": 1, "k1": 1, "k2": 1, "k3": 2, "k4": 1}


def test_what_is_refused_is_kept(allowed: Deployed) -> None:
    """The body as it came; nobody is alerted."""
    answers = [allowed.invoke(b"<html>") for _ in range(2)]
    name = answers[0]["effects"]["quarantine"]
    opened = Objects(allowed.door.store).open(bucket_id("sandboxns", allowed.bucket), name)
    assert opened is not None
    with opened[1] as file:
        kept = file.read()

    assert [answer["status"] for answer in answers] == ["refused", "refused"]
    assert kept == b"<html>"
    assert allowed.names() == {"quarantine": 1}
    assert not allowed.told()


def test_each_right_is_needed(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is named, asked for once and no more, and granted it works."""
    asked: list[str] = []
    once = Service._once

    def counted(self: Any, request: Any, until: Any) -> Any:
        asked.append(request.method)
        return once(self, request, until)

    monkeypatch.setattr(Service, "_once", counted)
    bucket = f"target.bucket.name = '{deployed.bucket}'"
    found = []
    for right in (
        f"{{OBJECT_CREATE}} where {bucket}",
        "{ONS_TOPIC_PUBLISH}",
        f"{{OBJECT_READ}} where {bucket}",
    ):
        asked.clear()
        answer = deployed.invoke(event("r1"), 3.0)
        found.append((answer["status"], answer["reason"]["code"], list(asked)))
        deployed.allow(right)

    assert found == [
        ("failed", "not-permitted", ["PUT", "GET"]),
        ("failed", "not-permitted", ["PUT", "PUT", "POST"]),
        ("failed", "not-permitted", ["PUT", "GET"]),
    ]
    assert deployed.invoke(event("r1"))["effects"]["alert"] == "published"
    assert (deployed.names()["incidents"], deployed.told()) == (1, {"r1": 1})


def test_an_expired_token(allowed: Deployed) -> None:
    """Fails while the platform has put no new one there, and works from then on."""
    allowed.put_token(issued=time.time() - 3600)
    expired = allowed.invoke(event("t1"))
    allowed.put_token()

    assert (expired["status"], expired["reason"]["code"]) == ("failed", "not-authenticated")
    assert allowed.invoke(event("t1"))["effects"] == {
        "incident": "incidents/t1.json",
        "isNew": True,
        "alert": "published",
    }


def test_a_deadline_that_is_near(allowed: Deployed) -> None:
    """Nothing is begun that could not be ended; the next delivery does all of it."""
    began = time.monotonic()
    late = allowed.invoke(event("d1"), 0.5)

    assert (late["status"], late["reason"]["code"]) == ("failed", "out-of-time")
    assert time.monotonic() - began < 1
    assert not allowed.names()
    assert allowed.invoke(event("d1"))["status"] == "processed"
    assert allowed.told() == {"d1": 1}


def test_the_image_does_it_too(
    door: Door, clients: Callable[..., Any], allowed: Deployed, tmp_path: Path
) -> None:
    """With nothing installed but its own requirements, as the platform runs it."""
    source = ROOT / "function_src"
    digest = f"sha256:{hashlib.sha256(str(tmp_path).encode()).hexdigest()}"
    folder = door.place.sandbox_dir / "images" / "sha256" / digest.removeprefix("sha256:")
    shutil.copytree(source, folder / "content", ignore=shutil.ignore_patterns("__pycache__", "Dockerfile"))
    shutil.copy(source / "Dockerfile", folder)
    image = "iad.ocir.io/tenancyns/app/handler:1.0"
    door.store.add_image(
        digest, image, ref=f"{image}@{digest}", platforms=["linux/amd64"], context=str(folder), pushed=True
    )
    subnet = "ocid1.subnet.oc1.iad.aaaaaaaasubnet"
    application = door.add(
        APPLICATION, compartmentId=allowed.compartment, displayName="app", subnetIds=[subnet]
    )
    allowed.id = door.add(
        FUNCTION,
        applicationId=application,
        displayName="responder",
        memoryInMbs="256",
        timeoutInSeconds=60,
        config=allowed.config,
        sourceDetails={"sourceType": "CONTAINER_IMAGE", "image": image, "imageDigest": digest},
    )
    allowed.allow("{OBJECT_CREATE, OBJECT_READ}", "{ONS_TOPIC_PUBLISH}")
    management = clients(oci.functions.FunctionsManagementClient)
    endpoint = management.get_function(allowed.id).data.invoke_endpoint
    client = clients(oci.functions.FunctionsInvokeClient, service_endpoint=endpoint, timeout=(10, 240))
    answer = json.loads(client.invoke_function(allowed.id, invoke_function_body=event("i1")).data.content)

    assert answer["effects"] == {"incident": "incidents/i1.json", "isNew": True, "alert": "published"}
    assert (allowed.names()["incidents"], allowed.told()) == (1, {"i1": 1})
