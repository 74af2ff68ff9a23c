"""A batch of Connector Hub: what its records are, and what becomes of it as a whole."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ai_events.batches import Record, ignored, joined, named, records
from ai_events.processing import Answer, process

RESULT = {"score": 0.95}


def only(record: Any) -> Record:
    """The one record of a batch of one."""
    found = records(json.dumps([record]).encode(), {})
    assert found is not None
    (one,) = found
    return one


def message(value: bytes = b'{"score": 0.95}', offset: int = 7) -> dict[str, Any]:
    """A message of a stream, as Connector Hub hands it over."""
    encoded = base64.b64encode(value).decode()
    return {
        "stream": "feed",
        "partition": "0",
        "key": None,
        "value": encoded,
        "offset": offset,
        "timestamp": 1,
    }


LOG = {"id": "l-1", "oracle": {"logid": "ocid1.log.oc1..a"}, "source": "s", "specversion": "1.0", "type": "t"}


@pytest.mark.parametrize(
    ("record", "body"),
    [
        (message(), RESULT),
        ({"id": 5, "content": json.dumps(RESULT), "metadata": None, "deliveryCount": 1}, RESULT),
        ({**LOG, "data": RESULT}, RESULT),
        ({**LOG, "data": {"level": "error", "message": json.dumps(RESULT)}}, RESULT),
        ({"datetime": 1, "logContent": {**LOG, "data": RESULT}}, RESULT),
        ({**LOG, "data": {"level": "error", "message": "it broke"}}, None),
        ({**LOG, "data": "it broke"}, None),
        ({**LOG, "data": None}, None),
        ({"namespace": "oci_x", "name": "m", "datapoints": []}, None),
        (RESULT, RESULT),
        (
            {"eventType": "com.oraclecloud.cloudguard.problemdetected"},
            {"eventType": "com.oraclecloud.cloudguard.problemdetected"},
        ),
        (7, 7),
    ],
)
def test_what_of_a_record_is_processed(record: Any, body: Any) -> None:
    """A log line without a result and a metric are nothing to grade."""
    found = only(record).body

    assert (None if found is None else json.loads(found)) == body


def test_a_message_that_is_not_base64_is_taken_as_it_is() -> None:
    """It is refused as what it is, not lost."""
    assert only(message() | {"value": "not base64!"}).body == b"not base64!"


def test_a_record_has_one_id_however_often_it_comes() -> None:
    """Messages of two queues may have one number, and of two streams one offset; their content tells."""
    first, again, other, later = (
        only(each).id for each in (message(), message(), message(b'{"score": 0.1}'), message(offset=8))
    )

    assert first == again
    assert len({first, other, later}) == 3
    assert first.startswith("stream:feed:0:7:")
    assert len(only(message() | {"stream": "s" * 500}).id) < 200


@pytest.mark.parametrize("body", [b"", b"{}", b'{"score": 1}', b"[", b"[1,]", b"nonsense"])
def test_anything_else_is_no_batch(body: bytes) -> None:
    """What cannot be read is refused as one body."""
    assert records(body, {}) is None


def test_more_records_than_fit_are_no_batch() -> None:
    """Each costs a few calls; a list of a hundred thousand numbers is no batch of a connector."""
    assert records(b"[" + b"1," * 10_000 + b"1]", {}) is None
    assert len(records(b"[" + b"1," * 9_999 + b"1]", {}) or ()) == 10_000


def answer_to(record: Record) -> Answer:
    """What becomes of a record by itself."""
    return named(process(record.body or b"", {}, lambda _: pytest.fail("an object was read")), record)


def test_the_id_of_what_is_inside_counts() -> None:
    """An event in a stream is the event that it is; a result there has the id of its place."""
    event = {"eventType": "com.oraclecloud.cloudguard.problemdetected", "eventID": "e-1", "data": {}}

    assert answer_to(only(message(json.dumps(event).encode()))).body["dedupeKey"] == "e-1"
    assert answer_to(only(message())).body["dedupeKey"] == only(message()).id


PROCESSED = Answer(200, {"status": "processed", "dedupeKey": "a"})
REFUSED = Answer(422, {"status": "refused", "dedupeKey": "b", "reason": {"code": "no-score", "message": "m"}})
FAILED = Answer(
    502, {"status": "failed", "dedupeKey": "c", "reason": {"code": "out-of-time", "message": "m"}}
)
IGNORED = ignored(Record("d", None))


@pytest.mark.parametrize(
    ("answers", "status", "http_status", "code"),
    [
        ([PROCESSED, REFUSED, IGNORED], "processed", 200, None),
        ([PROCESSED, REFUSED, FAILED], "failed", 502, "out-of-time"),
        ([IGNORED, REFUSED], "refused", 422, "no-score"),
        ([IGNORED], "ignored", 200, None),
        ([], "ignored", 200, None),
    ],
)
def test_one_answer_to_all(answers: list[Answer], status: str, http_status: int, code: str | None) -> None:
    """One that failed has the whole batch delivered again; one that is refused does not."""
    whole = joined(answers)
    reason = whole.body.get("reason", {})

    assert (whole.body["status"], whole.http_status) == (status, http_status)
    assert isinstance(reason, dict)
    assert reason.get("code") == code
    assert whole.body["records"] == [each.body for each in answers]


def test_the_log_has_counts_only() -> None:
    """Neither ids nor labels of records."""
    line = joined([PROCESSED, REFUSED, PROCESSED]).loggable()

    assert line["counts"] == {"processed": 2, "refused": 1}
    assert "records" not in line
