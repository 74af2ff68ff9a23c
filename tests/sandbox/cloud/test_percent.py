"""Percent-encoding of the parts of a path."""

from __future__ import annotations

import pytest

from sandbox.cloud.percent import decoded, encoded


@pytest.mark.parametrize(
    ("text", "code"),
    [("a/b c", "a%2Fb%20c"), ("10.0.0.1:80", "10.0.0.1:80"), ("ä?#", "%C3%A4%3F%23"), ("50%", "50%25")],
)
def test_there_and_back(text: str, code: str) -> None:
    """As Go's url.PathEscape has it."""
    assert encoded(text) == code
    assert decoded(code) == text


def test_what_is_no_code_stays() -> None:
    """A lone sign, or bytes that are no text."""
    assert decoded("50% of %zz") == "50% of %zz"
    assert decoded("%FF") == "\N{REPLACEMENT CHARACTER}"
