"""What each kind of answer leads to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ai_events.effects import carry_out
from ai_events.incidents import name_of_body
from ai_events.processing import Answer, process
from tests.function_src.ai_events.conftest import TOPIC, FakeCloud, Opener

BUCKET = {"CONNECTION_INCIDENTS_BUCKET": "b", "CONNECTION_INCIDENTS_NAMESPACE": "ns"}
ALL = BUCKET | {"CONNECTION_ALERTS_TOPIC_ID": TOPIC}
CANARY = "s3cr3tcanary"


def event(kind: str = "aiservice.anomaliesdetected", score: float = 0.95, **more: Any) -> bytes:
    """An event with its result inside."""
    data = {
        "resourceName": "pumps",
        "additionalDetails": {"score": score, "label": CANARY},
        "freeformTags": {"a": CANARY},
    }
    whole = {"eventType": f"com.oraclecloud.{kind}", "eventID": "e/1", "data": data} | more
    return json.dumps(whole).encode()


def invoke(body: bytes, config: dict[str, str], opened: Any) -> Answer:
    """One invocation."""
    graded = process(body, config, lambda _: pytest.fail("an object was read"))
    return carry_out(graded, body, "call-1", config, opened)


def test_nothing_is_done_that_is_not_configured(cloud: FakeCloud) -> None:
    """The answer is that of before; not even an identity is needed."""

    def fail(*_: object) -> Any:
        pytest.fail("a service was asked for")

    answer = invoke(event(), {}, fail)

    assert answer == process(event(), {}, fail)
    assert "effects" not in answer.body


def test_an_event_leaves_one_incident_and_one_alert(cloud: FakeCloud, opened: Opener) -> None:
    """Both carry the event's id; content of the result stays in the bucket."""
    first, second = (invoke(event(), ALL, opened).body["effects"] for _ in range(2))
    incident = json.loads(cloud.objects["incidents/e%2F1.json"])
    (message,) = cloud.published
    told = json.loads(message["body"])

    assert first == {"incident": "incidents/e%2F1.json", "isNew": True, "alert": "published"}
    assert second == {"incident": "incidents/e%2F1.json", "isNew": False, "alert": "already-published"}
    assert (incident["id"], incident["result"]["severity"]) == ("e/1", "critical")
    assert incident["result"]["top"] == [{"score": 0.95, "label": CANARY}]
    assert (told["id"], told["severity"], told["incident"]) == ("e/1", "critical", "incidents/e%2F1.json")
    assert message["title"] == "critical: pumps"
    assert CANARY not in json.dumps(message)
    assert cloud.by_folder() == {"incidents": 1, "alerts": 2}


@pytest.mark.parametrize(
    ("severity", "score", "alerts"),
    [
        ("", 0.69, 0),
        ("", 0.7, 1),
        ("critical", 0.89, 0),
        ("Critical", 0.9, 1),
        ("info", 0.0, 1),
        ("warning", 0.95, 1),
    ],
)
def test_the_severity_decides_who_is_told(
    cloud: FakeCloud, opened: Opener, severity: str, score: float, alerts: int
) -> None:
    """The incident is written in every case."""
    invoke(event(score=score), ALL | {"ALERT_SEVERITY": severity}, opened)

    assert (cloud.by_folder()["incidents"], len(cloud.published)) == (1, alerts)


def test_a_bucket_without_a_topic(cloud: FakeCloud, opened: Opener) -> None:
    """Incidents alone."""
    answer = invoke(event(), BUCKET, opened)

    assert answer.body["effects"] == {"incident": "incidents/e%2F1.json", "isNew": True}
    assert cloud.published == []


def test_a_topic_without_a_bucket(cloud: FakeCloud, opened: Opener) -> None:
    """Each delivery is told, since nothing says that one was before; nothing is kept."""
    config = {"CONNECTION_ALERTS_TOPIC_ID": TOPIC}
    answers = [invoke(body, config, opened) for body in (event(), event(), event(score=0.1), b"<html>")]

    assert [answer.body.get("effects") for answer in answers] == [{"alert": "published"}] * 2 + [None] * 2
    assert [json.loads(message["body"])["id"] for message in cloud.published] == ["e/1", "e/1"]
    assert cloud.objects == {}


def test_an_event_with_nothing_to_grade_leaves_nothing(cloud: FakeCloud, opened: Opener) -> None:
    """It is acknowledged as before."""
    answer = invoke(event("objectstorage.createbucket"), ALL, opened)

    assert answer.body["status"] == "ignored"
    assert cloud.calls == []


