"""A rule's condition against an event, row by row of Oracle's page on filters."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from sandbox.events.matcher import ConditionError, mismatch, read_condition

EVENT: dict[str, Any] = {
    "eventType": "com.oraclecloud.objectstorage.createobject",
    "cloudEventsVersion": "0.1",
    "source": "ObjectStorage",
    "data": {
        "compartmentName": "ai-prod",
        "resourceName": "results/2026/a.json",
        "resourceId": None,
        "freeformTags": {"team": "ml"},
        "definedTags": {"Operations": {"CostCenter": "42"}},
        "additionalDetails": {"bucketName": "ai-output", "size": 42, "encrypted": True, "keys": ["a", "b"]},
    },
}

MATCHING: list[tuple[str, Any]] = [
    ("the empty filter matches every event", {}),
    ("one event type as text", {"eventType": "com.oraclecloud.objectstorage.createobject"}),
    ("an array is OR", {"eventType": ["x", "com.oraclecloud.objectstorage.createobject"]}),
    ("Oracle's own pattern", {"eventType": "com.oraclecloud.objectstorage.*object"}),
    ("a pattern in an array", {"eventType": ["x", "com.oraclecloud.objectstorage.*"]}),
    ("* at the start", {"data": {"resourceName": "*.json"}}),
    ("* in the middle", {"data": {"resourceName": "results/*/a.json"}}),
    ("* at the end", {"data": {"resourceName": "results/*"}}),
    ("* crosses slashes", {"data": {"resourceName": "results/*.json"}}),
    ("several *", {"data": {"resourceName": "*/*/*.json"}}),
    ("** is *", {"data": {"resourceName": "results/**.json"}}),
    ("* may stand for nothing", {"data": {"resourceName": "results/2026/a.json*"}}),
    ("* alone is any text", {"data": {"resourceName": "*"}}),
    ("* alone is any number", {"data": {"additionalDetails": {"size": "*"}}}),
    ("* alone is any object", {"data": {"additionalDetails": "*"}}),
    ("fields are AND", {"source": "ObjectStorage", "data": {"compartmentName": "ai-prod"}}),
    ("the same nesting", {"data": {"definedTags": {"Operations": {"CostCenter": ["42", "43"]}}}}),
    ("documented spelling of tags", {"data": {"freeFormTags": {"team": "ml"}}}),
    ("real spelling of tags", {"data": {"freeformTags": {"team": "m*"}}}),
    ("any other top-level field", {"cloudEventsVersion": ["0.1"]}),
    ("a number", {"data": {"additionalDetails": {"size": 42}}}),
    ("a boolean", {"data": {"additionalDetails": {"encrypted": True}}}),
    ("null", {"data": {"resourceId": None}}),
    ("an equal array", {"data": {"additionalDetails": {"keys": ["a", "b"]}}}),
    ("an object among alternatives", {"data": {"additionalDetails": [{"size": 1}, {"size": 42}]}}),
    ("an empty object wants the field only", {"data": {"additionalDetails": {}}}),
]

NOT_MATCHING: list[tuple[str, Any, str]] = [
    ("another type", {"eventType": "com.oraclecloud.objectstorage.deleteobject"}, "eventType is"),
    ("no alternative fits", {"eventType": ["x", "y"]}, "eventType is"),
    ("no alternatives at all", {"eventType": []}, "eventType is"),
    ("a dot is a dot", {"eventType": "com.oraclecloud.objectstorage?createobject"}, "eventType is"),
    ("a pattern covers the whole value", {"data": {"resourceName": "*.jso"}}, "data.resourceName is"),
    ("case counts", {"source": "objectstorage"}, "source is"),
    ("case counts in patterns", {"data": {"resourceName": "Results/*"}}, "data.resourceName is"),
    (
        "one field of two differs",
        {"source": "ObjectStorage", "data": {"compartmentName": "x"}},
        "data.compart",
    ),
    (
        "a field the event lacks",
        {"data": {"availabilityDomain": "*"}},
        "the event has no data.availabilityDomain",
    ),
    (
        "a field the event lacks, inside",
        {"extensions": {"compartmentId": "x"}},
        "the event has no extensions",
    ),
    ("another nesting", {"resourceName": "*"}, "the event has no resourceName"),
    ("another nesting, inside", {"data": {"bucketName": "ai-output"}}, "the event has no data.bucketName"),
    ("nesting into text", {"source": {"name": "x"}}, "the event has no source.name"),
    ("* alone is not null", {"data": {"resourceId": "*"}}, "data.resourceId is null"),
    (
        "a field in another case",
        {"eventtype": "*"},
        "the event has no eventtype; the field eventType is another one, because case counts",
    ),
    ("* in a key is a letter", {"data*": {}}, "the event has no data*"),
    (
        "a number is no text",
        {"data": {"additionalDetails": {"size": "42"}}},
        "data.additionalDetails.size is 42",
    ),
    ("a pattern matches text only", {"data": {"additionalDetails": {"size": "4*"}}}, "size is 42"),
    ("true is not 1", {"data": {"additionalDetails": {"encrypted": 1}}}, "encrypted is true"),
    ("42.0 is not 42", {"data": {"additionalDetails": {"size": 42.0}}}, "size is 42"),
    ("one of the event's array", {"data": {"additionalDetails": {"keys": "a"}}}, "keys is"),
    ("a pattern of another language", {"data": {"resourceName": "results/[0-9]*"}}, "resourceName is"),
]


@pytest.mark.parametrize("condition", [pytest.param(row[1], id=row[0]) for row in MATCHING])
def test_matches(condition: dict[str, Any]) -> None:
    """The event has every field that the condition names, and each matches."""
    assert mismatch(condition, EVENT) is None


@pytest.mark.parametrize(
    ("condition", "why"), [pytest.param(row[1], row[2], id=row[0]) for row in NOT_MATCHING]
)
def test_does_not_match_and_says_why(condition: dict[str, Any], why: str) -> None:
    """The first field that fails is named with its place."""
    reason = mismatch(condition, EVENT)

    assert reason is not None
    assert why in reason


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("ab*ba", "abba", True),
        ("ab*ba", "aba", False),  # the two ends may not share a letter
        ("a*a", "a", False),
        ("x*y*y*z", "xyyz", True),
        ("x*y*y*z", "xyz", False),  # nor may two pieces
        ("x*yz*y*z", "xyzyz", True),
        ("*ab*ba*", "aba", False),
        ("*b*a*", "ab", False),  # pieces come in their order
        ("a*b*b", "ab", False),  # a piece may not reach into the end
        ("*", "", True),
        ("**", "anything", True),
    ],
)
def test_the_pieces_of_a_pattern_follow_each_other(pattern: str, text: str, fits: bool) -> None:
    """As a regular expression with `.*` would have it."""
    assert (mismatch({"n": [pattern]}, {"n": text}) is None) is fits
    assert fits is bool(re.fullmatch(pattern.replace("*", ".*"), text))


def test_a_filter_narrows_with_every_field() -> None:
    """Adding any field that fails to a filter that matches makes it fail."""
    for _, condition in MATCHING:
        for _, failing, _ in NOT_MATCHING:
            if failing.keys().isdisjoint(condition):
                assert mismatch(condition | failing, EVENT) is not None


def test_a_hostile_pattern_is_answered_soon() -> None:
    """Many stars against a long name must not take exponential time."""
    started = time.monotonic()
    pattern, name = "*a" * 12 + "b", "a" * 60

    assert mismatch({"n": pattern}, {"n": name}) is not None
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "null", "[" * 100_000])
def test_a_condition_that_is_no_object_is_an_error(text: str) -> None:
    """It never counts as the empty filter."""
    with pytest.raises(ConditionError):
        read_condition(text)
