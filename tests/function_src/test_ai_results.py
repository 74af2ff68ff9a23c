"""The shapes of AI results, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.failures import Refusal
from ai_events.results import AiResult, Scored, read_result


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"score": 0.5}, AiResult("score", (Scored(0.5),))),
        ({"score": 1, "label": "x", "more": []}, AiResult("score", (Scored(1.0, "x"),))),
        ({"anomalies": []}, AiResult("anomalies", ())),
        (
            {"anomalies": [{"score": 0.1, "label": "a"}, {"score": 0.8, "label": "b"}]},
            AiResult("anomalies", (Scored(0.8, "b"), Scored(0.1, "a"))),
        ),
        (
            {
                "detectionResults": [
                    {
                        "timestamp": "2026-01-01T00:00:00Z",
                        "score": 0.6,
                        "anomalies": [{"signalName": "pump-7", "anomalyScore": 0.9, "actualValue": 3.1}],
                    },
                    {"timestamp": "2026-01-01T00:01:00Z", "anomalies": []},
                ]
            },
            AiResult("detectionResults", (Scored(0.9, "pump-7"), Scored(0.6, "2026-01-01T00:00:00Z"))),
        ),
        (
            {"documents": [{"key": "7", "documentScores": {"Negative": 0.8, "Mixed": 0.2}}], "errors": []},
            AiResult("documents", (Scored(0.8, "7"),)),
        ),
    ],
)
def test_known_shapes(value: Any, expected: AiResult) -> None:
    """Each row of the module's table, highest score first."""
    assert expected == read_result(value)


def test_nothing_found_scores_zero() -> None:
    """An empty list says that the service looked and found nothing."""
    assert read_result({"anomalies": []}).score == 0.0


@pytest.mark.parametrize(
    ("value", "code", "place"),
    [
        ({}, "no-score", "none of the keys"),
        ({"score": None}, "no-score", "score is missing"),
        ({"score": True}, "wrong-shape", "must be a number"),
        ({"score": "0.9"}, "wrong-shape", "must be a number"),
        ({"score": 93}, "score-out-of-range", "from 0 to 1"),
        ({"score": -0.1}, "score-out-of-range", "from 0 to 1"),
        ({"score": 0.5, "anomalies": []}, "ambiguous-result", "score, anomalies"),
        ({"anomalies": {}}, "wrong-shape", "anomalies must be a list"),
        ({"anomalies": [{"score": 0.1}, 0.5]}, "wrong-shape", "anomalies[1] must be an object"),
        ({"anomalies": [{}]}, "no-score", "anomalies[0].score"),
        ({"detectionResults": [{}]}, "no-score", "detectionResults[0]"),
        (
            {"detectionResults": [{"anomalies": [{}]}]},
            "no-score",
            "detectionResults[0].anomalies[0].anomalyScore",
        ),
        ({"detectionResults": [{"anomalies": 1}]}, "wrong-shape", "detectionResults[0].anomalies"),
        ({"documents": [{"documentScores": 1}]}, "no-score", "documents[0].documentScores"),
        ({"documents": [{"documentScores": {}}]}, "no-score", "documents[0].documentScores.Negative"),
        ([], "wrong-shape", "must be a JSON object"),
    ],
)
def test_anything_else_is_refused_with_its_place(value: Any, code: str, place: str) -> None:
    """A score is never guessed."""
    with pytest.raises(Refusal) as caught:
        read_result(value)

    assert code == caught.value.code
    assert place in caught.value.message


def test_a_label_is_cut() -> None:
    """A label of a megabyte does not travel into the answer and the log."""
    assert len(read_result({"score": 1, "label": "x" * 1_000_000}).found[0].label) == 200
