"""Samples of what invokes a function beside Events: each makes a deployed source do what it does.

A sample goes the source's own way: a message is put into the stream that a connector reads, a schedule runs
once, an alarm says that it fires. What then reaches the function is what the source makes of it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Record, Store
from sandbox.delivery.alarms import fire
from sandbox.delivery.attempt import World
from sandbox.delivery.connector_sources import log_ids
from sandbox.delivery.connectors import waits
from sandbox.delivery.schedules import run
from sandbox.services.logging import entries
from sandbox.services.monitoring import ALARM
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from sandbox.services.ons.publishing import Message, publish
from sandbox.services.queue.messages import Messages, Queue
from sandbox.services.resourcescheduler import SCHEDULE
from sandbox.services.sch import CONNECTOR
from sandbox.services.sch.cursors import queue_of
from sandbox.services.streaming.log import Log, Stream
from sandbox.services.vault import SECRET, rotation

_RESULT = {"anomalies": [{"score": 0.97, "label": "pump-7 vibration"}]}
_CALM = {"anomalies": [{"score": 0.12, "label": "pump-7 temperature"}]}


@dataclass(frozen=True, kw_only=True)
class SourceSample:
    """One kind of source: how one that invokes a function is found, and what it is made to do."""

    says: str
    key: str
    """What a trigger of this project's config says for it."""
    type: str
    fits: Callable[[Record, Store], bool]
    begin: Callable[[Record, World], float]
    """Begins it, and says how many seconds it takes until it is due. Part of the transaction that is open."""


def begin(name: str, stack: str | None, world: World) -> tuple[Record, float]:
    """The source that was made to do something, and the seconds until it is due. Raises `SandboxFault`."""
    sample = SOURCE_SAMPLES[name]
    for record in world.store.list(sample.type):
        if _is_of(record, stack) and _is_on(record) and sample.fits(record, world.store):
            with world.store.transaction():
                return record, sample.begin(record, world)
    where = f"stack {stack}" if stack else str(world.deployment.folder)
    raise SandboxFault(
        f"{where}: nothing is deployed that invokes a function by {sample.key}; a trigger of this project "
        f"says it as triggers.<name>.{sample.key}"
    )


def _is_of(record: Record, stack: str | None) -> bool:
    return stack is None or record.urn.startswith(f"urn:pulumi:{stack}::")


def _is_on(record: Record) -> bool:
    """What is switched off does nothing, not even as a sample."""
    return record.outputs.get("state") != "INACTIVE" and record.outputs.get("isEnabled") is not False


# What invokes a function


def _runs_a_function(schedule: Record, _: Store) -> bool:
    return any(
        str(one.get("id")).startswith("ocid1.fnfunc.") for one in schedule.outputs.get("resources") or ()
    )


def _tells_a_function(topic: str, store: Store) -> bool:
    return any(
        one.outputs.get("topicId") == topic and one.outputs.get("protocol") == "ORACLE_FUNCTIONS"
        for one in store.list(SUBSCRIPTION)
    )


def _is_heard(alarm: Record, store: Store) -> bool:
    return any(_tells_a_function(str(one), store) for one in alarm.outputs.get("destinations") or ())


def _is_nobodys(topic: Record, store: Store) -> bool:
    """A topic with a function, which is no alarm's."""
    of_alarm = any(topic.id in (one.outputs.get("destinations") or ()) for one in store.list(ALARM))
    return not of_alarm and _tells_a_function(topic.id, store)


def _reads(kind: str) -> Callable[[Record, Store], bool]:
    def fits(connector: Record, _: Store) -> bool:
        source, target = (connector.outputs.get(each) or {} for each in ("source", "target"))
        return target.get("kind") == "functions" and source.get("kind") == kind

    return fits


def _rotates(secret: Record, _: Store) -> bool:
    target = (secret.outputs.get("rotationConfig") or {}).get("targetSystemDetails") or {}
    return target.get("targetSystemType") == "FUNCTION"


# What it is made to do


def _run_schedule(schedule: Record, world: World) -> float:
    run(schedule, world.now, world)
    return 0.0


def _fire_alarm(alarm: Record, world: World) -> float:
    fire(alarm, world)
    return 0.0


def _publish(topic: Record, world: World) -> float:
    publish(world.store, topic, Message(body=json.dumps(_RESULT), title="pump-7"), world.now)
    return 0.0


def _put_into_stream(connector: Record, world: World) -> float:
    stream = _existing(str(connector.outputs["source"].get("streamId")), world)
    messages = [{"value": base64.b64encode(json.dumps(one).encode()).decode()} for one in (_RESULT, _CALM)]
    Log(world.store).put(Stream.of(stream), messages, world.now)
    return waits(connector)


def _put_into_queue(connector: Record, world: World) -> float:
    queue = _existing(queue_of(connector.outputs["source"]), world)
    Messages(world.store).put(Queue.of(queue), [{"content": json.dumps(_RESULT)}], world.now)
    return 0.0


def _log(connector: Record, world: World) -> float:
    ids = sorted(log_ids(connector.outputs["source"], world))
    if not ids:
        raise SandboxFault(f"{connector.outputs.get('displayName')}: none of its logs is in this sandbox")
    data: dict[str, Any] = {"level": "error", "message": "pump-7 does not answer"}
    entry = entries.NewEntry(data=data, time=world.now, source="pump-7", type="com.example.pump")
    entries.record(world.store, _existing(ids[0], world), [entry], world.now)
    return waits(connector)


def _rotate(secret: Record, world: World) -> float:
    rotation.begin(world.store, secret, world.now)
    return 0.0


def _existing(id_: str, world: World) -> Record:
    found = world.store.get(id_)
    if found is None:
        raise SandboxFault(f"{id_}: is not in this sandbox, so no sample can be put there")
    return found


SOURCE_SAMPLES: Mapping[str, SourceSample] = {
    "schedule": SourceSample(
        says="a schedule runs once, now: its function is started detached",
        key="schedule",
        type=SCHEDULE,
        fits=_runs_a_function,
        begin=_run_schedule,
    ),
    "alarm": SourceSample(
        says="an alarm fires, whatever its metrics are",
        key="alarm",
        type=ALARM,
        fits=_is_heard,
        begin=_fire_alarm,
    ),
    "notification": SourceSample(
        says="an AI result is published to a topic",
        key="topic",
        type=TOPIC,
        fits=_is_nobodys,
        begin=_publish,
    ),
    "stream": SourceSample(
        says="two AI results are put into a stream: the function gets them as one batch",
        key="stream",
        type=CONNECTOR,
        fits=_reads("streaming"),
        begin=_put_into_stream,
    ),
    "queue": SourceSample(
        says="an AI result is put into a queue: the function gets it in a batch",
        key="queue",
        type=CONNECTOR,
        fits=_reads("plugin"),
        begin=_put_into_queue,
    ),
    "logs": SourceSample(
        says="an error is logged: the function gets it in a batch, if the log rule keeps it",
        key="logs",
        type=CONNECTOR,
        fits=_reads("logging"),
        begin=_log,
    ),
    "rotation": SourceSample(
        says="a secret is rotated now: the function gets the steps, one by one",
        key="secret_rotation",
        type=SECRET,
        fits=_rotates,
        begin=_rotate,
    ),
}
"""By the name that `sandbox emit --sample` knows."""


def described() -> Iterator[tuple[str, str]]:
    """Each name, and what it says."""
    return ((name, sample.says) for name, sample in SOURCE_SAMPLES.items())
