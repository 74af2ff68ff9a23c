"""From a body to an answer, for results of every service; those of other people where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ai_events.objects import FolderReader, ObjectReader
from ai_events.processing import STATUSES, Answer, process
from ai_events.settings import Settings
from ai_events.strict_json import JsonObject

CASES = Path(__file__).parents[4] / "shared" / "cases" / "21-ai-results"


def no_reader(_: Settings) -> ObjectReader:
    """For invocations that must not read an object."""
    raise AssertionError("an object was read")


def answer_to(value: Any, **config: str) -> JsonObject:
    """The answer to a result or alarm sent directly."""
    return process(json.dumps(value).encode(), config, no_reader).body


def result_of(value: Any, **config: str) -> Any:
    """What is said about a result sent directly."""
    body = answer_to(value, **config)
    assert body["status"] == "processed", body
    return body["result"]


def test_a_transcript_is_graded_by_its_doubt() -> None:
    """The confidence stands beside the score, and the text of the transcript nowhere."""
    heard = {"transcription": "the pump is loud", "confidence": "0.25"}

    assert result_of({"status": "SUCCESS", "transcriptions": [heard]}) == {
        "severity": "warning",
        "score": 0.75,
        "shape": "transcriptions",
        "count": 1,
        "top": [{"score": 0.75, "label": "transcriptions[0]", "confidence": 0.25}],
    }


def test_aspects_are_graded_by_their_negative_sentiment() -> None:
    """Each is named with the document it is in."""
    aspect = {"text": "food", "sentiment": "Negative", "scores": {"Negative": 0.98, "Positive": 0.01}}

    assert result_of({"documents": [{"key": "1", "aspects": [aspect]}], "errors": []}) == {
        "severity": "critical",
        "score": 0.98,
        "shape": "documents",
        "count": 1,
        "top": [{"score": 0.98, "label": "food", "of": "1"}],
    }


def test_what_is_seen_matters_only_where_it_is_asked_for() -> None:
    """A person on a picture is no alarm, unless ALERT_LABELS says so."""
    seen = {"labels": [{"name": "Person", "confidence": 0.95}, {"name": "Sky", "confidence": 0.99}]}
    quiet, loud = result_of(seen), result_of(seen, ALERT_LABELS="person, fire")

    assert (quiet["severity"], quiet["score"], quiet["top"][0]["label"]) == ("info", 0.0, "Sky")
    assert (loud["severity"], loud["score"], loud["top"][0]["label"]) == ("critical", 0.95, "Person")


def test_a_document_read_with_doubt_is_worth_a_look() -> None:
    """The least certain field decides."""
    fields = [
        {"fieldLabel": {"name": name, "confidence": 0.9}, "fieldValue": {"confidence": confidence}}
        for name, confidence in (("Total", 0.2), ("Date", 0.95))
    ]
    result = result_of({"documentMetadata": {"pageCount": 1}, "pages": [{"documentFields": fields}]})

    assert (result["severity"], result["top"][0]) == (
        "warning",
        {"score": 0.8, "label": "Total", "confidence": 0.2},
    )


@pytest.mark.parametrize(("score", "severity"), [(0.0, "warning"), (0.95, "critical")])
def test_what_the_service_could_not_process_is_at_least_a_warning(score: float, severity: str) -> None:
    """A batch that failed in part is not calm, however calm the rest is."""
    result = result_of({"documents": [{"documentScores": {"Negative": score}}], "errors": [{"key": "2"}]})

    assert (severity, 1) == (result["severity"], result["errors"])


def test_an_alarm_is_answered_like_an_event() -> None:
    """With its own severity, an id to drop duplicates by, and no score."""
    alarm = {
        "dedupeKey": "k",
        "title": "Queue is too long",
        "type": "OK_TO_FIRING",
        "severity": "WARNING",
        "timestampEpochMillis": 5,
        "timestamp": "2026-03-01T10:00:00Z",
        "alarmMetaData": [],
    }

    assert answer_to(alarm) == {
        "status": "processed",
        "dedupeKey": "k:5",
        "event": {"type": "alarm", "time": "2026-03-01T10:00:00Z", "resource": "Queue is too long"},
        "result": {"severity": "warning", "score": None, "outcome": "firing"},
    }


def test_a_broken_alarm_is_refused() -> None:
    """It is not taken for a result, whose reason would not fit."""
    body = answer_to({"alarmMetaData": [], "title": "x"})

    assert body == {
        "status": "refused",
        "dedupeKey": None,
        "reason": {"code": "missing-field", "message": "dedupeKey is missing"},
    }


def test_endless_names_are_cut() -> None:
    """An envelope's names are strings of any length; the answer and its log line stay short."""
    event = {
        "eventType": "com.oraclecloud.cloudguard.status",
        "eventID": "1",
        "eventTime": "t" * 10_000,
        "data": {"resourceName": "r" * 10_000},
    }
    about = answer_to(event)["event"]

    assert isinstance(about, dict)
    assert (len(str(about["time"])), len(str(about["resource"]))) == (40, 1024)


def test_labels_and_tags_are_for_the_answer_only() -> None:
    """The log gets what is the project's own or names the event."""
    answer = Answer(
        200,
        {
            "status": "processed",
            "event": {"type": "t", "tags": {"a": "b"}},
            "result": {"severity": "info", "score": 0.1, "top": [{"label": "secret"}]},
        },
    )

    assert answer.loggable() == {
        "status": "processed",
        "event": {"type": "t"},
        "result": {"severity": "info", "score": 0.1},
    }
    assert "top" in answer.body["result"]  # type: ignore[operator]


def test_the_statuses_are_the_documented_ones() -> None:
    """The page that users read names each."""
    page = (Path(__file__).parents[3] / "docs" / "handler.md").read_text()

    assert all(f"`{status}`" in page for status in STATUSES)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("speech", ("processed", "info", 0.09)),
        ("lang", ("processed", "critical", 0.98)),
        ("uni", ("processed", "critical", 0.95)),
        ("csv", ("refused", "not-json")),
        ("jsonl", ("refused", "not-json")),
        ("gz", ("refused", "not-utf8")),
        ("nan", ("refused", "not-finite")),
        ("empty", ("refused", "empty-body")),
        ("noobj", ("refused", "object-not-found")),
    ],
)
def test_results_of_other_people(case: str, expected: tuple[Any, ...], tmp_path: Path) -> None:
    """What real services wrote is graded, or refused with the reason that fits."""
    if not CASES.is_dir():
        pytest.skip(f"{CASES} is missing: the results of other people are not tried")
    event = json.loads((CASES / f"{case}.json").read_text())
    target = tmp_path / "sandboxns" / "ai-results-dev" / event["data"]["resourceName"]
    target.parent.mkdir(parents=True)
    held = CASES / f"{case}.obj"
    if held.exists():
        target.write_bytes(held.read_bytes())
    answer: Any = process(json.dumps(event).encode(), {}, lambda _: FolderReader(str(tmp_path))).body
    result, reason = answer.get("result", {}), answer.get("reason", {})
    said = (result["severity"], result["score"]) if result else (reason["code"],)

    assert expected == (answer["status"], *said)
