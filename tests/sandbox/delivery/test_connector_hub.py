"""Connector Hub: batches from each source, through tasks, to each target."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.api.platform import FunctionAnswer
from sandbox.cloud import clock
from sandbox.delivery.sources import look_once
from sandbox.services.logging import LOG, LOG_GROUP, entries
from sandbox.services.monitoring import samples
from sandbox.services.monitoring.queries import Sample
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from sandbox.services.queue import QUEUE
from sandbox.services.queue.messages import Messages, Queue
from sandbox.services.sch import CONNECTOR
from sandbox.services.streaming import STREAM
from sandbox.services.streaming.log import Log, Stream
from tests.sandbox.delivery.conftest import FAILED, NOW, OK, World

Settle = Callable[[], None]
Config = dict[str, Any]


@pytest.fixture
def compartment(world: World) -> str:
    """Where everything is, and connectors may do everything that their sources and targets take."""
    made = world.compartment()
    for grant in (
        "use fn-invocation",
        "use stream-pull",
        "use stream-push",
        "use queue-pull",
        "read metrics",
        "use ons-topics",
        "manage objects",
    ):
        world.allow(
            f"Allow any-user to {grant} in compartment id {made} where all {{"
            f"request.principal.type = 'serviceconnector', request.principal.compartment.id = '{made}'}}"
        )
    return made


def _connector(
    world: World, compartment: str, source: dict[str, Any], target: dict[str, Any], **more: Any
) -> str:
    return world.add(
        CONNECTOR, compartmentId=compartment, displayName="hub", source=source, target=target, **more
    )


def _stream(world: World, compartment: str) -> str:
    return world.add(STREAM, compartmentId=compartment, name="events", partitions=1)


def _put(world: World, stream: str, *texts: str) -> None:
    values = [{"value": base64.b64encode(text.encode()).decode()} for text in texts]
    Log(world.store).put(Stream(stream, "events", 1, 86400), values, clock.now(world.store))


def _to_function(world: World, compartment: str, **more: Any) -> dict[str, Any]:
    return {"kind": "functions", "functionId": world.function(compartment), **more}


def _bodies(world: World) -> list[Any]:
    return [json.loads(run.body) for run in world.runs]


def _texts(batch: list[dict[str, Any]]) -> list[str]:
    return [base64.b64decode(one["value"]).decode() for one in batch]


def _deliver(world: World, settle: Settle, seconds: float = 0.0) -> None:
    """Put the clock forward, and do what is due until nothing is."""
    if seconds:
        world.later(seconds)
    for _ in range(5):
        look_once(world.store, world.folder)
        settle()


def test_a_stream_reaches_a_function_when_its_batch_has_waited(
    world: World, settle: Settle, compartment: str
) -> None:
    """Always an array, also of one; from the connector's creation on."""
    stream = _stream(world, compartment)
    _put(world, stream, "before")
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "LATEST"}}
    _connector(world, compartment, source, _to_function(world, compartment, batchTimeInSec=60))
    _put(world, stream, "one", "two")
    _deliver(world, settle, 59)
    early = len(world.runs)
    _deliver(world, settle, 1)
    _deliver(world, settle, 120)
    ((first, second),) = _bodies(world)

    assert early == 0
    assert first == {
        "stream": "events",
        "partition": "0",
        "key": None,
        "value": base64.b64encode(b"one").decode(),
        "offset": 1,
        "timestamp": int(NOW * 1000),
    }
    assert second["offset"] == 2


def test_a_batch_that_is_full_does_not_wait(world: World, settle: Settle, compartment: str) -> None:
    """By number; what is left over waits for its own time."""
    stream = _stream(world, compartment)
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "TRIM_HORIZON"}}
    target = _to_function(world, compartment, batchSizeInNum=2, batchTimeInSec=60)
    _put(world, stream, "a", "b", "c", "d", "e")
    _connector(world, compartment, source, target)
    _deliver(world, settle)
    full = [_texts(body) for body in _bodies(world)]
    _deliver(world, settle, 60)

    assert full == [["a", "b"], ["c", "d"]]
    assert _texts(_bodies(world)[2]) == ["e"]


def test_a_batch_is_full_by_size_as_well(world: World, settle: Settle, compartment: str) -> None:
    """In kilobytes of what the function gets."""
    stream = _stream(world, compartment)
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "TRIM_HORIZON"}}
    _put(world, stream, "x" * 600, "y" * 600, "z" * 300)
    _connector(world, compartment, source, _to_function(world, compartment, batchSizeInKbs=1))
    _deliver(world, settle)

    assert [_texts(body)[0][0] for body in _bodies(world)] == ["x", "y"]
    assert all(len(run.body) <= 1024 for run in world.runs)


