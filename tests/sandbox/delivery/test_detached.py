"""Detached calls: run once, and their record to the function's destinations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud.deliveries import Outbox
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from sandbox.services.queue import QUEUE
from sandbox.services.queue.messages import Messages, Queue
from sandbox.services.streaming import STREAM
from sandbox.services.streaming.log import Log, Stream
from tests.sandbox.delivery.conftest import FAILED, NOW, OK, World

Settle = Callable[[], None]


@pytest.fixture
def compartment(world: World) -> str:
    """Where functions may write to every kind of destination."""
    made = world.compartment()
    for grant in ("use ons-topics", "use queue-push", "use stream-push"):
        world.allow(
            f"Allow any-user to {grant} in compartment id {made} where request.principal.type = 'fnfunc'"
        )
    return made


def _call(world: World, function: str) -> None:
    Outbox(world.store).record(
        source=("detached", function),
        destination=("function", function),
        payload=b"do it",
        headers={"opc-request-id": "R1"},
        now=NOW,
    )


def test_a_failure_is_not_tried_again(world: World, settle: Settle, compartment: str) -> None:
    """Its destination hears of it, once; that of a success hears nothing."""
    queue = world.add(QUEUE, compartmentId=compartment, displayName="failures")
    other = world.add(QUEUE, compartmentId=compartment, displayName="successes")
    function = world.function(
        compartment,
        failureDestination={"kind": "QUEUE", "queueId": queue, "channelId": "a"},
        successDestination={"kind": "QUEUE", "queueId": other},
    )
    world.answers = [FAILED]
    _call(world, function)
    settle()
    world.later(7200)
    settle()
    found = [_messages(world, id) for id in (queue, other)]
    ((channel, record),) = found[0]

    assert len(world.runs) == 1
    assert found[1] == []
    assert (channel, record["status"], record["statusCode"], record["invocationId"]) == (
        "a",
        "FAILURE",
        502,
        "R1",
    )


def test_a_success_goes_to_a_stream(world: World, settle: Settle, compartment: str) -> None:
    """With what the function answered."""
    stream = world.add(STREAM, compartmentId=compartment, name="records", partitions=1)
    function = world.function(compartment, successDestination={"kind": "STREAM", "streamId": stream})
    _call(world, function)
    settle()
    (message,) = Log(world.store).read(Stream(stream, "records", 1, 3600), 0, 0, 10, NOW)
    record = json.loads(message.value)

    assert (record["functionId"], record["status"], record["response"]) == (function, "SUCCESS", "done")


def test_a_success_goes_to_a_topic(world: World, settle: Settle, compartment: str) -> None:
    """And from there to whoever subscribed."""
    topic = world.add(TOPIC, compartmentId=compartment, name="records")
    listener = world.function(compartment)
    world.add(
        SUBSCRIPTION,
        compartmentId=compartment,
        topicId=topic,
        protocol="ORACLE_FUNCTIONS",
        endpoint=listener,
    )
    function = world.function(compartment, successDestination={"kind": "NOTIFICATION", "topicId": topic})
    _call(world, function)
    settle()

    assert [(run.function, run.detached) for run in world.runs] == [(function, True), (listener, False)]


def test_a_function_that_may_not_write_there(world: World, settle: Settle) -> None:
    """The call itself went well; the record is a dead end."""
    compartment = world.compartment()
    queue = world.add(QUEUE, compartmentId=compartment, displayName="q")
    function = world.function(compartment, successDestination={"kind": "QUEUE", "queueId": queue})
    world.answers = [OK]
    _call(world, function)
    settle()
    (delivery,) = world.owed("function")

    assert world.owed("detached")[0].state == "delivered"
    assert (delivery.state, _messages(world, queue)) == ("dropped", [])
    assert "does not have QUEUE_PRODUCE; missing: Allow any-user to use queue-push" in delivery.reason
    assert f"target.queue.id = '{queue}'" in delivery.reason


def _messages(world: World, queue: str) -> list[tuple[str, dict[str, Any]]]:
    record = world.store.get(queue)
    assert record is not None
    found = Messages(world.store).get(Queue.of(record), NOW + 7200)
    return [(one.channel, json.loads(one.content)) for one in found]
