"""How graders read numbers, lists and labels."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.failures import Refusal
from ai_events.findings import doubt, label, number, objects, only_object, optional_number


def refused(function: Any, *arguments: Any) -> tuple[str, str]:
    """The code and message with which reading fails."""
    with pytest.raises(Refusal) as caught:
        function(*arguments)
    return caught.value.code, caught.value.message


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0.0), (1, 1.0), (0.5, 0.5), (1.0000001, 1.0), (0.9999999, 0.9999999)]
)
def test_a_number_is_from_0_to_1(value: Any, expected: float) -> None:
    """Services compute in 32 bits: a 1 that was rounded up is a 1."""
    assert expected == number({"score": value}, "score", "")


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (None, "no-score", "a[0].score is missing"),
        (True, "wrong-shape", "a[0].score: expected a number, found a boolean"),
        ("0.9", "wrong-shape", "a[0].score: expected a number, found a string"),
        (93, "score-out-of-range", "a[0].score: expected a number from 0 to 1, found one outside"),
        (1.001, "score-out-of-range", "a[0].score: expected a number from 0 to 1, found one outside"),
        (-0.1, "score-out-of-range", "a[0].score: expected a number from 0 to 1, found one outside"),
        (float("nan"), "score-out-of-range", "a[0].score: expected a number from 0 to 1, found one outside"),
    ],
)
def test_anything_else_is_no_number(value: Any, code: str, message: str) -> None:
    """The message has the place, never the value."""
    assert (code, message) == refused(number, {"score": value}, "score", "a[0]")


def test_a_number_may_be_missing_where_the_service_leaves_it_out() -> None:
    """Missing and null are the same; a wrong one is still refused."""
    assert optional_number({}, "confidence", "x") is None
    assert optional_number({"confidence": None}, "confidence", "x") is None
    assert refused(optional_number, {"confidence": []}, "confidence", "")[1].startswith(
        "confidence: expected"
    )


def test_the_objects_of_a_list_come_with_their_places() -> None:
    """A list that was not asked for is null or missing."""
    assert objects({"a": [{}, {"b": 1}]}, "a", "x.") == [("x.a[0]", {}), ("x.a[1]", {"b": 1})]
    assert objects({"a": None}, "a") == objects({}, "a") == []
    assert refused(objects, {"a": {}}, "a", "x.")[1] == "x.a: expected an array, found an object"
    assert refused(objects, {"a": [{}, 0.5]}, "a")[1] == "a[1]: expected an object, found a number"


def test_an_object_may_be_null() -> None:
    """Null is an empty object, any other value is refused."""
    assert only_object(None, "x") == {}
    assert only_object({"a": 1}, "x") == {"a": 1}
    assert refused(only_object, "text", "x")[1] == "x: expected an object, found a string"


def test_a_label_is_cut() -> None:
    """A label of a megabyte does not travel into the answer; one that is no string is none."""
    assert len(label({"label": "x" * 1_000_000}, "label")) == 200
    assert label({"label": 7}, "label") == ""


def test_doubt_is_what_confidence_leaves() -> None:
    """Without the digits that binary fractions add."""
    assert doubt(0.91) == 0.09