def test_the_next_batch_waits_for_the_one_before(world: World, settle: Settle, compartment: str) -> None:
    """What failed is tried again first; nothing overtakes it."""
    stream = _stream(world, compartment)
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "TRIM_HORIZON"}}
    target = _to_function(world, compartment, batchSizeInNum=1)
    _put(world, stream, "a", "b")
    _connector(world, compartment, source, target)
    world.answers = [FAILED]
    _deliver(world, settle)
    failed = [_texts(body) for body in _bodies(world)]
    world.answers = [OK]
    _deliver(world, settle, 60)

    assert failed == [["a"], ["a"]]
    assert [_texts(body) for body in _bodies(world)[2:]] == [["a"], ["b"]]


def test_logs_pass_the_rule_of_the_connector(world: World, settle: Settle, compartment: str) -> None:
    """Only what the condition takes goes on; entries of other logs do not."""
    group = world.add(LOG_GROUP, compartmentId=compartment, displayName="group")
    log, other = (
        world.add(LOG, logGroupId=group, displayName=name, logType="CUSTOM", compartmentId=compartment)
        for name in ("mine", "other")
    )
    source = {
        "kind": "logging",
        "logSources": [{"compartmentId": compartment, "logGroupId": group, "logId": log}],
    }
    task = {"kind": "logRule", "condition": "data.level = 'ERROR'"}
    _connector(world, compartment, source, _to_function(world, compartment), tasks=[task])
    for id, level in ((log, "INFO"), (log, "ERROR"), (other, "ERROR")):
        record = world.store.get(id)
        assert record is not None
        data = {"level": level, "message": "m"}
        new = entries.NewEntry(data=data, time=NOW, source="test", type="t")
        entries.record(world.store, record, [new], NOW)
    _deliver(world, settle, 60)
    (body,) = _bodies(world)

    assert [(one["data"]["level"], one["oracle"]["logid"]) for one in body] == [("ERROR", log)]


def test_metrics(world: World, settle: Settle, compartment: str) -> None:
    """Of the namespaces that the connector names."""
    namespaces = {"kind": "selected", "namespaces": [{"namespace": "pumps"}]}
    source = {
        "kind": "monitoring",
        "monitoringSources": [{"compartmentId": compartment, "namespaceDetails": namespaces}],
    }
    _connector(world, compartment, source, _to_function(world, compartment))
    for namespace in ("pumps", "fans"):
        metric = samples.Metric(
            compartment_id=compartment, namespace=namespace, name="heat", dimensions={"pump": "7"}
        )
        samples.record(world.store, [(metric, [Sample(NOW, 80.5, 1)])])
    _deliver(world, settle, 60)
    ((body,),) = _bodies(world)

    assert (body["namespace"], body["name"], body["dimensions"]) == ("pumps", "heat", {"pump": "7"})
    assert body["datapoints"] == [{"timestamp": int(NOW * 1000), "value": 80.5, "count": 1}]


@pytest.mark.parametrize("as_text", [True, False])
def test_a_queue_is_emptied(world: World, settle: Settle, compartment: str, *, as_text: bool) -> None:
    """What the connector has taken nobody else gets, and it is there once."""
    queue = world.add(QUEUE, compartmentId=compartment, displayName="jobs")
    config: Any = {"queueId": queue}
    source = {
        "kind": "plugin",
        "pluginName": "QueueSource",
        "configMap": json.dumps(config) if as_text else config,
    }
    _connector(world, compartment, source, _to_function(world, compartment))
    record = world.store.get(queue)
    assert record is not None
    Messages(world.store).put(Queue.of(record), [{"content": "one"}, {"content": "two"}], NOW)
    _deliver(world, settle)
    world.later(600)
    left = Messages(world.store).get(Queue.of(record), clock.now(world.store))

    assert [[one["content"] for one in body] for body in _bodies(world)] == [["one", "two"]]
    assert left == []


def test_a_task_changes_what_goes_on(world: World, settle: Settle, compartment: str) -> None:
    """Its function gets the batch and answers the items that the target gets."""
    source, target = (
        _stream(world, compartment),
        world.add(STREAM, compartmentId=compartment, name="made", partitions=1),
    )
    task = {"kind": "function", "functionId": world.function(compartment), "batchTimeInSec": 60}
    _connector(
        world,
        compartment,
        {"kind": "streaming", "streamId": source, "cursor": {"kind": "TRIM_HORIZON"}},
        {"kind": "streaming", "streamId": target},
        tasks=[task],
    )
    world.answers = [FunctionAnswer(200, b'[{"made": 1}, {"made": 2}]')]
    _put(world, source, "a")
    _deliver(world, settle, 60)
    found = Log(world.store).read(Stream(target, "events", 1, 86400), 0, 0, 10, clock.now(world.store))

    assert [json.loads(one.value) for one in found] == [{"made": 1}, {"made": 2}]


def test_a_task_that_answers_no_array_fails(world: World, settle: Settle, compartment: str) -> None:
    """And the target gets nothing of it."""
    stream = _stream(world, compartment)
    task = {"kind": "function", "functionId": world.function(compartment), "batchTimeInSec": 60}
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "TRIM_HORIZON"}}
    _connector(world, compartment, source, _to_function(world, compartment), tasks=[task])
    _put(world, stream, "a")
    _deliver(world, settle, 60)
    (delivery,) = world.owed("connector")

    assert (delivery.destination_kind, delivery.state) == ("task", "waiting")
    assert delivery.reason == "the task's function did not answer a JSON array"


