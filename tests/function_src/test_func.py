"""The handler as the real kit calls it: `fdk.fixtures`, with and without a gateway in front."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fdk import fixtures
from fdk.context import InvokeContext
from hypothesis import given
from hypothesis import strategies as st

import func

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaahome"
FOREIGN = "ocid1.compartment.oc1..aaaaaaaaforeign"

Call = Callable[..., tuple[dict[str, Any], int, dict[str, str]]]


@pytest.fixture
def call() -> Call:
    """Invokes the handler through the kit and gives the decoded body, the status and the headers."""

    def run(body: bytes | None, *, gateway: bool = False) -> tuple[dict[str, Any], int, dict[str, str]]:
        async def once() -> Any:
            content = None if body is None else io.BytesIO(body)
            headers = {"Content-Type": "application/json"}
            return await (
                await fixtures.setup_fn_call(func.handler, content=content, gateway=gateway, headers=headers)
            )

        text, status, headers = asyncio.run(once())
        return json.loads(text), status, headers

    return run


def event(**changes: Any) -> bytes:
    """An Object Storage event as it was captured, with some fields changed (None takes one away)."""
    whole: dict[str, Any] = {
        "eventType": "com.oraclecloud.objectstorage.createobject",
        "cloudEventsVersion": "0.1",
        "eventTypeVersion": "2.0",
        "source": "ObjectStorage",
        "eventTime": "2026-01-21T16:26:30.849Z",
        "contentType": "application/json",
        "data": {
            "compartmentId": COMPARTMENT,
            "compartmentName": "ai",
            "resourceName": "results/a.json",
            "resourceId": "/n/ns/b/ai-output/o/results/a.json",
            "availabilityDomain": "FRA-AD-1",
            "additionalDetails": {"bucketName": "ai-output", "namespace": "ns", "eTag": "e"},
        },
        "eventID": "3e47d127-19de-6eb8-eb67-0c1ab961fcbc",
        "extensions": {"compartmentId": COMPARTMENT},
    } | changes
    return json.dumps({key: value for key, value in whole.items() if value is not None}).encode()


def data(**changes: Any) -> dict[str, Any]:
    """The `data` part of that event, with some fields changed."""
    whole: dict[str, Any] = json.loads(event())["data"]
    return whole | changes


@pytest.fixture
def bucket(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The folder that stands for the bucket of `event()`."""
    monkeypatch.setenv("SANDBOX_OBJECT_DIR", str(tmp_path))
    folder = tmp_path / "ns" / "ai-output" / "results"
    folder.mkdir(parents=True)
    return folder


def test_a_created_object_is_read_and_graded(call: Call, bucket: Any) -> None:
    """The answer carries the severity, the scores, and the event's id to drop duplicates by."""
    (bucket / "a.json").write_text('{"anomalies": [{"score": 0.2}, {"score": 0.95, "label": "pump-7"}]}')

    answer, status, headers = call(event())

    assert answer == {
        "status": "processed",
        "dedupeKey": "3e47d127-19de-6eb8-eb67-0c1ab961fcbc",
        "event": {
            "type": "com.oraclecloud.objectstorage.createobject",
            "time": "2026-01-21T16:26:30.849Z",
            "resource": "results/a.json",
        },
        "result": {
            "severity": "critical",
            "score": 0.95,
            "shape": "anomalies",
            "count": 2,
            "top": [{"score": 0.95, "label": "pump-7"}, {"score": 0.2, "label": ""}],
        },
    }
    assert (status, headers["content-type"]) == (200, "application/json")


def test_a_direct_call_is_graded_too(call: Call) -> None:
    """An AI result as the body of an invocation needs no envelope, and has no id to drop duplicates by."""
    answer, _, _ = call(b'{"score": 0.75, "label": "pump-7"}')

    assert (
        answer["status"],
        answer["dedupeKey"],
        answer["result"]["severity"],
    ) == ("processed", None, "warning")


