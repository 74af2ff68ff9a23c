"""An event through the deployed rules, into the real function."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.events import objects
from sandbox.events.dispatch import dispatch
from sandbox.events.envelope import completed, object_of
from sandbox.events.samples import SAMPLES, fitted
from sandbox.events.trace import Delivery, Trace, as_json, as_text

RULE = "oci:Events/rule:Rule"
FUNCTION = "oci:Functions/function:Function"
BUCKET = "oci:ObjectStorage/bucket:Bucket"
COMPARTMENT = "oci:Identity/compartment:Compartment"


def event_of(sandbox: Any, name: str = "anomaly", *, keep_object: bool = True) -> dict[str, Any]:
    """A sample's event for what is deployed, its object in place."""
    deployment = sandbox.deployment()
    event, _ = completed(fitted(SAMPLES[name], deployment))
    body, ref = SAMPLES[name].body, object_of(event)
    if keep_object and body is not None and ref is not None:
        objects.place(deployment.folder, ref, body)
    return event


def send(sandbox: Any, event: dict[str, Any]) -> Trace:
    """The event through what is deployed now."""
    return dispatch(event, sandbox.deployment())


def only(trace: Trace) -> Delivery:
    """The one delivery there should be."""
    assert len(trace.deliveries) == 1
    return trace.deliveries[0]


def test_an_object_event_reaches_the_function(dev: Any) -> None:
    """Rule, authorisation, object and answer of the dev stack, end to end."""
    event = event_of(dev)

    trace = send(dev, event)

    delivery = only(trace)
    assert delivery.answer["dedupeKey"] == event["eventID"]
    assert delivery.answer["result"]["severity"] == "critical"
    assert (delivery.outcome, delivery.status, trace.ok) == ("delivered", 200, True)
    assert [access.allowed for access in delivery.access] == [True, True]
    assert delivery.object_access is not None
    assert delivery.object_access.allowed
    assert [rule.matched for rule in trace.rules] == [True, False]


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"broken"}))
def test_every_sample_fits_the_dev_stack(dev: Any, name: str) -> None:
    """Each of the project's own events reaches the function and is processed."""
    delivery = only(send(dev, event_of(dev, name)))

    assert delivery.answer["status"] == "processed"


def test_a_refusal_of_the_function_is_not_a_success(dev: Any) -> None:
    """Delivered, yes; but the exit status says that something is wrong."""
    trace = send(dev, event_of(dev, "broken"))

    assert only(trace).outcome == "delivered"
    assert only(trace).answer["reason"]["code"] == "not-finite"
    assert not trace.ok


def test_without_its_object_the_function_says_so(dev: Any) -> None:
    """The grant is there, the object isn't: a refusal of the function, not of the policies."""
    delivery = only(send(dev, event_of(dev, keep_object=False)))

    assert delivery.object_access is not None
    assert delivery.object_access.allowed
    assert delivery.answer["reason"]["code"] == "object-not-found"


def test_a_rule_that_is_disabled_matches_nothing(dev: Any) -> None:
    """Only enabled rules deliver."""
    dev.change(RULE, isEnabled=False)

    trace = send(dev, event_of(dev))

    assert {rule.why for rule in trace.rules} == {"the rule is disabled"}
    assert (trace.ok, trace.deliveries) == (False, [])


def test_a_disabled_action_is_skipped(dev: Any) -> None:
    """The rule matches, but nothing is delivered."""
    event = event_of(dev)
    for record in dev.records(RULE):
        action = record.outputs["actions"]["action"][0] | {"isEnabled": False}
        dev.change(RULE, actions={"action": [action]})

    trace = send(dev, event)

    assert trace.rules[0].matched
    assert trace.deliveries == []
    assert "is disabled" in trace.rules[0].why


def test_the_bucket_must_emit_events(dev: Any) -> None:
    """Object events are off by default, and then there is no event at all."""
    event = event_of(dev)
    dev.change(BUCKET, objectEventsEnabled=False)

    trace = send(dev, event)

    assert "object_events_enabled" in trace.stopped
    assert (trace.rules, trace.ok) == ([], False)


def test_a_rule_sees_its_compartment_and_those_below(dev: Any) -> None:
    """Not the ones beside it or above."""
    home = dev.records(RULE)[0].outputs["compartmentId"]
    child = dev.add(BUCKET, "placeholder", {"name": "x"})  # any id will do for a compartment of its own
    with_child = child.replace("bucket", "compartment")
    from sandbox.cloud.store import Store

    with Store(dev.folder / "store.db") as store:
        outputs = {"name": "below", "compartmentId": home}
        store.create(COMPARTMENT, "urn:pulumi:dev::p::c::below", outputs, outputs, with_child)
    event = event_of(dev)

    def matched(compartment: str) -> bool:
        moved = json.loads(json.dumps(event).replace(home, compartment))
        return any(rule.matched for rule in send(dev, moved).rules)

    assert matched(home)
    assert matched(with_child)
    assert not matched("ocid1.compartment.oc1..aaaaaaaabeside")
    assert not matched(dev.deployment().directory.tenancy_id)


def test_a_sandbox_that_was_moved_keeps_its_images(dev: Any) -> None:
    """A checkout that is renamed takes its sandbox along: what was built in the old place runs in the new."""
    dev.folder = dev.folder.rename(dev.folder.with_name("moved"))

    assert only(send(dev, event_of(dev))).outcome == "delivered"


def test_a_function_whose_image_is_elsewhere_cannot_run(dev: Any) -> None:
    """An image given by reference was never built here; the trace says that instead of guessing."""
    dev.change(FUNCTION, sourceDetails={"image": "elsewhere/x:1", "imageDigest": "sha256:" + "0" * 64})

    delivery = only(send(dev, event_of(dev)))

    assert delivery.outcome == "failed"
    assert "is not kept in this sandbox" in delivery.reason


