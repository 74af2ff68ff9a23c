"""One event through every rule: match, authorise, run, answer.

    event ─► Object Storage emits it? ─► each rule: enabled, in scope, condition matches?
                └─► each action: may the rule's principal invoke?      (oci_iam.decide)
                      └─► may the function read the object?            (oci_iam.decide)
                            └─► the real FDK process, over its socket

Whether Events calls functions as the resource principal `eventrule` or as the service `cloudEvents` is not
settled by Oracle's pages. Both are asked, and one of them is enough; the trace shows both.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oci_iam import Principal, Request, decide
from sandbox.cloud.errors import SandboxFault
from sandbox.events import objects
from sandbox.events.envelope import ObjectRef, compartment_of, object_of
from sandbox.events.matcher import mismatch
from sandbox.events.snapshot import Action, Deployment, Function, Rule
from sandbox.events.trace import Access, Delivery, RuleTrace, Trace
from sandbox.runner.process import FunctionProcess, FunctionSpec


def dispatch(event: Mapping[str, Any], deployment: Deployment) -> Trace:
    """Sends one event through the deployed rules."""
    trace = Trace(event=dict(event))
    if deployment.other_rules:
        trace.notes.append(f"{deployment.other_rules} rules of other stacks were left out by --stack")
    trace.stopped = _not_emitted(event, deployment)
    if trace.stopped:
        return trace
    for rule in deployment.rules:
        trace.rules.append(_through_rule(event, rule, deployment))
    return trace


def _not_emitted(event: Mapping[str, Any], deployment: Deployment) -> str:
    """Object Storage emits object events only for buckets that have them switched on."""
    details = event["data"].get("additionalDetails")
    event_type = str(event["eventType"])
    if not event_type.startswith("com.oraclecloud.objectstorage.") or not event_type.endswith("object"):
        return ""
    if not isinstance(details, Mapping):
        return ""
    bucket = deployment.bucket(str(details.get("namespace")), str(details.get("bucketName")))
    if bucket and not bucket.emits:
        return f"bucket {bucket.name} has object_events_enabled off, so Object Storage emits no event"
    return ""


def _through_rule(event: Mapping[str, Any], rule: Rule, deployment: Deployment) -> RuleTrace:
    why = _why_not(event, rule, deployment)
    trace = RuleTrace(name=rule.name, id=rule.id, stack=rule.stack, matched=not why, why=why)
    if why:
        return trace
    trace.why = "enabled, the event is in its compartment or below, and every field of the condition matches"
    for action in rule.actions:
        if action.enabled:
            trace.deliveries.append(_act(event, rule, action, deployment))
        else:
            trace.why += f"; its action {action.target} is disabled"
    return trace


def _why_not(event: Mapping[str, Any], rule: Rule, deployment: Deployment) -> str:
    if not rule.enabled:
        return "the rule is disabled"
    if rule.condition is None:
        return rule.problem
    compartment = compartment_of(event)
    if not deployment.directory.covers(rule.compartment_id, compartment):
        return f"the event is in {compartment}, not in the rule's {rule.compartment_id} or below"
    return mismatch(rule.condition, event) or ""


def _act(event: Mapping[str, Any], rule: Rule, action: Action, deployment: Deployment) -> Delivery:
    if action.kind != "FAAS":
        reason = f"the sandbox has no service behind {action.kind} actions"
        return Delivery(target=action.target, outcome="not-emulated", reason=reason)
    function = deployment.functions.get(action.target)
    if function is None:
        return Delivery(target=action.target, reason="no such function is deployed in this sandbox")
    delivery = Delivery(target=f"function {function.name}  {function.id}")
    delivery.access = [
        may_invoke(principal, function, deployment)
        for principal in (
            Principal(type="eventrule", id=rule.id, compartment_id=rule.compartment_id),
            Principal(type="service", service="cloudEvents"),
        )
    ]
    if not any(access.allowed for access in delivery.access):
        delivery.outcome = "denied"
        delivery.reason = "neither principal of the rule may invoke it (metric: DeliveryFailedEvents)"
        return delivery
    body = json.dumps(event).encode()
    deliver(delivery, body, function, deployment, object_of(event))
    return delivery


def may_invoke(principal: Principal, function: Function, deployment: Deployment) -> Access:
    """Whether a principal may invoke a function, by the deployed policies."""
    request = Request(
        principal=principal,
        permission="FN_INVOCATION",
        compartment_id=function.compartment_id,
        operation="InvokeFunction",
        target={"target.function.id": function.id, "target.app.id": function.app_id},
    )
    scope = f"use fn-invocation in compartment id {function.compartment_id}"
    missing = f"Allow {_subject(principal)} to {scope} where {_invoker(principal, function)}"
    return _ask(request, deployment, missing)


def _subject(principal: Principal) -> str:
    if principal.service:
        return f"service {principal.service}"
    return f"group {principal.name}" if principal.type == "user" else "any-user"


def _invoker(principal: Principal, function: Function) -> str:
    target = f"target.function.id = '{function.id}'"
    if principal.type in ("user", "service"):
        return target
    return (
        f"all {{request.principal.type = '{principal.type}', "
        f"request.principal.compartment.id = '{principal.compartment_id}', {target}}}"
    )


def _ask(request: Request, deployment: Deployment, missing: str) -> Access:
    decision = decide(request, deployment.policies, deployment.directory)
    principal = request.principal
    return Access(
        principal=f"{principal.type} {principal.service or principal.name or principal.id}",
        permission=request.permission,
        allowed=decision.allowed,
        because=decision.because,
        statement=decision.statement,
        missing="" if decision.allowed else missing,
    )


def deliver(
    delivery: Delivery, body: bytes, function: Function, deployment: Deployment, ref: ObjectRef | None = None
) -> None:
    """Runs the function with one body, and writes down what came of it. Authorisation has been asked."""
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
        delivery.reason = f"the function can't be run here: {error}"


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
        f"Allow dynamic-group <of the function> to read objects in compartment id {compartment} "
        f"where target.bucket.name = '{ref.bucket}'"
    )
    return _ask(request, deployment, missing)


def _run(
    delivery: Delivery, body: bytes, function: Function, deployment: Deployment, readable: ObjectRef | None
) -> None:
    assert function.content is not None  # noqa: S101 for the type checker; `deliver` looked
    spec = FunctionSpec(
        function_id=function.id,
        function_name=function.name,
        app_id=function.app_id,
        app_name=function.app_name,
        content=function.content,
        config=function.config,
        timeout_seconds=function.timeout_seconds,
        memory_mb=function.memory_mb,
    )
    with tempfile.TemporaryDirectory(prefix="objects-", dir=_made(deployment.runs)) as view:
        objects.open_view(Path(view), deployment.objects, readable)
        with FunctionProcess(spec, deployment.runs, Path(view)) as process:
            delivery.ready_ms = process.ready_ms
            reply = process.call(body)
        delivery.logs = process.logs
    delivery.status, delivery.call_ms = reply.status, reply.milliseconds
    delivery.answer = _decoded(reply.body)
    delivery.outcome = "delivered" if reply.status == 200 else "failed"
    delivery.reason = reply.problem or ("" if reply.status == 200 else "the function reports a failed call")


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SandboxFault(f"{folder}: can't be made: {error.strerror}") from None
    return folder


def _decoded(body: bytes) -> Any:
    """The answer as JSON where it is, else as text."""
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
