"""Functions shown and invoked by the real SDK; the function itself uses the real SDK as well."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import oci
import pytest

from sandbox.cloud.store import Store
from sandbox.events import function_log
from sandbox.rest.place import Place
from sandbox.rest.principals import way_there
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.logging import LOG, LOG_GROUP
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.sandbox.rest.conftest import Door

Management = oci.functions.FunctionsManagementClient
Invoke = oci.functions.FunctionsInvokeClient
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]
ROOT = Path(__file__).resolve().parents[3]
SUBNET = "ocid1.subnet.oc1.iad.aaaaaaaasubnet"
CODE = """
import io, json, oci
from fdk import response

def handler(ctx, data: io.BytesIO = None):
    asked = json.loads(data.getvalue() or b"{}")
    if asked.get("fail"):
        raise ValueError("a secret of the function")
    signer = oci.auth.signers.get_resource_principals_signer()
    client = oci.object_storage.ObjectStorageClient(config={}, signer=signer)
    found = {"intent": ctx.Headers().get("fn-intent")}
    try:
        namespace = client.get_namespace().data
        found["body"] = client.get_object(namespace, asked["bucket"], "in.txt").data.text
    except oci.exceptions.ServiceError as error:
        found["refused"] = [error.status, error.code]
    return response.Response(ctx, json.dumps(found), {"content-type": "application/json"})
"""
DOCKERFILE = """
FROM fnproject/python:3.11
WORKDIR /function
COPY . .
RUN pip3 install -r requirements.txt
ENV PYTHONPATH=/function
ENTRYPOINT ["fdk", "/function/func.py", "handler"]
"""


@dataclass(frozen=True)
class Deployed:
    """One function, its application, and the bucket it is about."""

    id: str
    application: str
    compartment: str
    bucket: str


@pytest.fixture(scope="module")
def deployed(door: Door) -> Deployed:
    """A function whose image is kept in the sandbox."""
    return deploy(door, CODE)


def deploy(door: Door, code: str) -> Deployed:
    """A function of some code, and a bucket with an object."""
    digest = f"sha256:{hashlib.sha256(code.encode()).hexdigest()}"
    folder = door.place.sandbox_dir / "images" / "sha256" / digest.removeprefix("sha256:")
    (folder / "content").mkdir(parents=True)
    (folder / "content" / "func.py").write_text(code)
    (folder / "content" / "requirements.txt").write_text("fdk==0.1.128\noci==2.189.0\n")
    (folder / "Dockerfile").write_text(DOCKERFILE)
    image = "iad.ocir.io/tenancyns/app/fn:1.0"
    door.store.add_image(
        digest, image, ref=f"{image}@{digest}", platforms=["linux/amd64"], context=str(folder), pushed=True
    )
    compartment = door.compartment()
    application = door.add(APPLICATION, compartmentId=compartment, displayName="app", subnetIds=[SUBNET])
    function = door.add(
        FUNCTION,
        applicationId=application,
        displayName="reader",
        memoryInMbs="512",
        timeoutInSeconds=120,
        sourceDetails={"sourceType": "CONTAINER_IMAGE", "image": image, "imageDigest": digest},
    )
    door.add(BUCKET, compartmentId=compartment, name="inputs", namespace="sandboxns")
    Objects(door.store).put_bytes(bucket_id("sandboxns", "inputs"), "in.txt", b"read by a function")
    return Deployed(function, application, compartment, "inputs")


def test_what_there_is(clients: Clients, deployed: Deployed) -> None:
    """As the SDK's newest API version shows it."""
    client = clients(Management)
    (application,) = client.list_applications(deployed.compartment).data
    (listed,) = client.list_functions(application.id, display_name="reader").data
    function = client.get_function(listed.id).data

    assert application.id == deployed.application
    assert (function.id, function.memory_in_mbs, function.timeout_in_seconds) == (deployed.id, 512, 120)
    assert function.source_details.image_digest.startswith("sha256:")
    assert function.invoke_endpoint.endswith(".us-ashburn-1.functions.oci.oraclecloud.com")
    assert client.list_functions(application.id, display_name="other").data == []


def test_both_api_versions_answer(clients: Clients, deployed: Deployed) -> None:
    """Other SDKs ask for the older one."""
    client = clients(Management)
    client.base_client._base_path = "/20181201"
    client.base_client.endpoint = "https://functions.us-ashburn-1.oci.oraclecloud.com"

    assert client.get_function(deployed.id).data.display_name == "reader"