@pytest.mark.parametrize(
    ("score", "severity"), [(0, "info"), (0.69, "info"), (0.7, "warning"), (0.9, "critical"), (1, "critical")]
)
def test_a_threshold_belongs_to_the_higher_severity(call: Call, score: float, severity: str) -> None:
    """0.7 is a warning and 0.9 is critical, as the variables say by default."""
    answer, _, _ = call(json.dumps({"score": score}).encode())

    assert severity == answer["result"]["severity"]


def test_thresholds_come_from_the_configuration(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Function configuration arrives as environment variables."""
    monkeypatch.setenv("SEVERITY_WARNING", "0.1")
    monkeypatch.setenv("SEVERITY_CRITICAL", "0.2")

    answer, _, _ = call(b'{"score": 0.2}')

    assert answer["result"]["severity"] == "critical"


@pytest.mark.parametrize(
    ("event_type", "severity", "outcome"),
    [
        ("com.oraclecloud.aiservicespeech.completedtranscriptionjob", "info", "succeeded"),
        ("com.oraclecloud.aiservicespeechpreprod.completedtranscriptionjob", "info", "succeeded"),
        ("com.oraclecloud.aiservicespeech.failedtranscriptionjob", "warning", "failed"),
        ("com.oraclecloud.datascience.failedjobrun", "warning", "failed"),
        ("com.oraclecloud.datascience.timeoutpipelinerun", "warning", "timed-out"),
    ],
)
def test_a_job_that_ended_says_how(call: Call, event_type: str, severity: str, outcome: str) -> None:
    """Speech and Data Science events carry no details: the type itself is the result."""
    answer, _, _ = call(event(eventType=event_type, data={"compartmentId": COMPARTMENT}))

    assert {"severity": severity, "score": None, "outcome": outcome} == answer["result"]


@pytest.mark.parametrize(
    ("details", "severity"),
    [
        ({"riskLevel": "CRITICAL"}, "critical"),
        ({"riskLevel": "HIGH"}, "critical"),
        ({"riskLevel": "MEDIUM"}, "warning"),
        ({"riskLevel": "MINOR"}, "info"),
        ({"riskLevel": "UNHEARD-OF"}, "warning"),
        ({"riskLevel": 7}, "warning"),
        (None, "warning"),
    ],
)
def test_cloud_guard_says_how_bad_a_problem_is(call: Call, details: Any, severity: str) -> None:
    """An unknown risk level still is a detected problem: a warning."""
    answer, _, _ = call(
        event(
            eventType="com.oraclecloud.cloudguard.problemdetected",
            source="CloudGuardResponderEngine",
            data=data(additionalDetails=details),
        )
    )

    assert severity == answer["result"]["severity"]


@pytest.mark.parametrize(
    ("event_type", "details", "severity"),
    [
        ("com.oraclecloud.aiservice.anomaliesdetected", {"score": 0.95}, "critical"),
        ("com.oraclecloud.aiservice.anomaliesdetected", {}, "warning"),
        (
            "com.oraclecloud.aiservicelanguage.detectlanguagesentiments",
            {"documents": [{"key": "1", "documentScores": {"Negative": 0.8, "Positive": 0.2}}]},
            "warning",
        ),
        ("com.oraclecloud.aiservicelanguage.detectlanguageentities", {}, "info"),
    ],
)
def test_a_result_in_the_event_itself_is_graded(
    call: Call, event_type: str, details: Any, severity: str
) -> None:
    """Where the details hold no known shape, the type gives the severity."""
    answer, _, _ = call(event(eventType=event_type, data=data(additionalDetails=details)))

    assert severity == answer["result"]["severity"]


@pytest.mark.parametrize(
    "event_type",
    [
        "com.oraclecloud.objectstorage.deleteobject",
        "com.oraclecloud.objectstorage.createbucket",
        "com.oraclecloud.aiservicelanguage.createmodel.end",
        "com.oraclecloud.datascience.createmodeldeployment.begin",
        "com.oraclecloud.cloudguard.problemremediated",
        "com.oraclecloud.cloudguard.status",
        "com.oraclecloud.aidataplatform.createaidataplatform.end",
        "com.oraclecloud.digitalassistant.updateodainstance",
        "com.oraclecloud.aiservice.trainmodel.end",
    ],
)
def test_an_event_with_nothing_to_grade_is_acknowledged(call: Call, event_type: str) -> None:
    """Lifecycle events are served types: they are ignored, not refused."""
    answer, status, _ = call(event(eventType=event_type))

    assert (answer["status"], status) == ("ignored", 200)


REFUSALS = [
    ("empty", b"", "empty-body", 400),
    ("only spaces", b" \n", "empty-body", 400),
    ("not JSON", b"<html>", "not-json", 400),
    ("cut short", event()[:-4], "not-json", 400),
    ("two documents", b"{} {}", "not-json", 400),
    ("not UTF-8", b'{"score": "\xff"}', "not-utf8", 400),
    ("UTF-16", '{"score": 1}'.encode("utf-16"), "not-utf8", 400),
    ("NaN", b'{"score": NaN}', "not-finite", 400),
    ("Infinity", b'{"score": -Infinity}', "not-finite", 400),
    ("overflow to infinity", b'{"score": 1e999}', "number-out-of-range", 400),
    ("65 bits", b'{"score": 18446744073709551616}', "number-out-of-range", 400),
    ("5,000 digits", b'{"score": ' + b"9" * 5000 + b"}", "number-out-of-range", 400),
    ("duplicate key", b'{"score": 0.1, "score": 0.9}', "duplicate-key", 400),
    ("duplicate key inside", b'{"a": [{"b": 1, "b": 2}], "score": 1}', "duplicate-key", 400),
    ("65 levels", b'{"a":' * 64 + b"[]" + b"}" * 64, "too-deep", 400),
    ("100,000 levels", b"[" * 100_000 + b"]" * 100_000, "too-deep", 400),
    ("100,000 levels of objects", b'{"a":' * 100_000, "too-deep", 400),
    ("lone surrogate", b'{"score": 1, "label": "\\ud800"}', "invalid-text", 400),
    ("lone surrogate as key", b'{"score": 1, "\\udfff": 1}', "invalid-text", 400),
    ("over 6 MB", b'{"score": 1, "label": "' + b"x" * (6 * 1024 * 1024) + b'"}', "too-large", 413),
    ("three million lists", b"[" + b"[]," * 1_000_000 + b"[]]", "too-many-values", 413),
    ("a list", b"[1]", "wrong-shape", 422),
    ("null", b"null", "wrong-shape", 422),
    ("text", b'"score"', "wrong-shape", 422),
    ("neither event nor result", b'{"hello": "world"}', "no-score", 422),
    ("CloudEvents 1.0", b'{"specversion": "1.0", "type": "x", "id": "1"}', "unsupported-envelope", 422),
    ("version 1.0", event(cloudEventsVersion="1.0"), "unsupported-envelope", 422),
    ("version as number", event(cloudEventsVersion=0.1), "unsupported-envelope", 422),
    ("no data", event(data=None), "missing-field", 422),
    ("data a list", event(data=[]), "wrong-shape", 422),
    ("no event id", event(eventID=None), "missing-field", 422),
    ("event id a number", event(eventID=7), "wrong-shape", 422),
    ("endless event id", event(eventID="x" * 10_000), "wrong-shape", 422),
    ("no type", event(eventType=None), "missing-field", 422),
    ("type a list", event(eventType=["a"]), "wrong-shape", 422),
    ("details a list", event(data=data(additionalDetails=["x"])), "wrong-shape", 422),
    ("name a number", event(data=data(resourceName=7)), "wrong-shape", 422),
    ("extensions text", event(extensions="x"), "wrong-shape", 422),
    (
        "unknown service",
        event(eventType="com.oraclecloud.computeapi.launchinstance"),
        "unknown-event-type",
        422,
    ),
    ("unknown action", event(eventType="com.oraclecloud.objectstorage.explode"), "unknown-event-type", 422),
    ("another cloud's", event(eventType="aws.s3.createobject"), "unknown-event-type", 422),
    ("wildcard", event(eventType="com.oraclecloud.objectstorage.*"), "unknown-event-type", 422),
    ("no object named", event(data={"compartmentId": COMPARTMENT}), "missing-field", 422),
    ("foreign compartment", event(data=data(compartmentId=FOREIGN)), "foreign-compartment", 403),
    ("foreign extension", event(extensions={"compartmentId": FOREIGN}), "foreign-compartment", 403),
    ("no compartment", event(data=data(compartmentId=None), extensions=None), "foreign-compartment", 403),
    ("no such object", event(), "object-not-found", 404),
    ("dot-dot", event(data=data(resourceName="../../../etc/passwd")), "unsafe-name", 422),
    ("absolute", event(data=data(resourceName="/etc/passwd")), "unsafe-name", 422),
    ("NUL", event(data=data(resourceName="a\0b")), "wrong-shape", 422),
    (
        "bucket with a slash",
        event(data=data(additionalDetails={"bucketName": "../x", "namespace": "ns"})),
        "wrong-shape",
        422,
    ),
]


@pytest.mark.parametrize(
    ("body", "code", "http_status"),
    [pytest.param(body, code, status, id=name) for name, body, code, status in REFUSALS],
)
def test_anomalous_input_is_refused(
    call: Call,
    bucket: Any,
    monkeypatch: pytest.MonkeyPatch,
    capfd: Any,
    body: bytes,
    code: str,
    http_status: int,
) -> None:
    """A structured refusal with a stable code, one log line, and the next call still works."""
    monkeypatch.setenv("ALLOWED_COMPARTMENT_IDS", COMPARTMENT)

    answer, status, _ = call(body)
    logged = [json.loads(line) for line in capfd.readouterr().err.splitlines()]

    assert ("refused", code, http_status) == (answer["status"], answer["reason"]["code"], status)
    assert [code] == [line["reason"]["code"] for line in logged]
    assert len(answer["reason"]["message"]) < 250
    assert call(b'{"score": 0.1}')[0]["status"] == "processed"


def test_a_batch_is_as_many_events_as_it_has_records(call: Call, bucket: Any, capfd: Any) -> None:
    """Each has its answer; one that is refused fails none of the others. There is one line of log."""
    (bucket / "a.json").write_text('{"score": 0.1}')
    records = [
        {"id": 1, "content": '{"score": 0.95, "label": "pump-7"}'},
        {"id": 2, "content": "no JSON"},
        {"id": 3, "data": {"message": "it broke"}, "oracle": {}},
        json.loads(event()),
    ]

    answer, status, _ = call(json.dumps(records).encode())
    (line,) = capfd.readouterr().err.splitlines()

    assert (answer["status"], status) == ("processed", 200)
    assert [each["status"] for each in answer["records"]] == ["processed", "refused", "ignored", "processed"]
    assert [each["dedupeKey"].partition(":")[0] for each in answer["records"][:3]] == [
        "queue",
        "queue",
        "log",
    ]
    assert answer["counts"] == json.loads(line)["counts"] == {"processed": 2, "ignored": 1, "refused": 1}
    assert "pump-7" not in line


def test_a_batch_with_a_record_that_failed_comes_again(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connector delivers whole batches only."""
    monkeypatch.setenv("SANDBOX_OBJECT_DIR", "/nowhere")
    answer, status, _ = call(json.dumps([{"score": 0.95}, json.loads(event())]).encode())

    assert (answer["status"], status) == ("failed", 502)
    assert answer["counts"] == {"processed": 1, "failed": 1}
    assert answer["reason"]["code"] == "object-not-readable"


def test_without_a_body_at_all_the_call_is_refused(call: Call) -> None:
    """The kit may hand over None."""
    answer, _, _ = call(None)

    assert answer["reason"]["code"] == "empty-body"


def test_a_refusal_keeps_the_event_id(call: Call) -> None:
    """Once the envelope was read, refusals can be told apart by the event's id."""
    answer, _, _ = call(event(eventType="com.oraclecloud.computeapi.launchinstance"))

    assert answer["dedupeKey"] == "3e47d127-19de-6eb8-eb67-0c1ab961fcbc"


def test_the_object_is_held_to_the_same_rules(call: Call, bucket: Any) -> None:
    """What a created object holds is as little trusted as the event."""
    (bucket / "a.json").write_text('{"score": NaN}')

    answer, _, _ = call(event())

    assert (answer["status"], answer["reason"]["code"]) == ("refused", "not-finite")


def test_the_object_limit_is_configurable(call: Call, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object over MAX_OBJECT_BYTES is refused without being read to its end."""
    monkeypatch.setenv("MAX_OBJECT_BYTES", "10")
    (bucket / "a.json").write_text('{"score": 0.5}')

    answer, _, _ = call(event())

    assert answer["reason"]["code"] == "too-large"


def test_the_event_limit_is_configurable(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body over MAX_EVENT_BYTES is refused before it is parsed."""
    monkeypatch.setenv("MAX_EVENT_BYTES", "10")

    answer, _, _ = call(b'{"score": 0.5}')

    assert answer["reason"]["code"] == "too-large"


def test_a_bucket_that_cannot_be_seen_fails_the_call(
    call: Call, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing grant is no property of the event: 502, so that it is delivered again or shows."""
    monkeypatch.setenv("SANDBOX_OBJECT_DIR", str(tmp_path))

    answer, status, _ = call(event())

    assert (answer["status"], answer["reason"]["code"], status) == ("failed", "object-not-readable", 502)


def test_wrong_configuration_fails_the_call(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A threshold that is no number is a structured failure that names the variable."""
    monkeypatch.setenv("SEVERITY_WARNING", "high")

    answer, status, _ = call(b'{"score": 0.5}')

    assert (answer["reason"]) == {
        "code": "wrong-config",
        "message": "SEVERITY_WARNING: expected a number from 0 to 1, found 'high'",
    }
    assert status == 502


def test_an_error_inside_leaks_nothing(call: Call, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    """A bug answers 502; neither the answer nor the log shows the exception's text."""

    def broken(*_: object) -> None:
        raise RuntimeError("token=s3cr3t")

    monkeypatch.setattr("ai_events.processing.process", broken)

    answer, status, _ = call(b"{}")
    logged = capfd.readouterr().err

    assert (status, answer["reason"]["code"]) == (502, "internal-error")
    assert "s3cr3t" not in json.dumps(answer) + logged
    assert "broken" in logged


def test_through_a_gateway_the_real_status_travels_in_a_header(call: Call) -> None:
    """API Gateway reads `fn-http-status`."""
    _, _, refused = call(b"<html>", gateway=True)
    _, _, processed = call(b'{"score": 0.1}', gateway=True)

    assert (refused["fn-http-status"], processed["fn-http-status"]) == ("400", "200")


def test_a_log_line_cannot_be_forged(call: Call, capfd: Any) -> None:
    """A line break in the input stays inside its JSON string."""
    call(event(eventID='x\n{"level": "info", "forged": true}'))

    lines = capfd.readouterr().err.splitlines()

    assert len(lines) == 1
    assert "forged" not in json.loads(lines[0])


def test_free_form_tags_are_passed_on_in_either_spelling(call: Call) -> None:
    """Oracle documents `freeFormTags`; real events say `freeformTags`."""
    speech = "com.oraclecloud.aiservicespeech.completedtranscriptionjob"
    for spelling in ("freeFormTags", "freeformTags"):
        answer, _, _ = call(event(eventType=speech, data=data(**{spelling: {"team": "ml", "odd": 7}})))

        assert answer["event"]["tags"] == {"team": "ml"}


@pytest.mark.parametrize(
    "absent", ["cloudEventsVersion", "eventTypeVersion", "source", "eventTime", "contentType"]
)
def test_fields_that_decide_nothing_may_be_missing(call: Call, absent: str) -> None:
    """Real events differ from the documented envelope."""
    answer, _, _ = call(event(**{absent: None, "eventType": "com.oraclecloud.datascience.succeededjobrun"}))

    assert answer["status"] == "processed"


def test_the_object_is_found_by_its_id_when_details_are_missing(call: Call, bucket: Any) -> None:
    """`resourceId` is `/n/NAMESPACE/b/BUCKET/o/OBJECT`."""
    (bucket / "a.json").write_text('{"score": 0.5}')

    answer, _, _ = call(event(data=data(additionalDetails=None, resourceName=None)))

    assert answer["status"] == "processed"


# --- whatever comes ---------------------------------------------------------------------------------------

CANARY = "xyzzy-canary"
_WORDS = [
    *("score", "anomalies", "anomalyScore", "detectionResults", "documents", "transcriptions", "confidence"),
    *("labels", "imageObjects", "videoLabels", "segments", "name", "label", "errors", "status", "key"),
    *("pages", "documentFields", "fieldLabel", "fieldValue", "items", "detectedDocumentTypes"),
    *("aspects", "sentences", "scores", "Negative", "entities", "keyPhrases", "languages", "documentScores"),
    *("eventType", "eventID", "eventTime", "data", "extensions", "additionalDetails", "resourceName"),
    *("cloudEventsVersion", "specversion", "compartmentId", "freeformTags", "riskLevel", "severity", "type"),
    *("alarmMetaData", "dedupeKey", "title", "timestamp", "timestampEpochMillis"),
]
_TYPES = [
    "com.oraclecloud.objectstorage.createobject",
    "com.oraclecloud.aiservice.anomaliesdetected",
    "com.oraclecloud.aiservicelanguage.detectlanguagesentiments",
    "com.oraclecloud.cloudguard.problemdetected",
    "com.oraclecloud.datascience.createjob",
    "com.oraclecloud.computeapi.launchinstance",
    CANARY,
]
# Strings are the canary, in part or whole, so that anything that is logged of them is recognised.
_LEAF = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2**65)
    | st.floats(allow_nan=True)
    | st.sampled_from(["", "0.91", CANARY, f"\ud800{CANARY}", f"{CANARY}\n" * 50])
)


def _tree(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.sampled_from([*_WORDS, CANARY])
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
        max_leaves=25,
    )


# One of every kind; a damaged one is what a changed service, a bug or an attacker would send.
_RESULTS: list[Any] = [
    {"score": 0.5, "label": CANARY},
    {"anomalies": [{"score": 0.5, "label": CANARY}]},
    {"detectionResults": [{"timestamp": CANARY, "score": 0.5, "anomalies": [{"anomalyScore": 0.5}]}]},
    {"transcriptions": [{"transcription": CANARY, "confidence": "0.5"}], "status": "SUCCESS"},
    {"documents": [{"key": CANARY, "documentScores": {"Negative": 0.5}}], "errors": [{"key": CANARY}]},
    {"documents": [{"aspects": [{"text": CANARY, "scores": {"Negative": 0.5}}], "sentences": []}]},
    {"documents": [{"entities": [{"type": CANARY, "score": 0.5}], "keyPhrases": [{"text": CANARY}]}]},
    {"aspects": [{"text": CANARY, "scores": {"Negative": 0.5}}]},
    {"pages": [{"documentFields": [{"fieldLabel": {"name": CANARY}, "fieldValue": {"items": [{}]}}]}]},
    {"detectedDocumentTypes": [{"documentType": CANARY, "confidence": 0.5}], "errors": []},
    {"labels": [{"name": CANARY, "confidence": 0.5}], "imageObjects": None, "errors": [{"message": CANARY}]},
    {"videoLabels": [{"name": CANARY, "segments": [{"confidence": 0.5}]}]},
]
_ALARM: Any = {
    "dedupeKey": "k",
    "title": "t",
    "type": "OK_TO_FIRING",
    "severity": "ERROR",
    "timestampEpochMillis": 5,
    "timestamp": "2026-03-01T10:00:00Z",
    "alarmMetaData": [{"id": "a", "query": CANARY}],
}


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a tree with each of its keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


@st.composite
def _damaged(draw: st.DrawFn, samples: list[Any]) -> Any:
    """A sample with up to two of its values replaced by anything."""
    value = copy.deepcopy(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(0, 2))):
        container, key = draw(st.sampled_from(list(_places(value))))
        container[key] = draw(_tree(_LEAF))
    return value


_RESULT = _damaged(_RESULTS) | st.dictionaries(st.sampled_from(_WORDS), _tree(_LEAF), max_size=6)
_BODY = st.binary(max_size=200) | (_RESULT | _damaged([_ALARM]) | _tree(_LEAF)).map(json.dumps).map(
    str.encode
)
_CONFIG = st.dictionaries(
    st.sampled_from(["SEVERITY_WARNING", "SEVERITY_CRITICAL", "ALLOWED_COMPARTMENT_IDS", "ALERT_LABELS"])
    | st.sampled_from(["MAX_EVENT_BYTES", "MAX_OBJECT_BYTES"]),
    st.sampled_from(["", " ", "0.5", "2", "nan", "-1", ",", "person", COMPARTMENT, "10", "1e3"]),
    max_size=3,
)


def _invoke(body: Any, config: dict[str, str]) -> tuple[dict[str, Any], int, str]:
    """One invocation past the kit's server: decoded body, status and log."""
    context = InvokeContext("app", "app", "fn", "fn", "call", config=config)
    log = io.StringIO()
    with contextlib.redirect_stderr(log):
        answer = func.handler(context, body)
    return json.loads(answer.body()), answer.status(), log.getvalue()


def _is_documented(answer: dict[str, Any], status: int, log: str) -> None:
    """What holds of every answer: a documented status with all that belongs to it, and one line of log."""
    expected = {"processed": {200}, "ignored": {200}, "refused": {400, 403, 404, 413, 422}, "failed": {502}}
    line = json.loads(log)

    assert status in expected[answer["status"]]
    assert ("reason" in answer) is (answer["status"] in {"refused", "failed"})
    assert ("result" in answer) is (answer["status"] == "processed" and "records" not in answer)
    assert answer["dedupeKey"] is None or len(answer["dedupeKey"]) <= 241
    assert answer.get("reason", {}).get("code") != "internal-error"
    assert len(answer.get("reason", {}).get("message", "")) < 250
    assert answer["status"] == line["status"]
    assert len(log) < 3000


@given(body=_BODY, config=_CONFIG)
def test_no_body_gets_past_the_handler(body: bytes, config: dict[str, str]) -> None:
    """Any bytes, any JSON, results near every known shape, any configuration: a documented answer."""
    _is_documented(*_invoke(io.BytesIO(body), config))


@given(
    event_type=st.sampled_from(_TYPES),
    details=_RESULT,
    damage=_damaged([{"data": {"compartmentId": COMPARTMENT, "freeformTags": {"a": "b"}}, "eventTime": "x"}]),
    config=_CONFIG,
)
def test_no_event_gets_past_the_handler(
    event_type: str, details: Any, damage: dict[str, Any], config: dict[str, str]
) -> None:
    """The same for events: anything in place of any field, results near every known shape as details."""
    inside = damage["data"]
    if isinstance(inside, dict):
        damage["data"] = data(additionalDetails=details) | {"resourceName": "a\0b"} | inside

    _is_documented(*_invoke(io.BytesIO(event(eventType=event_type, **damage)), config))


@pytest.mark.parametrize("sample", [*_RESULTS, _ALARM], ids=lambda sample: ",".join(sample))
def test_no_field_is_trusted(sample: Any) -> None:
    """Each value of each kind of input, replaced by each kind of JSON in turn."""
    for index in range(len(list(_places(sample)))):
        for value in (None, True, 0.5, 7, "", CANARY, [], {}, [1], [None], {"items": 1}):
            changed = copy.deepcopy(sample)
            container, key = list(_places(changed))[index]
            container[key] = value

            _is_documented(*_invoke(io.BytesIO(json.dumps(changed).encode()), {}))


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A folder with the object of `event()`, to be written anew for each case."""
    root = tmp_path_factory.mktemp("objects")
    held = root / "ns" / "ai-output" / "results" / "a.json"
    held.parent.mkdir(parents=True)
    return root, held


@given(held=_BODY, config=_CONFIG)
def test_no_object_gets_past_the_handler(objects: Any, held: bytes, config: dict[str, str]) -> None:
    """The same for what an event's object holds; nothing of it is logged."""
    root, path = objects
    path.write_bytes(held)
    answer, status, log = _invoke(io.BytesIO(event()), config | {"SANDBOX_OBJECT_DIR": str(root)})

    _is_documented(answer, status, log)
    assert CANARY not in log


@given(
    result=_RESULT.filter(lambda value: set(value).isdisjoint({"eventType", "eventID", "title", "dedupeKey"}))
)
def test_nothing_of_a_result_is_logged(result: dict[str, Any]) -> None:
    """Neither values nor keys: a result may hold names, transcripts or what a person said about another."""
    _, _, log = _invoke(io.BytesIO(json.dumps(result).encode()), {})

    assert CANARY not in log


@pytest.mark.parametrize(
    "body",
    [
        f'{{"{CANARY}": 1, "{CANARY}": 2}}',
        f'{{"score": 0.5, "label": "{CANARY}\\ud800"}}',
        f'{{"{CANARY}\\ud800": 1}}',
        f'{{"score": {CANARY}}}',
        f'{{"score": "{CANARY}"}}',
        f'{{"specversion": {{"{CANARY}": 1}}}}',
        f'{{"transcriptions": [{{"confidence": "{CANARY}"}}]}}',
        f'{{"documents": [{{"documentScores": "{CANARY}"}}]}}',
        f'"{CANARY}"',
        CANARY,
    ],
)
def test_nothing_of_what_is_wrong_is_logged(body: str) -> None:
    """The reason of a refusal names place and kind, where quoting would be easiest."""
    answer, _, log = _invoke(io.BytesIO(body.encode()), {})

    assert answer["status"] == "refused"
    assert CANARY not in log


@given(details=_RESULT, tags=st.dictionaries(st.just(CANARY), st.just(CANARY)))
def test_nothing_of_an_events_details_is_logged(details: dict[str, Any], tags: dict[str, str]) -> None:
    """The log names the event and its resource; details and tags are for the answer."""
    kind = "com.oraclecloud.aiservicelanguage.detectlanguagesentiments"
    body = event(eventType=kind, data=data(additionalDetails=details, freeformTags=tags))
    _, _, log = _invoke(io.BytesIO(body), {})

    assert CANARY not in log


@pytest.mark.parametrize("body", [7, "text", object()])
def test_a_body_of_the_wrong_type_is_an_answer_too(body: Any) -> None:
    """The kit hands over a stream or None; anything else is this project's bug, and still no exception."""
    answer, status, _ = _invoke(body, {})

    assert (answer["status"], answer["reason"]["code"], status) == ("failed", "internal-error", 502)


def test_a_log_that_cannot_be_written_costs_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform may have closed the stream."""

    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr("sys.stderr", Closed())
    answer = func.handler(InvokeContext("a", "a", "f", "f", "c"), io.BytesIO(b'{"score": 0.1}'))

    assert json.loads(answer.body())["status"] == "processed"
