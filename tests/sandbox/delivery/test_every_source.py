"""From each source into the real process of a function, by the served sandbox and the real SDK."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import oci
import pytest

from sandbox.cloud.deliveries import Outbox
from sandbox.delivery.shown import entry
from sandbox.events import function_log
from sandbox.services.events import RULE
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.objectstorage import BUCKET
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from tests.sandbox.delivery.echo import keep_image
from tests.sandbox.rest.conftest import Door, clients, door

__all__ = ["clients", "door"]  # fixtures

Clients = Callable[..., Any]
INVOKE = "https://x.us-ashburn-1.functions.oci.oraclecloud.com"


@dataclass(frozen=True)
class Deployed:
    """A function that prints what it gets and answers it, and where it is."""

    door: Door
    compartment: str
    application: str
    id: str
    source: dict[str, str]

    def another(self, **more: Any) -> str:
        """One more function of the same image."""
        return self.door.add(
            FUNCTION,
            applicationId=self.application,
            displayName=f"echo-{len(self.door.store.list(FUNCTION))}",
            memoryInMbs="256",
            timeoutInSeconds=60,
            sourceDetails=self.source,
            **more,
        )

    def bodies(self, function: str = "") -> list[str]:
        """What it got, oldest first."""
        found = function_log.read(self.door.place.sandbox_dir, function=function or self.id)
        return [line.partition("GOT ")[2] for run in found for line in run.lines if "GOT " in line]

    def heard(self, text: str, function: str = "", seconds: float = 60) -> str:
        """Waits for what it gets that holds a text."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for body in self.bodies(function):
                if text in body:
                    return body
            time.sleep(0.05)
        owed = "\n".join(entry(one, self.door.store) for one in Outbox(self.door.store).listed())
        raise AssertionError(f"{text!r} did not arrive:\n{owed}")


@pytest.fixture(scope="module")
def deployed(door: Door) -> Deployed:
    """A function whose image is kept in the sandbox."""
    compartment = door.compartment()
    application = door.add(
        APPLICATION,
        compartmentId=compartment,
        displayName="app",
        subnetIds=["ocid1.subnet.oc1.iad.aaaaaaaasubnet"],
    )
    source = keep_image(door.store, door.place.sandbox_dir)
    made = Deployed(door, compartment, application, "", source)
    found = Deployed(door, compartment, application, made.another(), source)
    # Its requirements are installed before a test's clients change the way to the network.
    Outbox(door.store).record(
        source=("detached", found.id), destination=("function", found.id), payload=b"begin", now=time.time()
    )
    found.heard("begin", seconds=120)
    return found


def test_an_object_put_by_the_sdk(door: Door, clients: Clients, deployed: Deployed) -> None:
    """Bucket, rule, function: nobody asks for anything but the put."""
    compartment = deployed.compartment
    bucket = door.add(
        BUCKET, compartmentId=compartment, name="results", namespace="sandboxns", objectEventsEnabled=True
    )
    door.add(
        RULE,
        compartmentId=compartment,
        displayName="results",
        isEnabled=True,
        condition=json.dumps({"eventType": "com.oraclecloud.objectstorage.createobject"}),
        actions={"actions": [{"actionType": "FAAS", "isEnabled": True, "functionId": deployed.id}]},
    )
    door.allow(
        f"Allow any-user to use fn-invocation in compartment id {compartment} where all {{"
        f"request.principal.type = 'eventrule', request.principal.compartment.id = '{compartment}', "
        f"target.function.id = '{deployed.id}'}}"
    )
    client = clients(oci.object_storage.ObjectStorageClient)
    client.put_object("sandboxns", "results", "anomaly.json", b'{"score": 0.97}')
    kind, _, envelope = deployed.heard("anomaly.json").partition(" ")

    assert kind == "sync"
    assert json.loads(envelope)["data"]["additionalDetails"]["bucketName"] == "results"
    assert bucket == "n/sandboxns/b/results"


def test_a_message_published_to_a_topic(door: Door, clients: Clients, deployed: Deployed) -> None:
    """The body as it is."""
    topic = door.add(TOPIC, compartmentId=deployed.compartment, name="alerts")
    door.add(
        SUBSCRIPTION,
        compartmentId=deployed.compartment,
        topicId=topic,
        protocol="ORACLE_FUNCTIONS",
        endpoint=deployed.id,
    )
    message = oci.ons.models.MessageDetails(title="t", body="pump 7 is hot")
    clients(oci.ons.NotificationDataPlaneClient).publish_message(topic, message)

    assert deployed.heard("pump 7") == "sync pump 7 is hot"


def test_a_detached_call_reaches_its_destinations(door: Door, clients: Clients, deployed: Deployed) -> None:
    """The record of a call that went well, and of one that did not, and whom it may be told to."""
    topic = door.add(TOPIC, compartmentId=deployed.compartment, name="records")
    door.add(
        SUBSCRIPTION,
        compartmentId=deployed.compartment,
        topicId=topic,
        protocol="ORACLE_FUNCTIONS",
        endpoint=deployed.id,
    )
    to_topic = {"kind": "NOTIFICATION", "topicId": topic}
    caller = deployed.another(successDestination=to_topic, failureDestination=to_topic)
    door.allow(
        f"Allow any-user to use ons-topics in compartment id {deployed.compartment} where all {{"
        f"request.principal.type = 'fnfunc', request.principal.id = '{caller}'}}"
    )
    client = clients(oci.functions.FunctionsInvokeClient, service_endpoint=INVOKE)
    for body in ("works", "please fail"):
        client.invoke_function(caller, invoke_function_body=body, fn_invoke_type="detached")
    kind, _, record = deployed.heard('"SUCCESS"').partition(" ")
    failure = json.loads(deployed.heard('"FAILURE"').partition(" ")[2])

    assert deployed.bodies(caller)[0].startswith("async ")
    assert kind == "sync"
    assert (json.loads(record)["functionId"], json.loads(record)["response"]) == (caller, "works")
    assert (failure["statusCode"], failure["response"]) == (502, "")