def test_a_function_reads_as_itself(door: Door, clients: Clients, deployed: Deployed, tmp_path: Path) -> None:
    """Refused until a statement names it; with nothing changed in its code."""
    endpoint = clients(Management).get_function(deployed.id).data.invoke_endpoint
    client = clients(Invoke, service_endpoint=endpoint)

    def invoked() -> Any:
        answer = client.invoke_function(
            deployed.id, invoke_function_body=json.dumps({"bucket": deployed.bucket}), fn_intent="httprequest"
        )
        return json.loads(answer.data.content)

    before = invoked()
    door.allow(
        f"Allow any-user to read objects in compartment id {deployed.compartment} where all "
        f"{{request.principal.type = 'fnfunc', request.principal.id = '{deployed.id}'}}"
    )
    after = invoked()

    assert before == {"intent": "httprequest", "refused": [404, "BucketNotFound"]}
    assert after == {"intent": "httprequest", "body": "read by a function"}


def test_a_function_that_fails(door: Door, clients: Clients, refused: Refused, deployed: Deployed) -> None:
    """502 without what it said, which is in the function's log; its metrics count it."""
    monitoring = clients(oci.monitoring.MonitoringClient)
    query = (
        f'FunctionResponseCount[1h]{{resourceId = "{deployed.id}", responseType = "Error"}}.grouping().sum()'
    )
    details = oci.monitoring.models.SummarizeMetricsDataDetails(
        namespace="oci_faas", query=query, resolution="1h"
    )

    def errors() -> float:
        found: Any = monitoring.summarize_metrics_data(deployed.compartment, details).data
        return float(sum(each.value for series in found for each in series.aggregated_datapoints))

    before = errors()
    client = clients(Invoke, service_endpoint="https://x.us-ashburn-1.functions.oci.oraclecloud.com")
    with pytest.raises(oci.exceptions.ServiceError) as error:
        client.invoke_function(deployed.id, invoke_function_body='{"fail": true}')
    runs = list(function_log.read(door.place.sandbox_dir, function=deployed.id))

    assert (error.value.status, error.value.code) == (502, "FunctionInvokeExecutionFailed")
    assert error.value.message == "function failed"
    assert any("a secret of the function" in line for line in runs[-1].lines)
    assert errors() == before + 1


def test_a_dry_run_runs_nothing(door: Door, clients: Clients, refused: Refused, deployed: Deployed) -> None:
    """The right is decided, and that is all."""
    endpoint = "https://x.us-ashburn-1.functions.oci.oraclecloud.com"
    before = len(list(function_log.read(door.place.sandbox_dir)))
    allowed = clients(Invoke, service_endpoint=endpoint)
    stranger = clients(Invoke, "user:stranger", service_endpoint=endpoint)

    assert allowed.invoke_function(deployed.id, is_dry_run=True).status == 200
    assert refused(stranger.invoke_function, deployed.id, is_dry_run=True) == (404, "NotAuthorizedOrNotFound")
    assert len(list(function_log.read(door.place.sandbox_dir))) == before


def test_who_may_invoke_one_function(
    door: Door, clients: Clients, refused: Refused, deployed: Deployed
) -> None:
    """By its OCID in a statement; another's OCID opens nothing."""
    endpoint = "https://x.us-ashburn-1.functions.oci.oraclecloud.com"
    group, other = door.group(), door.group()
    statement = (
        "Allow group {} to use fn-invocation in compartment id " + deployed.compartment + " where "
        "target.function.id = '{}'"
    )
    door.allow(statement.format(group, deployed.id))
    door.allow(statement.format(other, deployed.id[:-3] + "xyz"))
    member = clients(Invoke, f"group:{group}", service_endpoint=endpoint)
    outsider = clients(Invoke, f"group:{other}", service_endpoint=endpoint)

    assert member.invoke_function(deployed.id, is_dry_run=True).status == 200
    assert refused(outsider.invoke_function, deployed.id) == (404, "NotAuthorizedOrNotFound")
    assert refused(member.invoke_function, deployed.id[:-3] + "xyz") == (404, "NotAuthorizedOrNotFound")


def test_a_detached_call_is_answered_at_once(door: Door, clients: Clients, deployed: Deployed) -> None:
    """202 without a body; the function runs."""
    client = clients(Invoke, service_endpoint="https://x.us-ashburn-1.functions.oci.oraclecloud.com")
    before = len(list(function_log.read(door.place.sandbox_dir, function=deployed.id)))
    answer = client.invoke_function(deployed.id, invoke_function_body="{}", fn_invoke_type="detached")
    until = time.monotonic() + 30
    while len(list(function_log.read(door.place.sandbox_dir, function=deployed.id))) == before:
        assert time.monotonic() < until

    assert (answer.status, answer.data.content) == (202, b"")


