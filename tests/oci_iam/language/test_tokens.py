from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_iam.language.tokens import END, split, split_comments, token_spans


def tokens(text: str) -> list[str]:
    return [token for token in split(text) if token != END]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to use\tfn-app\r\nin", ["to", "use", "fn-app", "in"]),
        ("A:B:C", ["A:B:C"]),
        ("Default/Admins", ["Default/Admins"]),
        ("'My Domain'/'My Group'", ["'My Domain'", "/", "'My Group'"]),
        ("a!='b'", ["a", "!=", "'b'"]),
        ("a ! = 'b'", ["a", "!", "=", "'b'"]),
        ("a=/hr*/", ["a", "=", "/hr*/"]),
        ("a=/*hr team*/", ["a", "=", "/*hr team*/"]),
        ("{A,B}", ["{", "A", ",", "B", "}"]),
        ("in('a','b')", ["in", "(", "'a'", ",", "'b'", ")"]),
        ("''", ["''"]),
        ("'open", ["'", "open"]),
        ("'a\\'b'", ["'", "a", "\\", "'b'"]),
        ("'line\nbreak'", ["'", "line", "break", "'"]),
        ('"a";#', ['"', "a", '"', ";", "#"]),
        ("a\x0bb\x00", ["a", "\x0b", "b", "\x00"]),
        ("", []),
    ],
)
def test_split(text: str, expected: list[str]) -> None:
    """Words, literals, patterns and single characters; white space is what lies between them."""
    assert expected == tokens(text)


def test_a_pattern_does_not_swallow_a_domain_name_and_a_comment() -> None:
    """The slash of 'domain'/group does not pair with a slash of a later comment."""
    expected = ["'D'", "/", "g", "to", "//", " x"]

    assert expected[:4] == tokens("'D'/g to // x")[:4]


@given(st.text(st.characters(max_codepoint=127)))
def test_no_character_is_lost(text: str) -> None:
    """All that is not a blank, tab or line end is part of some token, in its order."""
    expected = [c for c in text if c not in " \t\r\n"]

    assert expected == [c for token in split(text) for c in token if c not in " \t\r\n"]


@given(st.text(st.characters(max_codepoint=127)))
def test_spans_are_those_of_the_tokens(text: str) -> None:
    """The offsets lead back to the tokens, comments left out."""
    expected = [token for token in tokens(text) if not token.startswith("//")]

    assert expected == [text[start:end] for start, end in token_spans(text)]


def test_comment_at_the_end_has_one_reading() -> None:
    """A comment nothing follows ends the statement in every reading."""
    by_line, to_the_end = split_comments("a b // c\n // d\n")

    assert [token for token in by_line if token] == ["a", "b"]
    assert to_the_end is None


def test_comment_in_the_middle_has_two_readings() -> None:
    """What follows the comment's line counts in one reading and not in the other."""
    by_line, to_the_end = split_comments("a // c\n b")

    assert [token for token in by_line if token] == ["a", "b"]
    assert [token for token in to_the_end or [] if token] == ["a"]


@pytest.mark.parametrize("text", ["a // b\r c", "a // b\x0c", "a // \x00"])
def test_comment_that_ends_nobody_knows_where(text: str) -> None:
    """A lone carriage return or a control character in a comment is not guessed about."""
    with pytest.raises(ValueError, match="comment"):
        split_comments(text)


def test_lone_return_outside_comments_is_white_space() -> None:
    """Where no comment could end at it, a carriage return without a line feed is not doubted."""
    assert split_comments("a = 'http://x'\rb") == (split("a = 'http://x' b"), None)
