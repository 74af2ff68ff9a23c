"""A connector that hands batches to a function."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components import ConnectorTrigger
from components.connector_trigger import LogPlace, LogSource, QueueSource, StreamSource
from components.grants.targets import QueueTarget, StreamTarget
from tests.components.arguments import COMPARTMENT, TENANCY, access, arguments, refusal, statements

CONNECTOR = "oci:Sch/connector:Connector"
ELSEWHERE = "ocid1.compartment.oc1..aaaaaaaaelsewhere"
STREAM, QUEUE = "ocid1.stream.oc1.eu-frankfurt-1.a", "ocid1.queue.oc1.eu-frankfurt-1.a"
GROUP, LOG = "ocid1.loggroup.oc1.eu-frankfurt-1.a", "ocid1.log.oc1.eu-frankfurt-1.a"
SOURCES = {
    "stream": StreamSource(stream=StreamTarget(id=STREAM, endpoint="", compartment_id=COMPARTMENT)),
    "queue": QueueSource(queue=QueueTarget(id=QUEUE, endpoint="", compartment_id=COMPARTMENT)),
    "logs": LogSource(logs=[LogPlace(compartment_id=COMPARTMENT, group_id=GROUP, log_id=LOG)]),
    "filtered-logs": LogSource(
        logs=[LogPlace(compartment_id=COMPARTMENT, group_id=GROUP)], condition="data.a = 'b'"
    ),
}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
    ({"batch_size_in_kbs": 5001}, "batch_size_in_kbs: 5001 is not between 1 and 5000 KB"),
    ({"batch_size_in_num": 0}, "batch_size_in_num: 0 is not between 1 and 10000 messages"),
    ({"batch_time_in_sec": 0}, "batch_time_in_sec: 0 is not between 1 and 3600 seconds"),
    (
        {"batch_size_in_num": 1, "batch_size_in_kbs": 1},
        "batch_size_in_num: give batch_size_in_kbs or batch_size_in_num, not both",
    ),
    ({"grant": "wide"}, "grant: wide is not one of narrow, documented"),
    ({"allow_loop": ""}, "allow_loop: expected a reason of 1 to 100 printable characters"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused(changes: dict[str, Any], reason: str) -> None:
    """With the option's place and the reason."""
    assert refusal("connector", {"source": SOURCES["stream"], **changes}).startswith(reason)


def trigger(source: Any, **changes: Any) -> ConnectorTrigger:
    """A connector before a function, inside a running program."""
    return ConnectorTrigger("t", arguments("connector", target=access().identity, source=source, **changes))


def sent(world: Any) -> Any:
    """What the connector is registered with."""
    return world.one(CONNECTOR).inputs


def test_a_stream(world: Any) -> None:
    """Is read from now on, or from its oldest message."""
    world.run(lambda: trigger(SOURCES["stream"]))

    assert sent(world)["source"] == {
        "kind": "streaming",
        "streamId": STREAM,
        "cursor": {"kind": "LATEST"},
    }


def test_a_queue(world: Any) -> None:
    """Is read by the plugin, which gets its OCID as JSON."""
    world.run(lambda: trigger(SOURCES["queue"]))

    source = sent(world)["source"]
    assert (source["kind"], source["pluginName"]) == ("plugin", "QueueSource")
    assert json.loads(source["configMap"]) == {"queueId": QUEUE}


def test_logs(world: Any) -> None:
    """All of a group or one of them, with the rule that chooses entries."""
    world.run(lambda: trigger(SOURCES["filtered-logs"]))

    assert sent(world)["source"]["logSources"] == [{"compartmentId": COMPARTMENT, "logGroupId": GROUP}]
    assert sent(world)["tasks"] == [{"kind": "logRule", "condition": "data.a = 'b'"}]


def test_batches(world: Any, minted: Any) -> None:
    """By size unless a number is given, of which one is sent, never both."""
    world.run(lambda: trigger(SOURCES["stream"], batch_time_in_sec=5, enabled=False))

    assert sent(world)["target"] == {
        "kind": "functions",
        "functionId": minted("oci:Functions/function:Function", "f-function"),
        "batchSizeInKbs": 5000,
        "batchTimeInSec": 5,
    }
    assert sent(world)["state"] == "INACTIVE"