def test_the_functions_own_objects_lead_to_nothing(cloud: FakeCloud, opened: Opener) -> None:
    """A rule that watches the bucket would else make it write for ever."""
    data = {"resourceName": "incidents/e.json", "additionalDetails": {"bucketName": "b", "namespace": "ns"}}
    answer = invoke(event("objectstorage.createobject", data=data), ALL, opened)

    assert answer.body["status"] == "ignored"
    assert cloud.calls == []


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        (event("computeapi.launchinstance"), "quarantine/e%2F1", "unknown-event-type"),
        (b"<html>", f"quarantine/{name_of_body(b'<html>')}", "not-json"),
        (b"", f"quarantine/{name_of_body(b'')}", "empty-body"),
    ],
)
def test_what_is_refused_is_kept_as_it_came(
    cloud: FakeCloud, opened: Opener, body: bytes, name: str, reason: str
) -> None:
    """Once, with the reason beside it; the answer is still the refusal."""
    first, second = (invoke(body, ALL, opened) for _ in range(2))

    assert (first.body["status"], first.body["reason"]["code"]) == ("refused", reason)  # type: ignore[index,call-overload]
    assert first.body["effects"] == {"quarantine": name, "isNew": True}
    assert second.body["effects"] == {"quarantine": name, "isNew": False}
    assert cloud.objects == {name: body}
    assert cloud.headers[name]["opc-meta-reason"] == reason


def test_a_result_sent_directly_is_told_by_its_call(cloud: FakeCloud, opened: Opener) -> None:
    """It has no id: two equal ones may be two findings."""
    body = b'{"score": 0.95}'
    graded = process(body, ALL, lambda _: pytest.fail("an object was read"))
    for call_id in ("1", "2", "2", "", ""):
        carry_out(graded, body, call_id, ALL, opened)

    assert cloud.by_folder()["incidents"] == len(cloud.published) == 4
    assert "incidents/call%3A1.json" in cloud.objects


@pytest.mark.parametrize("body", [event(), b"<html>"])
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ([(404, "BucketNotFound")] * 9, "not-permitted"),
        ([(401, "NotAuthenticated")] * 9, "not-authenticated"),
        ([(503, "Busy")] * 9, "storage-unavailable"),
    ],
)
def test_an_effect_that_fails_fails_the_answer(
    cloud: FakeCloud, opened: Opener, body: bytes, wrong: list[Any], code: str
) -> None:
    """An event that left no trace counts as a failed invocation."""
    cloud.wrong["PUT"] = wrong
    answer = invoke(body, ALL, opened)

    assert (answer.http_status, answer.body["status"]) == (502, "failed")
    assert answer.body["reason"]["code"] == code  # type: ignore[index,call-overload]
    assert "result" not in answer.body
    assert cloud.published == []


def test_an_alert_that_fails_is_sent_by_the_next_delivery(cloud: FakeCloud, opened: Opener) -> None:
    """The incident is there, and is not written again."""
    cloud.wrong["POST"] = [(404, "NotAuthorizedOrNotFound")]
    assert invoke(event(), ALL, opened).body["status"] == "failed"
    cloud.grow_old(60)
    answer = invoke(event(), ALL, opened)

    assert answer.body["effects"] == {
        "incident": "incidents/e%2F1.json",
        "isNew": False,
        "alert": "published",
    }
    assert cloud.by_folder()["incidents"] == len(cloud.published) == 1


@pytest.mark.parametrize(
    ("later", "status"),
    [
        (event(score=0.1), "processed"),
        (event(data={"resourceName": "x", "additionalDetails": {"score": "high"}}), "refused"),
    ],
)
def test_what_was_found_first_is_told(cloud: FakeCloud, opened: Opener, later: bytes, status: str) -> None:
    """Its source may be overwritten or gone before an alert that was owed is published."""
    cloud.wrong["POST"] = [(404, "NotAuthorizedOrNotFound")]
    invoke(event(), ALL, opened)
    cloud.grow_old(60)
    answer = invoke(later, ALL, opened)
    (message,) = cloud.published

    assert answer.body["status"] == status
    assert answer.body["effects"]["alert"] == "published"  # type: ignore[index,call-overload]
    assert json.loads(message["body"])["result"]["score"] == 0.95
    assert CANARY not in json.dumps(message)


@pytest.mark.parametrize("held", [b"", b"no", b"[]", b'{"result": 1}', b'{"result": {"severity": "high"}}'])
def test_an_incident_of_somebody_else(cloud: FakeCloud, opened: Opener, held: bytes) -> None:
    """It stays, and this event's own result is told."""
    cloud.objects["incidents/e%2F1.json"], cloud.written_at["incidents/e%2F1.json"] = held, 0
    answer = invoke(event(), ALL, opened)

    assert answer.body["effects"] == {
        "incident": "incidents/e%2F1.json",
        "isNew": False,
        "alert": "published",
    }
    assert cloud.objects["incidents/e%2F1.json"] == held


def test_no_time_is_left(cloud: FakeCloud, opened: Opener) -> None:
    """Nothing is begun; the answer says why."""
    answer = invoke(event(), ALL, lambda: opened(0.0))

    assert answer.body["reason"]["code"] == "out-of-time"  # type: ignore[index,call-overload]
    assert cloud.calls == []


def test_a_name_of_any_kind_fits_into_a_title(cloud: FakeCloud, opened: Opener) -> None:
    """Short, printable ASCII: it becomes the subject of a mail."""
    data = {"resourceName": "é\r\nBcc: x" + "y" * 3000, "additionalDetails": {"score": 0.95}}
    invoke(event(data=data), ALL, opened)
    (message,) = cloud.published

    assert message["title"].isprintable()
    assert message["title"].isascii()
    assert len(message["title"]) <= 150
