"""JSON under limits; what each refusal says. `test_func.py` has such inputs as whole invocations."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.failures import Refusal
from ai_events.strict_json import MAX_DEPTH, MAX_VALUES, parse

LIMIT = 8 * 1024 * 1024


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b"\xef\xbb\xbf{}", {}),
        (b'{"a": [1, 2.5, "x", true, null]}', {"a": [1, 2.5, "x", True, None]}),
        (b"-9223372036854775808", -(2**63)),
        (b"9223372036854775807", 2**63 - 1),
        ('"\u00e4\U0001f600"'.encode(), "\u00e4\U0001f600"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b"1e308", 1e308),
    ],
)
def test_ordinary_json_is_read(body: bytes, value: Any) -> None:
    """Up to the edges of 64 bits, with a byte order mark, and with pairs of surrogates."""
    assert value == parse(body, LIMIT)


def test_the_limits_themselves_are_fine() -> None:
    """Exactly as deep, as many and as long as allowed."""
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, LIMIT)
    assert len(parse(b"[" + b"0," * (MAX_VALUES - 1) + b"0]", LIMIT) or ()) == MAX_VALUES  # type: ignore[arg-type]
    assert parse(b'"12"', 4) == "12"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b" \n", "empty-body", "the body is empty"),
        (b'"123"', "too-large", "5 bytes, where at most 4 are read"),
        (b'"\xff"', "not-utf8", "byte 1 is not UTF-8"),
        (b"{} x", "not-json", "the body is not JSON (Extra data at line 1, column 4)"),
        (b"NaN", "not-finite", "NaN is not a JSON number"),
        (b"9" * 40, "number-out-of-range", "an integer of 40 characters does not fit into 64 bits"),
        (b"1e999", "number-out-of-range", "a number of 5 characters is too large"),
        (
            b'{"b": 1, "a": 2, "b": 3}',
            "duplicate-key",
            "an object has the same key twice (its members 1 and 3)",
        ),
        (b"[" * 65 + b"]" * 65, "too-deep", "the JSON is nested more than 64 deep"),
        (b"[" * 10**5 + b"]" * 10**5, "too-deep", "the JSON is nested more than 64 deep"),
        (b"[" + b"0," * MAX_VALUES + b"0]", "too-many-values", "the JSON contains more than 250000 values"),
        (b'["\\ud800"]', "invalid-text", "a string or key contains a lone surrogate"),
        (b'{"\\ud800": 1}', "invalid-text", "a string or key contains a lone surrogate"),
    ],
)
def test_a_refusal_names_place_and_size(body: bytes, code: str, message: str) -> None:
    """Never the content, which may be what must not be logged."""
    with pytest.raises(Refusal) as caught:
        parse(body, 4 if code == "too-large" else LIMIT)

    assert (code, message) == (caught.value.code, caught.value.message)
