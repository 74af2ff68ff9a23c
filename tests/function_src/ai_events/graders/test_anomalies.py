"""This project's own results, and those of OCI Anomaly Detection."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.failures import Refusal
from ai_events.findings import Finding
from ai_events.graders.anomalies import detection, several, single


def test_one_score() -> None:
    """The label is optional, everything else is ignored."""
    assert single({"score": 0.5}) == [Finding(0.5)]
    assert single({"score": 1, "label": "x", "more": []}) == [Finding(1.0, "x")]


def test_several_scores() -> None:
    """Each with its label; an empty list finds nothing."""
    assert several({"anomalies": [{"score": 0.1, "label": "a"}, {"score": 0.8, "label": "b"}]}) == [
        Finding(0.1, "a"),
        Finding(0.8, "b"),
    ]
    assert several({"anomalies": []}) == []


def test_rows_of_anomaly_detection() -> None:
    """A row has a score of its own, scores of its signals, or both."""
    rows: Any = {
        "detectionResults": [
            {
                "timestamp": "2026-01-01T00:00:00Z",
                "score": 0.6,
                "anomalies": [{"signalName": "pump-7", "anomalyScore": 0.9, "actualValue": 3.1}],
            },
            {"timestamp": "2026-01-01T00:01:00Z", "anomalies": []},
        ]
    }

    assert detection(rows) == [Finding(0.9, "pump-7"), Finding(0.6, "2026-01-01T00:00:00Z")]


@pytest.mark.parametrize(
    ("grader", "value", "code", "place"),
    [
        (single, {"score": None}, "no-score", "score is missing"),
        (single, {"score": True}, "wrong-shape", "score: expected a number"),
        (single, {"score": 93}, "score-out-of-range", "from 0 to 1"),
        (several, {"anomalies": {}}, "wrong-shape", "anomalies: expected an array"),
        (several, {"anomalies": None}, "wrong-shape", "anomalies: expected an array"),
        (several, {"anomalies": [{"score": 0.1}, 0.5]}, "wrong-shape", "anomalies[1]: expected an object"),
        (several, {"anomalies": [{}]}, "no-score", "anomalies[0].score is missing"),
        (detection, {"detectionResults": [{}]}, "no-score", "detectionResults[0]"),
        (detection, {"detectionResults": [{"anomalies": 1}]}, "wrong-shape", "detectionResults[0].anomalies"),
        (
            detection,
            {"detectionResults": [{"anomalies": [{}]}]},
            "no-score",
            "detectionResults[0].anomalies[0].anomalyScore",
        ),
    ],
)
def test_a_score_is_never_guessed(grader: Any, value: Any, code: str, place: str) -> None:
    """What is missing or wrong is refused with its place."""
    with pytest.raises(Refusal) as caught:
        grader(value)

    assert code == caught.value.code
    assert place in caught.value.message
