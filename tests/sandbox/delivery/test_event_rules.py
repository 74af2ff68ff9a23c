"""Objects put and deleted, through Events' rules, to each kind of action."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sandbox.events.dispatch import dispatch
from sandbox.events.snapshot import read_deployment
from sandbox.events.trace import Delivery
from sandbox.services.events import RULE
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from sandbox.services.streaming import STREAM
from sandbox.services.streaming.log import Log, Stream
from tests.sandbox.delivery.conftest import BUSY, FAILED, NOW, OK, World

Settle = Callable[[], None]
Action = dict[str, object]
PREFIX = "com.oraclecloud.objectstorage."


def _bucket(world: World, compartment: str, *, emits: bool = True) -> str:
    world.add(BUCKET, compartmentId=compartment, name="in", namespace="ns", objectEventsEnabled=emits)
    return bucket_id("ns", "in")


def _rule(world: World, compartment: str, *actions: Action, kind: str = "createobject") -> str:
    return world.add(
        RULE,
        compartmentId=compartment,
        displayName="results",
        isEnabled=True,
        condition=json.dumps(
            {"eventType": PREFIX + kind, "data": {"additionalDetails": {"bucketName": "in"}}}
        ),
        actions={"actions": [{"isEnabled": True, **action} for action in actions]},
    )


def _may_invoke(world: World, compartment: str) -> None:
    world.allow(
        f"Allow any-user to use fn-invocation in compartment id {compartment} where all "
        f"{{request.principal.type = 'eventrule', request.principal.compartment.id = '{compartment}'}}"
    )


def test_an_object_reaches_a_function(world: World, settle: Settle) -> None:
    """As one envelope that names it."""
    compartment = world.compartment()
    function = world.function(compartment)
    _rule(world, compartment, {"actionType": "FAAS", "functionId": function})
    _may_invoke(world, compartment)
    kept = Objects(world.store).put_bytes(_bucket(world, compartment), "a/b.json", b"{}")
    settle()
    (run,) = world.runs
    event = json.loads(run.body)

    assert (run.function, run.headers["content-type"]) == (function, "application/json")
    assert event["eventType"] == PREFIX + "createobject"
    assert event["data"]["resourceId"] == "/n/ns/b/in/o/a/b.json"
    assert event["data"]["additionalDetails"]["eTag"] == kept.etag
    assert event["data"]["compartmentId"] == compartment


@pytest.mark.parametrize("kind", ["createobject", "updateobject", "deleteobject"])
def test_each_change_is_an_event_of_its_own(world: World, settle: Settle, kind: str) -> None:
    """A rule for one of them hears of that one only."""
    compartment = world.compartment()
    _rule(world, compartment, {"actionType": "FAAS", "functionId": world.function(compartment)}, kind=kind)
    _may_invoke(world, compartment)
    objects, bucket = Objects(world.store), _bucket(world, compartment)
    objects.put_bytes(bucket, "x", b"1")
    objects.put_bytes(bucket, "x", b"2")
    objects.delete(bucket, "x")
    settle()

    assert [json.loads(run.body)["eventType"] for run in world.runs] == [PREFIX + kind]


def test_a_renamed_object_goes_and_comes(world: World, settle: Settle) -> None:
    """Two events: the old name is deleted, the new one created."""
    compartment = world.compartment()
    objects, bucket = Objects(world.store), _bucket(world, compartment)
    objects.put_bytes(bucket, "x", b"1")
    objects.rename(bucket, "x", "y", lambda _, __: None)
    found = [json.loads(one.payload) for one in world.owed("bucket")]

    assert [(one["eventType"].removeprefix(PREFIX), one["data"]["resourceName"]) for one in found] == [
        ("createobject", "x"),
        ("deleteobject", "x"),
        ("createobject", "y"),
    ]


def test_a_bucket_that_does_not_emit(world: World) -> None:
    """Object events are off unless the bucket says otherwise."""
    bucket = _bucket(world, world.compartment(), emits=False)
    Objects(world.store).put_bytes(bucket, "x", b"1")

    assert world.owed() == []


def test_a_put_that_is_refused_emits_nothing(world: World) -> None:
    """The event is part of the change."""

    def refuse(_: object) -> None:
        raise ValueError("refused")

    bucket = _bucket(world, world.compartment())
    with pytest.raises(ValueError, match="refused"):
        Objects(world.store).put(bucket, "x", lambda path: path.touch(), md5="", expect=refuse)

    assert world.owed() == []


def test_a_rule_without_a_grant_is_a_dead_end(world: World, settle: Settle) -> None:
    """Nothing runs, and the row says which statement is missing."""
    compartment = world.compartment()
    function = world.function(compartment)
    _rule(world, compartment, {"actionType": "FAAS", "functionId": function})
    Objects(world.store).put_bytes(_bucket(world, compartment), "x", b"1")
    settle()
    (delivery,) = world.owed("rule")

    assert world.runs == []
    assert delivery.state == "dropped"
    assert delivery.reason == (
        "denied: neither eventrule results nor service cloudEvents has FN_INVOCATION; missing: "
        f"Allow any-user to use fn-invocation in compartment id {compartment} where all "
        f"{{request.principal.type = 'eventrule', request.principal.compartment.id = '{compartment}', "
        f"target.function.id = '{function}'}}"
    )


def test_all_three_actions(world: World, settle: Settle) -> None:
    """The topic's subscribers get the event as it is; what is disabled gets nothing."""
    compartment = world.compartment()
    topic = world.add(TOPIC, compartmentId=compartment, name="alerts")
    stream = world.add(STREAM, compartmentId=compartment, name="events", partitions=1)
    world.add(
        SUBSCRIPTION,
        compartmentId=compartment,
        topicId=topic,
        protocol="ORACLE_FUNCTIONS",
        endpoint=world.function(compartment),
        state="ACTIVE",
    )
    _rule(
        world,
        compartment,
        {"actionType": "ONS", "topicId": topic},
        {"actionType": "OSS", "streamId": stream},
        {"actionType": "FAAS", "functionId": world.function(compartment), "isEnabled": False},
    )
    world.allow(
        f"Allow any-user to use ons-topics in compartment id {compartment} where request.principal.type = "
        "'eventrule'",
        f"Allow any-user to use stream-push in compartment id {compartment} where all {{"
        f"request.principal.type = 'eventrule', target.stream.id = '{stream}'}}",
    )
    Objects(world.store).put_bytes(_bucket(world, compartment), "x", b"1")
    settle()

    assert [(one.source_kind, one.destination_kind, one.state) for one in world.owed()] == [
        ("bucket", "events", "delivered"),
        ("rule", "topic", "delivered"),
        ("rule", "stream", "delivered"),
        ("subscription", "function", "delivered"),
    ]
    assert json.loads(world.runs[0].body)["data"]["resourceName"] == "x"
    (message,) = Log(world.store).read(Stream(stream, "events", 1, 3600), 0, 0, 10, NOW)
    assert message.value == world.runs[0].body


