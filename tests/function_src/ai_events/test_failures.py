"""How a failure is told, and what may be shown of untrusted input."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.failures import Refusal, Unprocessed, kind, quote


def test_a_refusal_is_no_failed_invocation() -> None:
    """A status of its own, so that the platform does not deliver the event again."""
    refusal = Refusal("code", "message")

    assert (refusal.code, refusal.message, refusal.http_status, str(refusal)) == (
        "code",
        "message",
        422,
        "message",
    )


def test_what_a_retry_may_mend_is_a_failed_invocation() -> None:
    """502 is the one status that the kit passes on as a failure with a body."""
    assert Unprocessed("code", "message").http_status == 502


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "'plain'"),
        ("a\nb", r"'a\nb'"),
        ("ä\ud800", r"'\xe4\ud800'"),
        ("x" * 200, "'" + "x" * 76 + "..."),
    ],
)
def test_a_name_is_quoted_short_and_on_one_line(value: str, shown: str) -> None:
    """Printable ASCII, at most 80 characters."""
    assert shown == quote(value)
    assert len(quote(value)) <= 80


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (None, "null"),
        (True, "a boolean"),
        (1, "a number"),
        (0.5, "a number"),
        ("secret", "a string"),
        ([], "an array"),
        ({}, "an object"),
        (object(), "an unknown value"),
    ],
)
def test_a_value_is_named_by_its_json_type(value: Any, named: str) -> None:
    """Where content must not be shown."""
    assert named == kind(value)
