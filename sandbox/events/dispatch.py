"""One event through every rule: match, authorise, run, answer.

    event ─► Object Storage emits it? ─► each rule: enabled, in scope, condition matches?
                └─► each action: may the rule's principal invoke?      (invocation)
                      └─► the function, run and answered               (invocation)

Whether Events invokes functions as the resource principal `eventrule` or as the service `cloudEvents` is not
settled by Oracle's pages. Both are asked, and one of them is enough; the trace shows both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from oci_iam import Principal
from sandbox.cloud import clock
from sandbox.cloud.store import Store
from sandbox.events.access import Need, invoking, may
from sandbox.events.envelope import compartment_of, object_of
from sandbox.events.invocation import deliver
from sandbox.events.matcher import mismatch
from sandbox.events.sinks import SINKS
from sandbox.events.snapshot import Action, Deployment, Rule
from sandbox.events.trace import Delivery, RuleTrace, Trace
from sandbox.services.monitoring import service_metrics

KINDS = {"FAAS": "function", "ONS": "topic", "OSS": "stream"}
"""Action type -> kind of destination."""


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
    why = why_not(event, rule, deployment)
    trace = RuleTrace(name=rule.name, id=rule.id, stack=rule.stack, matched=not why, why=why)
    if why:
        return trace
    trace.why = "enabled, the event is in its compartment or below, and every field of the condition matches"
    for action in rule.actions:
        if action.enabled:
            trace.deliveries.append(_act(event, rule, action, deployment))
            _count(rule, trace.deliveries[-1], deployment)
        else:
            trace.why += f"; its action {action.target} is disabled"
    return trace


def _count(rule: Rule, delivery: Delivery, deployment: Deployment) -> None:
    """For who watches the rule's metrics; what the sandbox cannot imitate is no failure."""
    with Store(deployment.folder / "store.db") as store:
        record = store.get(rule.id)
        if record is not None and delivery.outcome in ("delivered", "denied", "failed"):
            service_metrics.event_delivered(store, record, arrived=delivery.outcome == "delivered")


def why_not(event: Mapping[str, Any], rule: Rule, deployment: Deployment) -> str:
    """Why a rule does not take an event; empty where it does."""
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
        return _send(event, rule, action, deployment)
    function = deployment.functions.get(action.target)
    if function is None:
        return Delivery(target=action.target, reason="no such function is deployed in this sandbox")
    delivery = Delivery(target=f"function {function.name}  {function.id}")
    if _may(delivery, invoking(function), rule, deployment, "invoke it"):
        body = json.dumps(event).encode()
        deliver(delivery, body, function, deployment, object_of(event))
    return delivery


def _send(event: Mapping[str, Any], rule: Rule, action: Action, deployment: Deployment) -> Delivery:
    """To a topic or a stream: it has the event when this returns; the serving process takes it from there."""
    kind = KINDS.get(action.kind, "")
    sink = SINKS.get(kind)
    if sink is None:
        reason = f"the sandbox does not emulate {action.kind} actions"
        return Delivery(target=action.target, outcome="not-emulated", reason=reason)
    with Store(deployment.folder / "store.db") as store:
        record = sink.found(store, action.target)
        if record is None:
            reason = f"no such {kind} is deployed in this sandbox"
            return Delivery(target=action.target, outcome="not-emulated", reason=reason)
        delivery = Delivery(target=f"{kind} {record.outputs.get('name')}  {record.id}")
        if _may(delivery, sink.need(record), rule, deployment, "write to it"):
            with store.transaction():
                sent = sink.send(store, record, json.dumps(event).encode(), {}, clock.now(store))
            delivery.outcome = "delivered"
            delivery.reason = f"{sent}; `sandbox deliveries` shows what follows, `sandbox serve` does it"
    return delivery


def _may(delivery: Delivery, need: Need, rule: Rule, deployment: Deployment, what: str) -> bool:
    delivery.access = [
        may(principal, need, deployment)
        for principal in (
            Principal(type="eventrule", id=rule.id, compartment_id=rule.compartment_id),
            Principal(type="service", service="cloudEvents"),
        )
    ]
    if any(access.allowed for access in delivery.access):
        return True
    delivery.outcome = "denied"
    delivery.reason = f"neither principal of the rule may {what} (metric: DeliveryFailedEvents)"
    return False