def test_a_topic_as_target(world: World, settle: Settle, compartment: str) -> None:
    """Its subscribers get the array."""
    stream = _stream(world, compartment)
    topic = world.topic_of_a_function(compartment)
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "TRIM_HORIZON"}}
    _connector(world, compartment, source, {"kind": "notifications", "topicId": topic})
    _put(world, stream, "a")
    _deliver(world, settle)

    assert [_texts(body) for body in _bodies(world)] == [["a"]]


def test_a_bucket_as_target(world: World, settle: Settle, compartment: str) -> None:
    """One object a batch, a line an item."""
    stream = _stream(world, compartment)
    world.add(BUCKET, compartmentId=compartment, name="archive", namespace="ns")
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "TRIM_HORIZON"}}
    target = {
        "kind": "objectStorage",
        "namespace": "ns",
        "bucket": "archive",
        "objectNamePrefix": "raw",
        "batchRolloverTimeInMs": 60_000,
    }
    connector = _connector(world, compartment, source, target)
    _put(world, stream, "a", "b")
    _deliver(world, settle, 60)
    objects = Objects(world.store)
    (kept,) = objects.list(bucket_id("ns", "archive")).objects
    opened = objects.open(bucket_id("ns", "archive"), kept.name)
    assert opened is not None
    with opened[1] as file:
        lines = gzip.decompress(file.read()).decode().splitlines()

    assert kept.name.startswith(f"raw/{connector}/")
    assert _texts([json.loads(line) for line in lines]) == ["a", "b"]


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ({"kind": "plugin", "pluginName": "Kafka"}, {"kind": "loggingAnalytics"}, "does not read from Kafka"),
        ({"kind": "logging", "logSources": []}, {"kind": "monitoring"}, "makes no metrics"),
        (
            {"kind": "streaming", "streamId": "ocid1.stream.oc1.iad.a"},
            {"kind": "loggingAnalytics"},
            "no such stream",
        ),
    ],
)
def test_what_is_not_there_is_said_once(
    world: World,
    settle: Settle,
    compartment: str,
    source: dict[str, Any],
    target: dict[str, Any],
    reason: str,
) -> None:
    """As a dead end, and not anew every second."""
    _connector(world, compartment, source, target)
    _deliver(world, settle)
    _deliver(world, settle, 60)
    (delivery,) = world.owed("connector")

    assert delivery.state == "dropped"
    assert delivery.reason.startswith("not delivered: ")
    assert reason in delivery.reason


def test_logging_analytics_gets_a_file(world: World, settle: Settle, compartment: str) -> None:
    """There is no such service here."""
    stream = _stream(world, compartment)
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "TRIM_HORIZON"}}
    _connector(
        world, compartment, source, {"kind": "loggingAnalytics", "logGroupId": "ocid1.loggroup.oc1.iad.a"}
    )
    _put(world, stream, "a")
    _deliver(world, settle)
    (path,) = (world.folder / "outbox" / "logginganalytics").iterdir()

    assert _texts(json.loads(json.loads(path.read_text())["body"])) == ["a"]


def test_without_a_grant_nothing_is_read_or_lost(world: World, settle: Settle) -> None:
    """It says so, and goes on where it stopped once it may."""
    compartment = world.compartment()
    stream = _stream(world, compartment)
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "LATEST"}}
    _connector(world, compartment, source, _to_function(world, compartment))
    _put(world, stream, "a")
    _deliver(world, settle, 60)
    refused = [one.reason for one in world.owed("connector")]
    for grant in ("use stream-pull", "use fn-invocation"):
        world.allow(
            f"Allow any-user to {grant} in compartment id {compartment} where "
            "request.principal.type = 'serviceconnector'"
        )
    _deliver(world, settle)

    assert len(refused) == 1
    assert refused[0].startswith(
        "it reads nothing; denied: serviceconnector hub does not have STREAM_CONSUME"
    )
    assert [_texts(body) for body in _bodies(world)] == [["a"]]


def test_a_target_without_a_grant_loses_nothing(world: World, settle: Settle) -> None:
    """The batch waits for the statement, as the connector itself does."""
    compartment = world.compartment()
    stream = _stream(world, compartment)
    where = f"in compartment id {compartment} where request.principal.type = 'serviceconnector'"
    world.allow(f"Allow any-user to use stream-pull {where}")
    source = {"kind": "streaming", "streamId": stream, "cursor": {"kind": "LATEST"}}
    _connector(world, compartment, source, _to_function(world, compartment))
    _put(world, stream, "a")
    _deliver(world, settle, 60)
    (delivery,) = world.owed("connector")
    world.allow(f"Allow any-user to use fn-invocation {where}")
    _deliver(world, settle, 60)

    assert (delivery.state, delivery.reason[:40]) == ("waiting", "denied: serviceconnector hub does not ha")
    assert [_texts(body) for body in _bodies(world)] == [["a"]]
