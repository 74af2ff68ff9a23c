"""A function with the unmodified SDK in it, deployed by a plain program and sent an event."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sandbox.environment import ROOT, Sandbox
from sandbox.rest.place import Place
from tests.end_to_end.harness import COMPARTMENT, SUBNET, TENANCY, Program

FUNCTION = """
import io, json
import oci
from fdk import response

def handler(ctx, data: io.BytesIO = None):
    event = json.loads(data.getvalue())["data"]
    signer = oci.auth.signers.get_resource_principals_signer()
    storage = oci.object_storage.ObjectStorageClient(config={}, signer=signer)
    place = event["additionalDetails"]
    found = storage.get_object(place["namespace"], place["bucketName"], event["resourceName"]).data
    storage.put_object(place["namespace"], "outbox", event["resourceName"], found.content.upper())
    return response.Response(ctx, json.dumps({"read": len(found.content)}))
"""
DOCKERFILE = """
FROM fnproject/python:3.11
WORKDIR /function
COPY . .
RUN pip3 install -r requirements.txt
ENV PYTHONPATH=/function
ENTRYPOINT ["fdk", "/function/func.py", "handler"]
"""
PROGRAM = f"""
import json
import pulumi
import pulumi_docker_build as docker_build
import pulumi_oci as oci

where = {{"compartment_id": "{COMPARTMENT}"}}
namespace = oci.objectstorage.get_namespace(compartment_id="{TENANCY}").namespace
for name in ("inbox", "outbox"):
    oci.objectstorage.Bucket(name, **where, namespace=namespace, name=name, object_events_enabled=True)
image = docker_build.Image("image", context={{"location": "fn"}}, dockerfile={{"location": "fn/Dockerfile"}},
    platforms=["linux/amd64"], push=True, tags=["fra.ocir.io/x/sample/mine:0.0.1"])
app = oci.functions.Application("app", **where, display_name="app", subnet_ids=["{SUBNET}"])
function = oci.functions.Function("mine", application_id=app.id, display_name="mine", memory_in_mbs="512",
    timeout_in_seconds=120, image="fra.ocir.io/x/sample/mine:0.0.1", image_digest=image.digest)
condition = {{"eventType": "com.oraclecloud.objectstorage.createobject",
    "data": {{"additionalDetails": {{"bucketName": "inbox"}}}}}}
rule = oci.events.Rule("rule", **where, display_name="rule", is_enabled=True, condition=json.dumps(condition),
    actions={{"actions": [{{"action_type": "FAAS", "is_enabled": True, "function_id": function.id}}]}})

def statements(ids):
    scope = "in compartment id {COMPARTMENT} where all"
    mine = f"request.principal.type = 'fnfunc', request.principal.id = '{{ids[0]}}'"
    return [
        f"Allow any-user to use fn-invocation {{scope}} {{{{request.principal.type = 'eventrule', "
        f"request.principal.id = '{{ids[1]}}', target.function.id = '{{ids[0]}}'}}}}",
        f"Allow any-user to read objects {{scope}} {{{{{{mine}}, target.bucket.name = 'inbox'}}}}",
        f"Allow any-user to manage objects {{scope}} {{{{{{mine}}, target.bucket.name = 'outbox'}}}}",
    ]

oci.identity.Policy("may", **where, name="may", description="d",
    statements=pulumi.Output.all(function.id, rule.id).apply(statements))
pulumi.export("namespace", namespace)
"""


def _sandbox(sandbox: Sandbox, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(sandbox.folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def _event(namespace: str) -> dict[str, Any]:
    return {
        "eventType": "com.oraclecloud.objectstorage.createobject",
        "data": {
            "compartmentId": COMPARTMENT,
            "resourceName": "one.txt",
            "additionalDetails": {"bucketName": "inbox", "namespace": namespace},
        },
    }


def test_a_function_with_an_sdk_client_works_in_emit(
    program: Program, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Without a serving process before: it reads the object that the event names as itself, and writes
    another, which a user's own client then sees."""
    for name, text in (
        ("func.py", FUNCTION),
        ("requirements.txt", "fdk==0.1.128\noci==2.189.0\n"),
        ("Dockerfile", DOCKERFILE),
    ):
        (program.folder / "fn").mkdir(exist_ok=True)
        (program.folder / "fn" / name).write_text(text)
    program.write(PROGRAM)
    up = program.up()
    assert up.status == 0, up.output
    namespace = program.outputs()["namespace"]
    (tmp_path / "event.json").write_text(json.dumps(_event(namespace)))
    (tmp_path / "one.txt").write_text("what was put")

    emitted = _sandbox(
        sandbox,
        *("emit", "--stack", program.stack, "--json"),
        *("--file", str(tmp_path / "event.json"), "--object", str(tmp_path / "one.txt")),
    )
    script = (
        "import oci; c = oci.object_storage.ObjectStorageClient(oci.config.from_file()); "
        f"print(c.get_object({namespace!r}, 'outbox', 'one.txt').data.text)"
    )
    read = _sandbox(sandbox, "run", "--as", "administrator", "--", sys.executable, "-c", script)
    (Place(sandbox.folder).folder / "serve.json").unlink()  # which ends what the commands started

    assert emitted.returncode == 0, emitted.stdout + emitted.stderr
    assert json.loads(emitted.stdout)["rules"][0]["deliveries"][0]["answer"] == {"read": 12}
    assert (read.returncode, read.stdout) == (0, "WHAT WAS PUT\n"), read.stderr
