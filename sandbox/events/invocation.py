"""One function invoked, whoever asks: may the principal, may the function read its object, and the run.

    principal ─► may it invoke?                                    (oci_iam.decide)
                   └─► may the function read the object?           (oci_iam.decide)
                         └─► the real FDK process, over its socket

Serves an Events rule and a direct call alike; does not know why the function is invoked.
"""

from __future__ import annotations

import os
from pathlib import Path

from oci_iam import Principal, Request
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.events import objects
from sandbox.events.access import asked
from sandbox.events.development import current_content
from sandbox.events.envelope import ObjectRef
from sandbox.events.snapshot import Deployment, Function
from sandbox.events.trace import Access, Delivery
from sandbox.runner.containers import shared
from sandbox.runner.spec import FunctionSpec, Line
from sandbox.services.logging import invoke_log
from sandbox.services.monitoring import service_metrics

ALLOW_BUILD = "OCI_SANDBOX_ALLOW_BUILD"
"""Set to 1: requirements of images that have no wheel are built, which runs their code on this machine."""


def deliver(
    delivery: Delivery, body: bytes, function: Function, deployment: Deployment, ref: ObjectRef | None = None
) -> None:
    """Runs the function with one body, and writes down what came of it. Authorisation has been asked."""
    delivery.function, delivery.function_id, delivery.stack = function.name, function.id, function.stack
    delivery.image, delivery.memory_mb = function.digest or function.image, function.memory_mb
    delivery.timeout_seconds = function.timeout_seconds
    if function.content is None:
        delivery.reason = (
            f"the content of image {function.image or function.digest} is not kept in this sandbox: "
            "only images built by its docker-build run here"
        )
        return
    readable = None
    if ref is not None:
        delivery.object_access = _may_read(function, ref, deployment)
        readable = ref if delivery.object_access.allowed else None
    try:
        _run(delivery, body, function, deployment, readable)
    except (SandboxFault, OSError) as error:  # a full disk, say, while the content is copied
        delivery.reason = f"the function cannot be run here: {error}"


def spec_of(function: Function, sandbox_dir: Path) -> FunctionSpec:
    """The function as the runner takes it; its content must be kept. Raises `SandboxFault`."""
    assert function.content is not None  # noqa: S101 for the type checker; callers looked
    return FunctionSpec(
        function_id=function.id,
        function_name=function.name,
        app_id=function.app_id,
        app_name=function.app_name,
        content=current_content(sandbox_dir, function.id, function.content),
        config=function.config,
        timeout_seconds=function.timeout_seconds,
        memory_mb=function.memory_mb,
        build=os.environ.get(ALLOW_BUILD) == "1",
    )


def _may_read(function: Function, ref: ObjectRef, deployment: Deployment) -> Access:
    """Whether the function, as a resource principal, may read the object the event names."""
    bucket = deployment.bucket(ref.namespace, ref.bucket)
    compartment = bucket.compartment_id if bucket else ref.compartment_id
    request = Request(
        principal=Principal(
            type="fnfunc", id=function.id, compartment_id=function.compartment_id, tags=dict(function.tags)
        ),
        permission="OBJECT_READ",
        compartment_id=compartment,
        operation="GetObject",
        target={"target.bucket.name": ref.bucket, "target.object.name": ref.name},
    )
    missing = (
        f"Allow any-user to read objects in compartment id {compartment} where all "
        f"{{request.principal.type = 'fnfunc', request.principal.id = '{function.id}', "
        f"target.bucket.name = '{ref.bucket}'}}"
    )
    return asked(request, deployment, missing)


def _run(
    delivery: Delivery, body: bytes, function: Function, deployment: Deployment, readable: ObjectRef | None
) -> None:
    spec = spec_of(function, deployment.folder)
    with shared(_made(deployment.runs)) as containers:
        reply = containers.call(spec, body, lambda view: objects.open_view(view, deployment.folder, readable))
    delivery.ready_ms, delivery.logs = reply.ready_ms, [line.text for line in reply.lines]
    delivery.answered(reply)
    with Store(deployment.folder / "store.db") as store:
        invoke_log.record(store, invoked(function), map(printed, reply.lines))
        record = store.get(function.id)
        if record is not None:
            service_metrics.function_ran(store, record, reply.status, reply.milliseconds)


def invoked(function: Function, request_id: str = "") -> invoke_log.Invoked:
    """Whose lines a call's are, as the invoke log has it."""
    return invoke_log.Invoked(
        function_id=function.id,
        function_name=function.name,
        app_id=function.app_id,
        app_name=function.app_name,
        request_id=request_id,
    )


def printed(line: Line) -> invoke_log.Printed:
    """A line as the invoke log has it."""
    return invoke_log.Printed(line.time, line.source, line.text)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SandboxFault(f"{folder}: cannot be made: {error.strerror}") from None
    return folder
