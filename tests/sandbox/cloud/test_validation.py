"""Refusals that several services share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import validation
from sandbox.cloud.errors import ServiceError


@pytest.mark.parametrize(
    ("refuse", "text"),
    [
        (lambda: validation.one_of({"a": "z"}, "a", ("x", "y")), "a must be one of x, y, not 'z'"),
        (lambda: validation.between({"a": 6}, "a", 1, 5), "a must be between 1 and 5, not 6"),
        (lambda: validation.between({"a": 0}, "a", 1, 5), "a must be between 1 and 5, not 0"),
        (lambda: validation.filled({"a": " "}, "a"), "a must not be blank"),
        (lambda: validation.filled({}, "a"), "a must not be blank"),
        (lambda: validation.filled({"a": "xxx"}, "a", 2), "a has 3 characters; at most 2 are allowed"),
        (lambda: validation.config({"1": "x"}, "function"), "config key '1' of the function must consist of"),
        (lambda: validation.config({"A": "\n"}, "function"), "the value of config key 'A' of the function"),
        (lambda: validation.config({"A": "x" * 4096}, "function"), "is 4097 bytes; at most 4096"),
    ],
)
def test_what_is_refused_and_how(refuse: Callable[[], Any], text: str) -> None:
    """With the name of the input, and its value where there is one."""
    with pytest.raises(ServiceError) as raised:
        refuse()

    assert text in str(raised.value)


def test_what_is_not_given_is_not_refused() -> None:
    """Both ends of a range belong to it; the bytes of a configuration are counted as UTF-8."""
    validation.one_of({}, "a", ("x",))
    validation.between({}, "a", 1, 5)
    validation.between({"a": 1}, "a", 1, 5)
    validation.between({"a": 5}, "a", 1, 5)

    assert validation.filled({"a": "xx"}, "a", 2) == "xx"
    assert validation.config(None, "function") == 0
    assert validation.config({"A": "é"}, "function") == 3


def test_json_is_compared_by_what_it_says() -> None:
    """What is no JSON is the same as nothing."""
    assert validation.same_json('{"a": 1, "b": [2]}', '{"b":[2],"a":1}')
    assert not validation.same_json("[1, 2]", "[2, 1]")
    assert not validation.same_json("x", "x")
    assert validation.parsed_json(None) is None
