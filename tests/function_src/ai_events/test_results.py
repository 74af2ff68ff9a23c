"""Which grader takes a result, and what is made of its findings."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.failures import Refusal
from ai_events.findings import AiResult, Finding
from ai_events.results import has_result, read_result, with_alerts


@pytest.mark.parametrize(
    ("value", "shape", "score"),
    [
        ({"score": 0.5}, "score", 0.5),
        ({"anomalies": [{"score": 0.1}, {"score": 0.8}]}, "anomalies", 0.8),
        ({"detectionResults": [{"score": 0.6}]}, "detectionResults", 0.6),
        ({"documents": [{"key": "7", "documentScores": {"Negative": 0.8}}]}, "documents", 0.8),
        ({"transcriptions": [{"transcription": "hello", "confidence": "0.91"}]}, "transcriptions", 0.09),
        ({"documentMetadata": {"pageCount": 1}, "pages": []}, "document", 0.0),
        ({"labels": None, "imageObjects": [{"name": "Person", "confidence": 0.98}]}, "image", 0.0),
        ({"videoLabels": [], "videoMetadata": {}}, "image", 0.0),
        ({"aspects": [{"text": "food", "scores": {"Negative": 0.98}}]}, "text", 0.98),
    ],
)
def test_known_shapes(value: Any, shape: str, score: float) -> None:
    """Each row of the module's table."""
    result = read_result(value)

    assert (shape, score) == (result.shape, result.score)


@pytest.mark.parametrize("more", [{"labels": []}, {"entities": [1]}, {"pages": 3}, {"errors": "many"}])
def test_ordinary_words_beside_a_telling_key_are_ignored(more: dict[str, Any]) -> None:
    """A result of one's own may hold `labels` or `pages`; a key that is a shape's name decides."""
    assert AiResult("score", (Finding(0.5),)) == read_result({"score": 0.5} | more)


def test_findings_come_most_important_first() -> None:
    """By score, then by confidence."""
    result = read_result(
        {"labels": [{"name": "a", "confidence": 0.1}, {"name": "b", "confidence": 0.9}, {"name": "c"}]}
    )

    assert [finding.label for finding in result.found] == ["b", "a", "c"]


def test_nothing_found_scores_zero() -> None:
    """An empty list says that the service looked and found nothing."""
    assert read_result({"anomalies": []}).score == 0.0


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ({"documents": [], "errors": [{"key": "1", "error": {"code": "x"}}]}, 1),
        ({"labels": None, "errors": [{"code": "x"}, {"code": "y"}]}, 2),
        ({"pages": [], "errors": [{"code": "x"}]}, 1),
        ({"transcriptions": None, "status": "FAILED"}, 1),
        ({"transcriptions": [], "status": "SUCCESS"}, 0),
        ({"labels": [], "errors": None}, 0),
    ],
)
def test_what_the_service_could_not_process_is_counted(value: Any, count: int) -> None:
    """A batch that failed in part must not look like one in which nothing was found."""
    assert count == read_result(value).errors


@pytest.mark.parametrize(
    ("value", "code", "place"),
    [
        ({}, "no-score", "expected one of the keys score, anomalies"),
        ({"hello": "world"}, "no-score", "Document Understanding, Vision or Language"),
        ({"score": 0.5, "anomalies": []}, "ambiguous-result", "score, anomalies"),
        ({"labels": [], "pages": []}, "ambiguous-result", "document, image"),
        ([], "wrong-shape", "found an array"),
        (None, "wrong-shape", "found null"),
        ({"labels": [], "errors": 3}, "wrong-shape", "errors: expected an array, found a number"),
    ],
)
def test_anything_else_is_refused_with_its_place(value: Any, code: str, place: str) -> None:
    """A shape is never guessed."""
    with pytest.raises(Refusal) as caught:
        read_result(value)

    assert code == caught.value.code
    assert place in caught.value.message


@pytest.mark.parametrize(
    ("value", "expected"), [({"score": 1}, True), ({"labels": None}, True), ({"x": 1}, False), ([], False)]
)
def test_details_may_or_may_not_hold_a_result(value: Any, expected: bool) -> None:
    """A telling key is enough: whether its value can be graded is asked later."""
    assert expected is has_result(value)


def test_a_label_that_is_asked_for_scores_its_confidence() -> None:
    """In any letter case; a higher score of its own stays, and so does a finding without a confidence."""
    result = AiResult(
        "x",
        (
            Finding(0.9, "Defect", 0.1),
            Finding(0.2, "defect", 0.8),
            Finding(0.0, "Sky", 1.0),
            Finding(0.0, "defect"),
        ),
        errors=1,
    )
    raised = with_alerts(result, frozenset({"defect"}))

    assert [finding.score for finding in raised.found] == [0.9, 0.8, 0.0, 0.0]
    assert [finding.confidence for finding in raised.found] == [0.1, 0.8, 1.0, None]
    assert raised.errors == 1


def test_an_alert_label_can_become_the_most_important() -> None:
    """The result's score is that of its first finding: raising one puts it there."""
    result = read_result(
        {"labels": [{"name": "sky", "confidence": 0.99}, {"name": "fire", "confidence": 0.7}]}
    )

    assert (result.score, with_alerts(result, {"fire"}).score) == (0.0, 0.7)