@pytest.mark.parametrize(
    ("size", "status"),
    [
        (6 * 1024 * 1024 + 1, (413, "FunctionInvokeRequestContentTooLarge")),
        (13_000_000, (413, "PayloadTooLarge")),
    ],
)
def test_a_body_has_a_limit(
    clients: Clients, refused: Refused, deployed: Deployed, size: int, status: tuple[int, str]
) -> None:
    """6 MiB, as the platform says; far above it nothing more is read."""
    client = clients(Invoke, service_endpoint="https://x.us-ashburn-1.functions.oci.oraclecloud.com")

    assert refused(client.invoke_function, deployed.id, invoke_function_body=b"x" * size) == status


SLEEPS = """
import time

def handler(ctx, data=None):
    print("asleep", flush=True)
    time.sleep(100)
"""


def test_ctrl_c_ends_a_function_in_the_middle_of_its_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    """At once, by name; its caller gets what a kill gives, and nothing of it is left."""
    place = Place(tmp_path / "sandbox")
    place.make()
    with (
        Store(place.sandbox_dir / "store.db") as store,
        subprocess.Popen(
            [sys.executable, "-m", "sandbox", "serve"],
            cwd=ROOT,
            env={**os.environ, "OCI_SANDBOX_DIR": str(place.sandbox_dir)},
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
        ThreadPoolExecutor() as threads,
    ):
        assert process.stderr is not None
        process.stderr.readline()
        serving = place.serving()
        assert serving is not None
        for name, value in way_there(place.authority, serving.proxy_port).items():
            monkeypatch.setenv(name, value)
        door = Door(place, store, serving)
        function = deploy(door, SLEEPS).id
        client = Invoke(
            door.config("administrator"),
            service_endpoint="https://x.us-ashburn-1.functions.oci.oraclecloud.com",
            retry_strategy=oci.retry.NoneRetryStrategy(),
        )
        call = threads.submit(refused, client.invoke_function, function)
        until = time.monotonic() + 60
        while not any("asleep" in log.read_text() for log in (place.sandbox_dir / "run").glob("*/log")):
            assert time.monotonic() < until
            assert not call.done()
            time.sleep(0.02)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        took = time.monotonic() - began

        assert (process.returncode, said) == (0, "serving   ended in the middle of a call: reader\n")
        assert took < 3
        assert call.result()[0] == 502
        assert list((place.sandbox_dir / "run").iterdir()) == []
        client.base_client.session.close()


def test_what_a_function_prints_is_in_its_invoke_log(
    door: Door, clients: Clients, deployed: Deployed
) -> None:
    """Where its application has one: each line an entry that a search finds."""
    group = door.add(LOG_GROUP, compartmentId=deployed.compartment, displayName="logs")
    source = {
        "sourceType": "OCISERVICE",
        "service": "functions",
        "resource": deployed.application,
        "category": "invoke",
    }
    door.add(LOG, logGroupId=group, displayName="i", logType="SERVICE", configuration={"source": source})
    client = clients(Invoke, service_endpoint="https://x.us-ashburn-1.functions.oci.oraclecloud.com")
    with pytest.raises(oci.exceptions.ServiceError):
        client.invoke_function(deployed.id, invoke_function_body='{"fail": true}')
    now = datetime.datetime.now(datetime.UTC)
    details = oci.loggingsearch.models.SearchLogsDetails(
        time_start=now - datetime.timedelta(minutes=5),
        time_end=now + datetime.timedelta(minutes=5),
        search_query=f"search \"{deployed.compartment}/logs/i\" | where data.message = '*a secret of the*'",
    )
    search = clients(oci.loggingsearch.LogSearchClient)
    until = time.monotonic() + 10  # what a process prints last may be read after its answer has gone out
    while not (found := search.search_logs(details).data.results) and time.monotonic() < until:
        time.sleep(0.1)

    assert found
    assert {one.data["logContent"]["subject"] for one in found} == {"reader"}
    assert {one.data["logContent"]["data"]["src"] for one in found} <= {"STDOUT", "STDERR"}
    assert all(one.data["logContent"]["data"]["opcRequestId"] for one in found)
