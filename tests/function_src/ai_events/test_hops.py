"""A chain of events through handlers is counted, and ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ai_events.effects import carry_out
from ai_events.hops import Trail, of_message, of_object
from ai_events.objects import StorageReader
from ai_events.processing import Answer, process
from tests.function_src.ai_events.conftest import TOPIC, FakeCloud, Opener

EVERYTHING = {
    "CONNECTION_INCIDENTS_BUCKET": "b",
    "CONNECTION_INCIDENTS_NAMESPACE": "ns",
    "CONNECTION_ALERTS_TOPIC_ID": TOPIC,
    "MAX_HOPS": "3",
}


def invoke(opened: Opener, body: Any, **config: str) -> Answer:
    """One invocation that reads and writes the same small cloud."""
    said = EVERYTHING | config
    text = json.dumps(body).encode()
    answer = process(text, said, lambda _: StorageReader(opened()))
    return carry_out(answer, text, "call", said, opened)


def reason(answer: Answer) -> dict[str, Any]:
    """Why it was not processed."""
    found = answer.body["reason"]
    assert isinstance(found, dict)
    return found


def about(name: str, number: int, bucket: str = "in") -> dict[str, Any]:
    """An event about an object."""
    return {
        "eventType": "com.oraclecloud.objectstorage.createobject",
        "eventID": f"e-{number}",
        "data": {"resourceName": name, "additionalDetails": {"bucketName": bucket, "namespace": "ns"}},
    }


def put(cloud: FakeCloud, name: str, **metadata: str) -> None:
    """A result, with these metadata."""
    cloud.objects[name], cloud.written_at[name] = b'{"score": 0.95}', 0.0
    cloud.headers[name] = {f"opc-meta-{key}": value for key, value in metadata.items()}


def marks(cloud: FakeCloud, start: str) -> set[tuple[str, str]]:
    """Hops and origin of every object whose name begins so."""
    return {
        (headers["opc-meta-hops"], headers["opc-meta-origin"])
        for name, headers in cloud.headers.items()
        if name.startswith(start)
    }


def test_what_is_written_and_told_is_marked(cloud: FakeCloud, opened: Opener) -> None:
    """Incident, claims and notification say that one handler was there, and where it began."""
    put(cloud, "a.json")

    answer = invoke(opened, about("a.json", 1))

    assert answer.body["status"] == "processed"
    assert marks(cloud, "incidents/") == marks(cloud, "alerts/") == {("1", "e-1")}
    told = json.loads(cloud.published[0]["body"])
    assert (told["hops"], told["origin"]) == (1, "e-1")


def test_the_count_goes_on(cloud: FakeCloud, opened: Opener) -> None:
    """An object that a handler wrote hands on its count and its origin."""
    put(cloud, "a.json", hops="2", origin="first")

    assert invoke(opened, about("a.json", 2)).body["status"] == "processed"
    assert marks(cloud, "incidents/") == {("3", "first")}


def test_at_the_limit_it_is_quarantined(cloud: FakeCloud, opened: Opener) -> None:
    """The event is kept for somebody to see, and nothing else comes of it."""
    put(cloud, "a.json", hops="3", origin="first")

    answer = invoke(opened, about("a.json", 3))

    assert (answer.body["status"], reason(answer)["code"]) == ("refused", "too-many-hops")
    assert json.loads(cloud.objects["quarantine/e-3"]) == about("a.json", 3)
    assert marks(cloud, "quarantine/") == {("4", "first")}
    assert cloud.by_folder() == {"a.json": 1, "quarantine": 1}
    assert cloud.published == []


def test_behind_the_limit_nothing_is_written(cloud: FakeCloud, opened: Opener) -> None:
    """What a refusal wrote must not lead to the next refusal."""
    put(cloud, "a.json", hops="4", origin="first")

    assert invoke(opened, about("a.json", 4)).body["status"] == "ignored"
    assert cloud.by_folder() == {"a.json": 1}


def test_a_loop_ends(cloud: FakeCloud, opened: Opener) -> None:
    """Two functions, each of which watches where the other writes, each a bucket of its own: after the limit
    neither is invoked any more."""
    put(cloud, "a.json")
    todo, invoked = ["a.json"], 0
    while todo and invoked < 100:
        name = todo.pop(0)
        before = set(cloud.objects)
        # What the other wrote is graded here whatever it holds, as a function of somebody's own would.
        cloud.objects[name] = b'{"score": 0.95}'
        place = {"CONNECTION_INCIDENTS_PREFIX": f"{invoked}-"}
        invoke(opened, about(name, invoked), **place)
        invoked += 1
        todo += sorted(set(cloud.objects) - before)

    assert todo == []
    assert 3 < invoked < 100


def test_a_notification_of_a_handler_goes_on_counting(cloud: FakeCloud, opened: Opener) -> None:
    """A function that a topic invokes with what another told."""
    message = {"score": 0.95, "hops": 3, "origin": "first"}

    assert reason(invoke(opened, message))["code"] == "too-many-hops"
    assert invoke(opened, message | {"hops": 2}).body["status"] == "processed"
    assert marks(cloud, "incidents/") == {("3", "first")}


@pytest.mark.parametrize("limit", ["0", "101", "many", "-1"])
def test_a_limit_that_is_none_is_said(cloud: FakeCloud, opened: Opener, limit: str) -> None:
    """A wrong value fails every invocation with a reason that names the variable."""
    answer = invoke(opened, {"score": 0.1}, MAX_HOPS=limit)

    assert str(reason(answer)["message"]).startswith("MAX_HOPS: expected a number of handlers from 1 to 100")


@pytest.mark.parametrize("hops", ["", "x", "-1", "1.5", "½", "9999999"])
def test_metadata_of_somebody_else_begins_anew(hops: str) -> None:
    """A name that others use too, with what is no count."""
    assert of_object({"opc-meta-hops": hops, "opc-meta-origin": "a"}) == Trail()


@pytest.mark.parametrize("hops", [None, True, -1, 1.5, "1", [1]])
def test_a_message_of_somebody_else_begins_anew(hops: Any) -> None:
    """A result may have a member of that name."""
    assert of_message({"hops": hops, "origin": "a"}) == of_message([]) == Trail()
