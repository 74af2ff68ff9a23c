"""Two patterns overlap where one string matches both."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_functions_guard.overlap import overlap


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("a", "A", True),
        ("a", "ab", False),
        ("a*", "ab", True),
        ("out/*", "*.json", True),
        ("out/*", "in/*", False),
        ("*a*", "b*b", True),
        ("a*b", "*c", False),
        ("", "*", True),
        ("", "a*", False),
        ("**", "", True),
    ],
)
def test_examples(left: str, right: str, expected: bool) -> None:
    """Either order has one answer, and letter case makes no difference."""
    assert overlap(left, right) is expected
    assert overlap(right, left) is expected


@given(st.text("ab*", max_size=6), st.text("ab*", max_size=6))
def test_as_by_trying_every_short_string(left: str, right: str) -> None:
    """Where two such patterns overlap at all, a string as long as both together matches both."""
    strings = [""]
    for _ in range(8):
        strings += [each + letter for each in strings if len(each) == len(strings[-1]) for letter in "ab"]
    expressions = [re.compile(".*".join(map(re.escape, each.split("*")))) for each in (left, right)]

    found = any(all(one.fullmatch(each) for one in expressions) for each in strings)

    letters = len(left.replace("*", "")) + len(right.replace("*", ""))
    assert overlap(left, right) is found or letters > 8
