"""Samples of `emit` that a deployed source makes: what the function gets, and where there is no source."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import clock
from sandbox.cloud.errors import SandboxFault
from sandbox.delivery.attempt import World as Asked
from sandbox.delivery.attempt import nothing_runs
from sandbox.delivery.source_samples import SOURCE_SAMPLES, begin, described
from sandbox.delivery.sources import look_once
from sandbox.events.snapshot import Deployed
from sandbox.services.kms import KEY, VAULT
from sandbox.services.logging import LOG, LOG_GROUP
from sandbox.services.monitoring import ALARM
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from sandbox.services.queue import QUEUE
from sandbox.services.resourcescheduler import SCHEDULE
from sandbox.services.sch import CONNECTOR
from sandbox.services.streaming import STREAM
from sandbox.services.vault import SECRET
from tests.sandbox.delivery.conftest import World

Settle = Callable[[], None]
Made = Callable[[World, str, str], str]


def _schedule(world: World, here: str, function: str) -> str:
    return world.add(
        SCHEDULE,
        compartmentId=here,
        displayName="nightly",
        action="START_RESOURCE",
        recurrenceType="CRON",
        recurrenceDetails="0 2 * * *",
        resources=[{"id": function, "parameters": [{"parameterType": "BODY", "value": '{"a": 1}'}]}],
    )


def _topic(world: World, here: str, function: str, name: str = "news") -> str:
    topic = world.add(TOPIC, compartmentId=here, name=name)
    world.add(SUBSCRIPTION, compartmentId=here, topicId=topic, protocol="ORACLE_FUNCTIONS", endpoint=function)
    return topic


def _alarm(world: World, here: str, function: str) -> str:
    return world.add(
        ALARM,
        compartmentId=here,
        metricCompartmentId=here,
        displayName="hot",
        namespace="pumps",
        query="Heat[1m].max() > 80",
        severity="CRITICAL",
        isEnabled=True,
        body="Look.",
        destinations=[_topic(world, here, function, "hot")],
    )


def _connector(world: World, here: str, function: str, source: dict[str, Any]) -> str:
    target = {"kind": "functions", "functionId": function, "batchTimeInSec": 60}
    return world.add(CONNECTOR, compartmentId=here, displayName="hub", source=source, target=target)


def _stream(world: World, here: str, function: str) -> str:
    stream = world.add(STREAM, compartmentId=here, name="feed", partitions=1)
    return _connector(world, here, function, {"kind": "streaming", "streamId": stream})


def _queue(world: World, here: str, function: str) -> str:
    queue = world.add(QUEUE, compartmentId=here, displayName="jobs")
    config = json.dumps({"queueId": queue})
    return _connector(
        world, here, function, {"kind": "plugin", "pluginName": "QueueSource", "configMap": config}
    )


def _logs(world: World, here: str, function: str) -> str:
    group = world.add(LOG_GROUP, compartmentId=here, displayName="pumps")
    world.add(LOG, logGroupId=group, compartmentId=here, displayName="pumps", logType="CUSTOM")
    return _connector(world, here, function, {"kind": "logging", "logSources": [{"logGroupId": group}]})


def _secret(world: World, here: str, function: str) -> str:
    vault = world.add(VAULT, compartmentId=here, displayName="v", vaultType="DEFAULT")
    key = world.add(
        KEY,
        compartmentId=here,
        displayName="k",
        keyShape={"algorithm": "AES", "length": 32},
        managementEndpoint="https://x-management.kms.us-ashburn-1.oraclecloud.com",
    )
    return world.add(
        SECRET,
        compartmentId=here,
        vaultId=vault,
        keyId=key,
        secretName="password",
        enableAutoGeneration=True,
        secretGenerationContext={"generationType": "PASSPHRASE", "passphraseLength": 20},
        rotationConfig={
            "isScheduledRotationEnabled": True,
            "rotationInterval": "P30D",
            "targetSystemDetails": {"targetSystemType": "FUNCTION", "functionId": function},
        },
    )


# How each sample's source is made, and what its function gets.
SOURCES: dict[str, tuple[Made, str]] = {
    "schedule": (_schedule, '{"a": 1}'),
    "alarm": (_alarm, '"type": "OK_TO_FIRING"'),
    "notification": (_topic, '"score": 0.97'),
    "stream": (_stream, '"stream": "feed"'),
    "queue": (_queue, '"deliveryCount": 1'),
    "logs": (_logs, '"level": "error"'),
    "rotation": (_secret, '"step": "VERIFY_CONNECTION"'),
}


@pytest.fixture
def here(world: World) -> str:
    """A compartment in which everybody may do what it takes."""
    made = world.compartment()
    for grant in ("use fn-invocation", "use streams", "use queues"):
        world.allow(f"Allow any-user to {grant} in compartment id {made}")
    return made


def send(world: World, name: str, stack: str | None = None) -> float:
    """Begin a sample, as the command does; the seconds until it is due."""
    asked = Asked(
        world.store, Deployed(world.store, world.folder).now(), nothing_runs, clock.now(world.store)
    )
    _, seconds = begin(name, stack, asked)
    return seconds


def test_each_sample_is_tried_here() -> None:
    """None is left out, and each says what it is."""
    assert set(SOURCES) == set(SOURCE_SAMPLES) == dict(described()).keys()
    assert all(dict(described()).values())


@pytest.mark.parametrize("name", SOURCES)
def test_a_sample_goes_its_own_way(world: World, here: str, settle: Settle, name: str) -> None:
    """What reaches the function is what the source makes of it, once the time that it takes is over."""
    make, text = SOURCES[name]
    make(world, here, world.function(here))

    world.later(send(world, name))
    look_once(world.store, world.folder)
    settle()

    assert text in world.runs[0].body.decode()


@pytest.mark.parametrize("name", SOURCES)
def test_nothing_that_fits(world: World, name: str) -> None:
    """One line that names the key of the config."""
    with pytest.raises(
        SandboxFault, match=rf"nothing is deployed .* triggers\.<name>\.{SOURCE_SAMPLES[name].key}$"
    ):
        send(world, name)


@pytest.mark.parametrize("name", ["schedule", "alarm", "stream"])
def test_what_is_off_is_left_alone(world: World, here: str, name: str) -> None:
    """It invokes nothing, so a sample would show what never happens."""
    id_ = SOURCES[name][0](world, here, world.function(here))
    record = world.store.get(id_)
    assert record is not None
    world.store.update(id_, record.inputs, {**record.outputs, "state": "INACTIVE", "isEnabled": False})

    with pytest.raises(SandboxFault, match="nothing is deployed"):
        send(world, name)


def test_another_stack_is_left_alone(world: World, here: str) -> None:
    """Only what the stack deployed is looked at."""
    _schedule(world, here, world.function(here))

    with pytest.raises(SandboxFault, match=r"^stack qa: nothing is deployed"):
        send(world, "schedule", "qa")


def test_a_source_without_a_function(world: World, here: str) -> None:
    """An alarm's topic that people read, and a topic that is an alarm's, are no samples."""
    topic = world.add(TOPIC, compartmentId=here, name="people")
    world.add(SUBSCRIPTION, compartmentId=here, topicId=topic, protocol="EMAIL", endpoint="a@example.com")
    _alarm(world, here, world.function(here))

    with pytest.raises(SandboxFault, match="nothing is deployed"):
        send(world, "notification")


def test_logs_that_are_not_here(world: World, here: str) -> None:
    """A log of a tenancy cannot be written to."""
    source = {"kind": "logging", "logSources": [{"logGroupId": "ocid1.loggroup.oc1.iad.theirs"}]}
    _connector(world, here, world.function(here), source)

    with pytest.raises(SandboxFault, match="hub: none of its logs is in this sandbox"):
        send(world, "logs")