def test_an_image_by_tag_alone_runs_what_the_tag_stands_for(dev: Any) -> None:
    """As OCI takes the tag's current digest."""
    image = dev.records(FUNCTION)[0].outputs["sourceDetails"]["image"]
    dev.change(FUNCTION, sourceDetails={"image": image}, imageDigest=None)

    assert only(send(dev, event_of(dev))).outcome == "delivered"


def test_the_deprecated_inputs_work_too(dev: Any) -> None:
    """Inner `actions`, `image`, `imageDigest` and `conditionDetails`, as older programs write them."""
    source = dev.records(FUNCTION)[0].outputs["sourceDetails"]
    dev.change(FUNCTION, sourceDetails=None, image=source["image"], imageDigest=source["imageDigest"])
    event = event_of(dev)
    action = dev.records(RULE)[0].outputs["actions"]["action"][0]
    details = {"eventTypes": [event["eventType"]], "data": '{"resourceName": "*.json"}'}
    dev.change(RULE, actions={"actions": [action]}, condition=None, conditionDetails=details)

    trace = send(dev, event)

    assert [delivery.outcome for delivery in trace.deliveries] == ["delivered", "delivered"]


def test_an_action_that_is_not_emulated_says_so(dev: Any) -> None:
    """A topic is no function: never silently right."""
    event = event_of(dev)
    action = {"actionType": "ONS", "topicId": "ocid1.onstopic.oc1.x", "isEnabled": True}
    dev.change(RULE, actions={"action": [action]})

    trace = send(dev, event)

    assert only(trace).outcome == "not-emulated"
    assert not trace.ok


def test_a_condition_that_cannot_be_read_matches_nothing(dev: Any) -> None:
    """A damaged rule doesn't stop the others."""
    event = event_of(dev)
    dev.change(RULE, condition="{")

    assert {rule.why for rule in send(dev, event).rules} == {"the condition is not JSON"}


SLOW = "import time\ndef handler(ctx, data=None):\n    time.sleep(30)\n"
PEEK = """
import json, os
def handler(ctx, data=None):
    root = os.environ["SANDBOX_OBJECT_DIR"]
    found = [os.path.join(at, name) for at, _, names in os.walk(root) for name in names]
    return json.dumps({"objects": [os.path.relpath(path, root) for path in found]})
"""


@pytest.fixture
def other_code(dev: Any, tmp_path: Path) -> Any:
    """Replaces the function's code."""

    def replace(source: str) -> None:
        folder = tmp_path / "other"
        folder.mkdir()
        (folder / "func.py").write_text(source)
        digest = "sha256:" + "1" * 64
        dev.keep_image(folder, digest)
        dev.change(FUNCTION, sourceDetails={"image": "x", "imageDigest": digest}, timeoutInSeconds=1)

    return replace


def test_a_function_that_hangs_is_504(dev: Any, other_code: Any) -> None:
    """The function's own timeout is enforced."""
    event = event_of(dev)
    other_code(SLOW)

    delivery = only(send(dev, event))

    assert (delivery.outcome, delivery.status) == ("failed", 504)


def test_the_function_sees_one_object_only(dev: Any, other_code: Any) -> None:
    """Other objects of the sandbox are not laid before it, even in a bucket it may read."""
    event = event_of(dev)
    ref = object_of(event)
    assert ref is not None
    objects.place(dev.folder, dataclasses.replace(ref, name="other.json"), b"{}")
    other_code(PEEK)

    delivery = only(send(dev, event))

    assert delivery.answer["objects"] == [f"{ref.namespace}/{ref.bucket}/{ref.name}"]


def test_nothing_is_left_of_a_run(dev: Any) -> None:
    """Neither the function's copy nor the objects laid before it."""
    send(dev, event_of(dev))

    assert list((dev.folder / "run").iterdir()) == []


def test_a_sandbox_that_cannot_be_written_fails_the_delivery(dev: Any) -> None:
    """In a sentence of the trace, not by a traceback."""
    event = event_of(dev)
    (dev.folder / "run").write_text("a file where the folder should be")

    delivery = only(send(dev, event))

    assert delivery.outcome == "failed"
    assert str(dev.folder / "run") in delivery.reason


def test_several_rules_and_functions_each_get_the_event(dev: Any) -> None:
    """Every rule is asked, and every action of a rule that matches is delivered."""
    event = event_of(dev)
    rule = dev.records(RULE)[0]
    action = rule.outputs["actions"]["action"][0]
    dev.add(
        RULE,
        "everything",
        rule.outputs | {"condition": "{}", "actions": {"action": [action, action]}},
        "prod",
    )

    trace = send(dev, event)

    assert [len(rule.deliveries) for rule in trace.rules] == [1, 0, 2]
    assert trace.ok
    assert len(dispatch(event, dev.deployment("dev")).rules) == 2


def test_the_trace_reads_as_text_and_as_json(dev: Any) -> None:
    """Each step has its line; JSON holds the same."""
    event = event_of(dev)
    trace = send(dev, event)
    text, decoded = as_text(trace), json.loads(as_json(trace))

    for shown in (event["eventID"], "matches", "does not match", "fnfunc", "ready in", "200", '"critical"'):
        assert shown in text
    assert decoded["ok"] is True
    assert decoded["rules"][0]["deliveries"][0]["answer"]["status"] == "processed"


def test_control_characters_do_not_reach_the_terminal(dev: Any) -> None:
    """An event's name may hold an escape sequence."""
    event = event_of(dev)
    event["data"]["resourceName"] = "\x1b[2Jx.json"

    assert "\x1b" not in as_text(send(dev, event))
