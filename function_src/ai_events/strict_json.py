"""Bytes to a JSON value, under limits that hold before any of it is looked at.

Stricter than `json.loads`: refuses NaN, Infinity and numbers that overflow to them, integers beyond 64 bits,
duplicate keys (two readers would see two different events), lone surrogates, and more values or nesting than
an AI result has. Not a validator of shapes: that is `envelope` and `results`. Reasons name the place and the
size of what is wrong, never its content.
"""

from __future__ import annotations

import json
import math
from typing import NoReturn

from ai_events.failures import Refusal

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]

MAX_DEPTH = 64
# A body of 6 MB can hold three million empty lists, which would fill the memory of a 128 MB function.
MAX_VALUES = 250_000
_INT64 = range(-(2**63), 2**63)
_LONGEST_INT = len(str(-(2**63)))


def parse(body: bytes, max_bytes: int) -> JsonValue:
    """Reads one JSON document of at most `max_bytes` bytes. Raises `Refusal`."""
    if not body.strip():
        raise Refusal("empty-body", "the body is empty", 400)
    if len(body) > max_bytes:
        raise too_large(f"{len(body)} bytes", max_bytes)
    if body.count(b",") + body.count(b"[") + body.count(b"{") > MAX_VALUES:
        raise Refusal("too-many-values", f"the JSON contains more than {MAX_VALUES} values", 413)
    value = _load(_text(body))
    _check_tree(value)
    return value


def too_large(size: str, max_bytes: int) -> Refusal:
    """The refusal of a body or object over its limit; `size` says how large, as far as it is known."""
    return Refusal("too-large", f"{size}, where at most {max_bytes} are read", 413)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("not-utf8", f"byte {error.start} is not UTF-8", 400) from None


def _load(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(
            text,
            parse_int=_int,
            parse_float=_float,
            parse_constant=_constant,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refusal("not-json", f"the body is not JSON ({error.msg} at {where})", 400) from None
    except RecursionError:
        raise _too_deep() from None
    return value


def _too_deep() -> Refusal:
    return Refusal("too-deep", f"the JSON is nested more than {MAX_DEPTH} deep", 400)


def _int(digits: str) -> int:
    # The length first: int() refuses more than 4,300 digits with an exception of its own.
    if len(digits) > _LONGEST_INT or int(digits) not in _INT64:
        raise Refusal(
            "number-out-of-range", f"an integer of {len(digits)} characters does not fit into 64 bits", 400
        )
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise Refusal("number-out-of-range", f"a number of {len(digits)} characters is too large", 400)
    return value


def _constant(name: str) -> NoReturn:
    raise Refusal("not-finite", f"{name} is not a JSON number", 400)


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: dict[str, int] = {}
        for place, (key, _) in enumerate(pairs, start=1):
            if key in seen:
                where = f"members {seen[key]} and {place}"
                raise Refusal("duplicate-key", f"an object has the same key twice (its {where})", 400)
            seen[key] = place
    return value


def _check_tree(root: JsonValue) -> None:
    """The depth of the tree and every string in it, without recursion."""
    stack: list[tuple[JsonValue, int]] = [(root, 1)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, str):
            _check_string(value)
        elif isinstance(value, (dict, list)):
            if depth > MAX_DEPTH:
                raise _too_deep()
            if isinstance(value, dict):
                for key in value:
                    _check_string(key)
            items = value.values() if isinstance(value, dict) else value
            stack.extend((item, depth + 1) for item in items)


def _check_string(text: str) -> None:
    # "\ud800" is valid JSON and no text: it cannot be written to a log, a path or a URL.
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Refusal("invalid-text", "a string or key contains a lone surrogate", 400) from None
