"""Transcriptions of OCI Speech, in the shapes that jobs and real time write."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.failures import Refusal
from ai_events.findings import Finding
from ai_events.graders.speech import failures, grade

JOB: dict[str, Any] = {
    "status": "SUCCESS",
    "timeCreated": "2026-02-03 09:15:00.000",
    "modelDetails": {"domain": "GENERIC", "languageCode": "en-GB"},
    "audioFormatDetails": {"format": "WAV", "numberOfChannels": 1, "sampleRateInHz": "16000"},
    "transcriptions": [
        {
            "transcription": "pump seven is loud",
            "confidence": "0.8740",
            "tokens": [
                {
                    "token": "pump",
                    "startTime": "0.120s",
                    "endTime": "0.400s",
                    "confidence": "0.9",
                    "type": "WORD",
                }
            ],
        }
    ],
}


def test_what_was_heard_badly_scores_high() -> None:
    """A job writes confidences as strings; the score is what is left to 1."""
    assert grade(JOB) == [Finding(0.126, "transcriptions[0]", 0.874)]


def test_real_time_writes_numbers() -> None:
    """The same list, with other neighbours."""
    result: Any = {
        "event": "RESULT",
        "transcriptions": [{"transcription": "yes", "confidence": 0.25, "isFinal": True}],
    }

    assert grade(result) == [Finding(0.75, "transcriptions[0]", 0.25)]


@pytest.mark.parametrize("heard", [[], None, [{"transcription": " ", "confidence": "0.0"}]])
def test_silence_is_no_finding(heard: Any) -> None:
    """Nothing was said, so nothing was heard badly."""
    assert grade({"transcriptions": heard}) == []


@pytest.mark.parametrize(
    ("status", "failed"),
    [("SUCCESS", 0), ("succeeded", 0), (None, 0), (7, 0), ("FAILED", 1), ("PARTIALLY_SUCCEEDED", 1)],
)
def test_a_file_says_itself_that_it_failed(status: Any, failed: int) -> None:
    """Any status but success counts as one error; no status at all counts as none."""
    assert failed == failures({"status": status})


@pytest.mark.parametrize(
    ("heard", "code", "place"),
    [
        ([{"transcription": "x"}], "no-score", "transcriptions[0].confidence is missing"),
        ([{"confidence": "high"}], "wrong-shape", "transcriptions[0].confidence: expected a number"),
        ([{"confidence": "nan"}], "score-out-of-range", "transcriptions[0].confidence"),
        ([{"confidence": "91"}], "score-out-of-range", "transcriptions[0].confidence"),
        ([{"confidence": [0.9]}], "wrong-shape", "found an array"),
        (["hello"], "wrong-shape", "transcriptions[0]: expected an object, found a string"),
        ("hello", "wrong-shape", "transcriptions: expected an array, found a string"),
    ],
)
def test_a_confidence_is_never_guessed(heard: Any, code: str, place: str) -> None:
    """What is missing or wrong is refused with its place, and never with what was said."""
    with pytest.raises(Refusal) as caught:
        grade({"transcriptions": heard})

    assert code == caught.value.code
    assert place in caught.value.message
    assert "hello" not in caught.value.message
