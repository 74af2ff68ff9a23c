"""From each source into the real process of a function, by the served sandbox and the real SDK."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import oci
import pytest

from sandbox.cloud import clock
from sandbox.cloud.deliveries import Outbox
from sandbox.delivery.shown import entry
from sandbox.events import function_log
from sandbox.services.events import RULE
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.kms import KEY, VAULT
from sandbox.services.logging import LOG, LOG_GROUP
from sandbox.services.monitoring import ALARM
from sandbox.services.objectstorage import BUCKET
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from sandbox.services.resourcescheduler import SCHEDULE
from sandbox.services.sch import CONNECTOR
from sandbox.services.streaming import STREAM
from sandbox.services.vault import SECRET, rotation
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


def _topic(door: Door, deployed: Deployed, name: str) -> str:
    """A topic to which the function is subscribed."""
    topic = door.add(TOPIC, compartmentId=deployed.compartment, name=name)
    door.add(
        SUBSCRIPTION,
        compartmentId=deployed.compartment,
        topicId=topic,
        protocol="ORACLE_FUNCTIONS",
        endpoint=deployed.id,
    )
    return topic


def test_a_message_published_to_a_topic(door: Door, clients: Clients, deployed: Deployed) -> None:
    """The body as it is."""
    topic = _topic(door, deployed, "alerts")
    message = oci.ons.models.MessageDetails(title="t", body="pump 7 is hot")
    clients(oci.ons.NotificationDataPlaneClient).publish_message(topic, message)

    assert deployed.heard("pump 7") == "sync pump 7 is hot"


def test_a_detached_call_reaches_its_destinations(door: Door, clients: Clients, deployed: Deployed) -> None:
    """The record of a call that went well, and of one that did not, and whom it may be told to."""
    topic = _topic(door, deployed, "records")
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


def test_a_schedule_and_the_clock(door: Door, deployed: Deployed) -> None:
    """`sandbox tick` puts the clock forward, waits, and shows what was done."""
    schedule = door.add(
        SCHEDULE,
        compartmentId=deployed.compartment,
        displayName="nightly",
        action="START_RESOURCE",
        recurrenceType="CRON",
        recurrenceDetails="0 2 * * *",
        resources=[
            {"id": deployed.id, "parameters": [{"parameterType": "BODY", "value": "the nightly job"}]}
        ],
    )
    door.allow(
        f"Allow any-user to use fn-invocation in compartment id {deployed.compartment} where all {{"
        f"request.principal.type = 'resourceschedule', request.principal.id = '{schedule}'}}"
    )
    shown = _sandbox(door, "tick", "--by", "1d")

    assert deployed.heard("the nightly job") == "async the nightly job"
    assert "schedule nightly -> function echo-" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_an_alarm_on_a_metric_that_the_sdk_posts(door: Door, clients: Clients, deployed: Deployed) -> None:
    """Through a topic into the function, with the clock put forward by two minutes."""
    topic = door.add(TOPIC, compartmentId=deployed.compartment, name="hot")
    door.add(
        SUBSCRIPTION,
        compartmentId=deployed.compartment,
        topicId=topic,
        protocol="ORACLE_FUNCTIONS",
        endpoint=deployed.id,
    )
    door.add(
        ALARM,
        compartmentId=deployed.compartment,
        metricCompartmentId=deployed.compartment,
        displayName="pump is hot",
        namespace="pumps",
        query="heat[1m].max() > 80",
        severity="CRITICAL",
        destinations=[topic],
        isEnabled=True,
    )
    models = oci.monitoring.models
    metric = models.MetricDataDetails(
        namespace="pumps",
        compartment_id=deployed.compartment,
        name="heat",
        dimensions={"pump": "7"},
        datapoints=[models.Datapoint(timestamp=_now(door), value=90.0)],
    )
    client = clients(
        oci.monitoring.MonitoringClient,
        service_endpoint="https://telemetry-ingestion.us-ashburn-1.oraclecloud.com",
    )
    posted = client.post_metric_data(models.PostMetricDataDetails(metric_data=[metric])).data
    _sandbox(door, "tick", "--by", "2m")
    message = json.loads(deployed.heard("OK_TO_FIRING").partition(" ")[2])

    assert posted.failed_metrics_count == 0
    assert message["title"] == "pump is hot"


def test_connectors(door: Door, clients: Clients, deployed: Deployed) -> None:
    """What a function prints goes from the invoke log to another function; so does what the SDK puts into a
    stream."""
    compartment = deployed.compartment
    source = deployed.another()
    target = deployed.another()
    group = door.add(LOG_GROUP, compartmentId=compartment, displayName="logs")
    door.add(
        LOG,
        compartmentId=compartment,
        logGroupId=group,
        displayName="invoke",
        logType="SERVICE",
        configuration={
            "source": {
                "service": "functions",
                "resource": deployed.application,
                "category": "invoke",
                "sourceType": "OCISERVICE",
            }
        },
        isEnabled=True,
    )
    stream = door.add(STREAM, compartmentId=compartment, name="events", partitions=1)
    to_function = {"kind": "functions", "functionId": target, "batchTimeInSec": 60}
    only_one = {"kind": "logRule", "condition": f"subject = '{_name(door, source)}'"}
    for read, tasks in (
        ({"kind": "logging", "logSources": [{"logGroupId": group}]}, [only_one]),
        ({"kind": "streaming", "streamId": stream, "cursor": {"kind": "LATEST"}}, []),
    ):
        door.add(
            CONNECTOR,
            compartmentId=compartment,
            displayName=str(read["kind"]),
            source=read,
            target=to_function,
            tasks=tasks,
        )
    for grant in ("use fn-invocation", "use stream-pull"):
        door.allow(
            f"Allow any-user to {grant} in compartment id {compartment} where all {{request.principal.type ="
            f" 'serviceconnector', request.principal.compartment.id = '{compartment}'}}"
        )
    client = clients(oci.functions.FunctionsInvokeClient, service_endpoint=INVOKE)
    client.invoke_function(source, invoke_function_body="a line for the log")
    streaming = clients(
        oci.streaming.StreamClient,
        service_endpoint="https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com",
    )
    entry = oci.streaming.models.PutMessagesDetailsEntry(value=base64.b64encode(b"from a stream").decode())
    streaming.put_messages(stream, oci.streaming.models.PutMessagesDetails(messages=[entry]))
    _sandbox(door, "tick", "--by", "2m")
    logged = json.loads(deployed.heard("a line for the log", target).partition(" ")[2])
    streamed = json.loads(deployed.heard('"partition"', target).partition(" ")[2])

    assert logged[0]["data"]["functionId"] == source
    assert [base64.b64decode(one["value"]) for one in streamed] == [b"from a stream"]


def test_the_rotation_of_a_secret(door: Door, clients: Clients, deployed: Deployed) -> None:
    """The SDK asks for it; the function's process gets the four steps, and what it made is read then."""
    compartment = deployed.compartment
    vault = door.add(VAULT, compartmentId=compartment, displayName="v", vaultType="DEFAULT")
    record = door.store.get(vault)
    assert record is not None
    key = door.add(
        KEY,
        compartmentId=compartment,
        displayName="k",
        managementEndpoint=record.outputs["managementEndpoint"],
        keyShape={"algorithm": "AES", "length": 32},
    )
    secret = door.add(
        SECRET,
        compartmentId=compartment,
        vaultId=vault,
        keyId=key,
        secretName="rotated",
        secretContent={"contentType": "BASE64", "content": "Zmlyc3Q="},
        rotationConfig={"targetSystemDetails": {"targetSystemType": "FUNCTION", "functionId": deployed.id}},
    )
    door.allow(
        f"Allow any-user to use fn-invocation in compartment id {compartment} where all {{"
        f"request.principal.type = 'vaultsecret', request.principal.id = '{secret}'}}"
    )
    models, client = oci.vault.models, clients(oci.vault.VaultsClient)
    pending = models.Base64SecretContentDetails(content="c2Vjb25k", stage="PENDING")
    client.update_secret(secret, models.UpdateSecretDetails(secret_content=pending))
    client.rotate_secret(secret)
    deployed.heard("PROMOTE_PENDING_VERSION")
    _sandbox(door, "tick")
    found = client.get_secret(secret).data

    steps = [json.loads(body.partition(" ")[2])["step"] for body in deployed.bodies() if secret in body]
    assert steps == list(rotation.STEPS)
    assert (found.current_version_number, found.rotation_status) == (2, "NOT_ENABLED")
    assert "secret rotated -> function echo-" in _sandbox(door, "deliveries")


def test_what_was_delivered_is_shown(door: Door, deployed: Deployed) -> None:
    """To people within 80 columns, and as JSON without what was in it."""
    text, data = _sandbox(door, "deliveries"), _sandbox(door, "deliveries", "--json")

    assert max(map(len, text.splitlines())) <= 80
    assert {one["state"] for one in json.loads(data)} <= {"delivered", "waiting", "dropped"}
    assert "pump 7 is hot" not in data


def _sandbox(door: Door, *arguments: str) -> str:
    """What a command of the sandbox prints."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        env={**os.environ, "OCI_SANDBOX_DIR": str(door.place.sandbox_dir)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def _now(door: Door) -> datetime:
    return datetime.fromtimestamp(clock.now(door.store), UTC)


def _name(door: Door, function: str) -> str:
    record = door.store.get(function)
    assert record is not None
    return str(record.outputs["displayName"])