def test_the_reason_for_a_loop_is_there_to_read(world: Any) -> None:
    """Whoever finds the connector in OCI sees why its function may write what it reads."""
    world.run(lambda: trigger(SOURCES["queue"], allow_loop="a record is repaired once"))

    assert sent(world)["description"].endswith(", which may write what it reads: a record is repaired once")


def test_counted_batches(world: Any) -> None:
    """The number alone."""
    world.run(lambda: trigger(SOURCES["queue"], batch_size_in_num=1))

    assert "batchSizeInKbs" not in sent(world)["target"]
    assert sent(world)["target"]["batchSizeInNum"] == 1


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("number", [None, 3])
def test_connectors_of_different_kinds_are_different(world: Any, kind: str, number: int | None) -> None:
    """The provider keeps what is taken out of a connector: it is replaced by one of another name instead."""
    world.run(lambda: trigger(SOURCES[kind], batch_size_in_num=number))

    assert world.one(CONNECTOR).name == f"t-{kind}{'-counted' if number else ''}"


def principal(minted: Any, kind: str) -> str:
    """The connector, as the narrow form names it."""
    return f"request.principal.type = 'serviceconnector', request.principal.id = '{minted(CONNECTOR, kind)}'"


def test_the_grants_name_connector_function_and_source(world: Any, minted: Any) -> None:
    """Each statement; what logs take is nothing beside the invocation."""
    world.run(lambda: trigger(SOURCES["stream"]))

    function = minted("oci:Functions/function:Function", "f-function")
    me = principal(minted, "t-stream")
    assert statements(world) == [
        f"Allow any-user to use fn-invocation in compartment id {COMPARTMENT} where all "
        f"{{{me}, target.function.id = '{function}'}}",
        f"Allow any-user to use streams in compartment id {COMPARTMENT} where all {{{me}, target.stream.id = "
        f"'{STREAM}', any {{request.permission = 'STREAM_READ', request.permission = 'STREAM_CONSUME'}}}}",
    ]


def test_a_queue_is_read_by_a_statement(world: Any, minted: Any) -> None:
    """Which names it."""
    world.run(lambda: trigger(SOURCES["queue"]))

    assert (
        f"Allow any-user to use queues in compartment id {COMPARTMENT} where all "
        f"{{{principal(minted, 't-queue')}, target.queue.id = '{QUEUE}', any {{request.permission = "
        "'QUEUE_READ', request.permission = 'QUEUE_CONSUME'}}"
    ) in statements(world)


def test_logs_take_the_invocation_only(world: Any) -> None:
    """No page lists anything for reading them."""
    world.run(lambda: trigger(SOURCES["logs"]))

    (statement,) = statements(world)
    assert "to use fn-invocation in" in statement


def test_the_documented_form(world: Any, minted: Any) -> None:
    """Names the compartment instead of the connector, and the function in two statements."""
    world.run(lambda: trigger(SOURCES["logs"], grant="documented"))

    function = minted("oci:Functions/function:Function", "f-function")
    where = (
        f"in compartment id {COMPARTMENT} where all {{request.principal.type = 'serviceconnector', "
        f"request.principal.compartment.id = '{COMPARTMENT}', target.function.id = '{function}'}}"
    )
    assert statements(world) == [
        f"Allow any-user to use fn-invocation {where}",
        f"Allow any-user to use fn-function {where}",
    ]


def test_a_source_elsewhere_gets_a_policy_there(world: Any) -> None:
    """A statement is attached to the compartment it is about."""
    there = StreamTarget(id=STREAM, endpoint="", compartment_id=ELSEWHERE)
    world.run(lambda: trigger(StreamSource(stream=there)))

    policies = {each.inputs["compartmentId"]: each.inputs for each in world.all("oci:Identity/policy:Policy")}
    assert [policies[where]["name"] for where in (COMPARTMENT, ELSEWHERE)] == [
        "apps-feed-connector",
        "apps-feed-connector-aaaelsewhere",
    ]
    assert ["to use streams" in text for text in policies[ELSEWHERE]["statements"]] == [True]
