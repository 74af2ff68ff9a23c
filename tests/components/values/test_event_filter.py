"""What an Events rule lets through."""

from __future__ import annotations

import pytest

from components.values.event_filter import EventFilter, may_begin_with
from components.values.event_types import EventType

OBJECT = EventType.OBJECTSTORAGE_CREATEOBJECT
PROBLEM = EventType.CLOUDGUARD_PROBLEMDETECTED


def test_the_condition_is_sorted_json() -> None:
    """Equal filters are equal strings, whatever order they were written in."""
    types = [EventType.DATASCIENCE_FAILEDJOBRUN]
    one = EventFilter(event_types=types, resource_names=["a*"], attributes={"b": ["1"], "a": ["2", "3"]})
    other = EventFilter(event_types=types, resource_names=["a*"], attributes={"a": ["2", "3"], "b": ["1"]})

    assert one.condition(None) == other.condition(None)
    assert one.condition(None) == (
        '{"data": {"additionalDetails": {"a": ["2", "3"], "b": ["1"]}, "resourceName": ["a*"]}, '
        '"eventType": ["com.oraclecloud.datascience.failedjobrun"]}'
    )


@pytest.mark.parametrize(
    ("filter_", "bucket", "problem"),
    [
        (EventFilter(event_types=[]), None, "event_types: needs at least one event type"),
        (EventFilter(event_types=[OBJECT]), None, f"{OBJECT} needs a bucket"),
        (EventFilter(event_types=[PROBLEM]), "b", f"{PROBLEM} names no bucket"),
        (EventFilter(event_types=[OBJECT], attributes={"bucketName": ["b"]}), "b", "is set by bucket"),
        (EventFilter(event_types=[PROBLEM], attributes={"a": []}), None, "would never match"),
        (EventFilter(event_types=[PROBLEM], resource_names=[""]), None, "would never match"),
        (EventFilter(event_types=[PROBLEM]), None, None),
        (EventFilter(event_types=[OBJECT]), "b", None),
    ],
)
def test_a_filter_matches_what_it_says(filter_: EventFilter, bucket: str | None, problem: str | None) -> None:
    """What could never match, or would match more than it says, is a problem."""
    found = filter_.problem(bucket)

    assert found is None if problem is None else problem in str(found)


@pytest.mark.parametrize(
    ("pattern", "prefix", "expected"),
    [
        ("*", "", True),
        ("*.json", "out/", True),
        ("results/*", "results/a", True),
        ("results/*", "res", True),
        ("results/*", "other/", False),
        ("Results/*", "results/", True),
        ("results/a.json", "results/", True),
        ("results/a.json", "results/a.json.", False),
        ("a*b", "ab", True),
    ],
)
def test_a_pattern_and_a_prefix(pattern: str, prefix: str, expected: bool) -> None:
    """A pattern excludes a prefix where they part before its first asterisk."""
    assert may_begin_with(pattern, prefix) is expected