def test_functions_that_are_busy_are_asked_until_they_are_not(world: World, settle: Settle) -> None:
    """Oracle documents no end for that answer; a function that fails is given up after two hours."""
    compartment = world.compartment()
    _rule(world, compartment, {"actionType": "FAAS", "functionId": world.function(compartment)})
    _may_invoke(world, compartment)
    Objects(world.store).put_bytes(_bucket(world, compartment), "x", b"1")
    world.answers = [BUSY]
    for _ in range(60):
        settle()
        world.later(1920)
    busy = world.owed("rule")[0].state
    world.answers = [FAILED]
    settle()

    assert busy == "waiting"
    assert world.owed("rule")[0].state == "dropped"
    assert OK not in world.answers


def _event(compartment: str) -> dict[str, object]:
    return {
        "eventType": PREFIX + "createobject",
        "data": {"compartmentId": compartment, "additionalDetails": {"bucketName": "in", "namespace": "ns"}},
    }


def _emitted(world: World, compartment: str) -> Delivery:
    """What a trace says of the one action of the one rule."""
    (rule,) = dispatch(_event(compartment), read_deployment(world.folder)).rules
    (delivery,) = rule.deliveries
    return delivery


@pytest.mark.parametrize("kind", ["topic", "stream"])
def test_emit_sends_to_topics_and_streams_at_once(world: World, settle: Settle, kind: str) -> None:
    """The trace says so, and what subscribers get is owed by then; without a grant nothing is sent."""
    compartment = world.compartment()
    topic = world.add(TOPIC, compartmentId=compartment, name="alerts")
    stream = world.add(STREAM, compartmentId=compartment, name="events", partitions=1)
    world.add(
        SUBSCRIPTION,
        compartmentId=compartment,
        topicId=topic,
        protocol="ORACLE_FUNCTIONS",
        endpoint=world.function(compartment),
    )
    to_topic: Action = {"actionType": "ONS", "topicId": topic}
    to_stream: Action = {"actionType": "OSS", "streamId": stream}
    _rule(world, compartment, to_topic if kind == "topic" else to_stream)
    denied = _emitted(world, compartment)
    grant = {"topic": "use ons-topics", "stream": "use stream-push"}[kind]
    world.allow(
        f"Allow any-user to {grant} in compartment id {compartment} where "
        "request.principal.type = 'eventrule'"
    )
    sent = _emitted(world, compartment)
    messages = Log(world.store).read(Stream(stream, "events", 1, 3600), 0, 0, 10, NOW)

    assert (denied.outcome, sent.outcome) == ("denied", "delivered")
    assert (len(messages), len(world.owed("subscription"))) == ((0, 1) if kind == "topic" else (1, 0))
