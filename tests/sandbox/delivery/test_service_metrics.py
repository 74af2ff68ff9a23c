"""What Events and Functions post of themselves, and the alarms that are about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import clock
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Record
from sandbox.delivery.sources import look_once
from sandbox.services.events import RULE
from sandbox.services.monitoring import ALARM, queries, samples, service_metrics
from sandbox.services.queue import QUEUE
from tests.sandbox.delivery.conftest import FAILED, NOW, OK, World

Settle = Callable[[], None]


@pytest.fixture
def compartment(world: World) -> str:
    """Where it all is."""
    return world.compartment()


def counted(world: World, compartment: str, namespace: str, query: str) -> list[tuple[dict[str, str], float]]:
    """What a query answers over all that was posted: the dimensions of each series and its one value."""
    found = samples.series(
        world.store,
        queries.read(query),
        namespace=namespace,
        compartment_ids=[compartment],
        start=NOW - 3600,
        end=clock.now(world.store) + 3600,
    )
    return [(dict(one.metric.dimensions), one.points[-1][1]) for one in found]


def held(world: World, id_: str) -> Record:
    """A resource of the store."""
    record = world.store.get(id_)
    assert record is not None
    return record


def test_a_rule_posts_what_it_delivers_and_what_not(world: World, settle: Settle, compartment: str) -> None:
    """One datapoint an attempt, of the rule: refused, failed, and delivered at last."""
    function = world.function(compartment)
    action = {"actions": [{"actionType": "FAAS", "isEnabled": True, "functionId": function}]}
    rule = world.add(
        RULE, compartmentId=compartment, displayName="results", isEnabled=True, condition="{}", actions=action
    )
    world.answers = [FAILED, OK]

    def owe() -> None:
        Outbox(world.store).record(
            source=("rule", rule), destination=("function", function), payload=b"{}", principal=rule, now=NOW
        )

    owe()
    settle()
    refused = counted(world, compartment, "oci_cloudevents", "DeliveryFailedEvents[1h].sum()")
    world.allow(
        f"Allow any-user to use fn-invocation in compartment id {compartment} where all "
        f"{{request.principal.type = 'eventrule', request.principal.compartment.id = '{compartment}'}}"
    )
    owe()
    settle()
    world.later(3600)
    settle()

    dimensions = {"resourceId": rule, "resourceDisplayName": "results"}
    assert refused == [(dimensions, 1.0)]
    assert counted(world, compartment, "oci_cloudevents", "DeliveryFailedEvents[24h].sum()") == [
        (dimensions, 2.0)
    ]
    assert counted(world, compartment, "oci_cloudevents", "DeliverySucceedEvents[24h].sum()") == [
        (dimensions, 1.0)
    ]


@pytest.mark.parametrize(("allowed", "response"), [(True, "Success"), (False, "Error")])
def test_the_record_of_a_detached_call_is_counted(
    world: World, settle: Settle, compartment: str, allowed: bool, response: str
) -> None:
    """Whether it came to its destination."""
    queue = world.add(QUEUE, compartmentId=compartment, displayName="records")
    function = world.function(compartment, successDestination={"kind": "QUEUE", "queueId": queue})
    if allowed:
        world.allow(f"Allow any-user to use queue-push in compartment id {compartment}")
    Outbox(world.store).record(
        source=("detached", function), destination=("function", function), payload=b"", now=NOW
    )
    settle()

    ((dimensions, value),) = counted(
        world,
        compartment,
        "oci_faas",
        "FunctionDetachedDeliveries[1h].groupBy(resourceId, responseType).sum()",
    )
    assert (dimensions, value) == ({"resourceId": function, "responseType": response}, 1.0)


@pytest.mark.parametrize(
    ("status", "response"), [(200, "Success"), (502, "Error"), (504, "Error"), (429, "Throttled")]
)
def test_a_call_is_counted(world: World, compartment: str, status: int, response: str) -> None:
    """With what came of it and how long it took, as Oracle's page names both."""
    function = world.function(compartment)
    service_metrics.function_ran(world.store, held(world, function), status, 120.0, detached=True)

    ((dimensions, value),) = counted(world, compartment, "oci_faas", "FunctionResponseCount[1h].sum()")
    ((timed, took),) = counted(world, compartment, "oci_faas", "FunctionExecutionDuration[1h].max()")
    assert (dimensions["responseType"], dimensions["resourceId"], value) == (response, function, 1.0)
    assert (timed["invokeType"], took) == ("Detached", 120.0)
    assert "responseType" not in timed
    assert counted(world, compartment, "oci_faas", "FunctionInvocationCount[1h].sum()") == [(timed, 1.0)]


def test_what_never_ran_has_no_duration(world: World, compartment: str) -> None:
    """Its image cannot be had, say."""
    service_metrics.function_ran(world.store, held(world, world.function(compartment)), 502, None)

    assert counted(world, compartment, "oci_faas", "FunctionExecutionDuration[1h].max()") == []


def _alarm(world: World, compartment: str, namespace: str, query: str) -> None:
    topic = world.topic_of_a_function(compartment)
    said: dict[str, Any] = {
        "compartmentId": compartment,
        "metricCompartmentId": compartment,
        "displayName": "errors",
        "namespace": namespace,
        "query": query,
        "severity": "ERROR",
        "destinations": [topic],
        "isEnabled": True,
    }
    world.add(ALARM, **said)
    look_once(world.store, world.folder)


@pytest.mark.parametrize(("status", "told"), [(502, ["OK_TO_FIRING"]), (200, [])])
def test_an_alarm_sees_what_functions_post(
    world: World, settle: Settle, compartment: str, status: int, told: list[str]
) -> None:
    """It fires for a function that failed, and for none that did not."""
    failing = world.function(compartment)
    query = (
        f'FunctionResponseCount[1m]{{resourceId = "{failing}", responseType = "Error"}}.grouping().sum() > 0'
    )
    _alarm(world, compartment, "oci_faas", query)

    service_metrics.function_ran(world.store, held(world, failing), status, 5.0)
    world.later(60)
    look_once(world.store, world.folder)
    settle()

    assert [json.loads(run.body)["type"] for run in world.runs] == told
