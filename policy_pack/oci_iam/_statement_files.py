"""Reads statements from files: plain text, a JSON list, or JSON Lines. Does not judge them.

    plain text   one statement a line; blank lines and lines that begin with `//` hold none
    JSON list    ["Allow …", …] or [{"statement": "Allow …", …}, …]
    JSON Lines   {"statement": "Allow …", any other fields} a line

The first character that is not white space tells which: `[`, `{` or another one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from oci_iam.inputs import Unusable, line_of, read_file, shown_name, why

__all__ = ["Item", "items_of", "read_items"]

_BLANK = " \t\r\n"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's fields. Raises ValueError for two statements in one: which of them would count?"""
    if sum(key == "statement" for key, _ in pairs) > 1:
        raise ValueError('"statement" is given twice')
    return dict(pairs)


_decoder = json.JSONDecoder(object_pairs_hook=_once)
_decode = _decoder.raw_decode
_decode_row = _decoder.decode


@dataclass(frozen=True, slots=True)
class Item:
    """One statement with its place. ``problem`` says why there is nothing to judge (``text`` is then empty);
    ``fields`` are those given beside it; ``policy`` is the same for statements that share aliases."""

    text: str
    place: str
    policy: str
    problem: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def read_items(path: str) -> list[Item]:
    """The statements of a file in their order. Raises Unusable for what is neither of the three forms."""
    return items_of(read_file(path), shown_name(path))


def items_of(text: str, name: str) -> list[Item]:
    """The statements of a text of one of the three forms, named ``name``. Raises Unusable."""
    first = text.lstrip(_BLANK)[:1]
    if first == "[":
        return list(_of_list(text, name))
    return list(_of_json_lines(text, name) if first == "{" else _of_lines(text, name))


def _of_lines(text: str, name: str) -> Iterator[Item]:
    for number, line in enumerate(text.split("\n"), 1):
        statement = line.strip(_BLANK)
        if statement and not statement.startswith("//"):
            yield Item(statement, f"{name}:{number}", name, fields={"statement": statement})


def _of_json_lines(text: str, name: str) -> Iterator[Item]:
    for number, line in enumerate(text.split("\n"), 1):
        place = f"{name}:{number}"
        if not line.strip(_BLANK):
            continue
        try:
            row = _decode_row(line)
        except (ValueError, RecursionError) as error:
            raise Unusable(f"{place}: not valid JSON: {why(error)}") from None
        if not isinstance(row, dict):
            raise Unusable(f"{place}: expected a JSON object on this line")
        yield _of_row(row, place, place)


def _of_row(row: dict[str, Any], place: str, policy: str) -> Item:
    statement = row.get("statement")
    if not isinstance(statement, str):
        raise Unusable(f'{place}: expected a string in "statement"')
    return Item(statement, place, policy, fields=row)


def _of_list(text: str, name: str) -> Iterator[Item]:
    """The entries one by one, so that each has a line to be named by."""
    at = _skip(text, text.index("[") + 1)
    line, counted = 1, 0
    while text[at : at + 1] != "]":
        line += text.count("\n", counted, at)
        counted = at
        place = f"{name}:{line}"
        try:
            entry, at = _decode(text, at)
        except (ValueError, RecursionError) as error:
            raise Unusable(f"{name}:{line_of(error, line)}: not a valid JSON list: {why(error)}") from None
        if isinstance(entry, str):
            yield Item(entry, place, name, fields={"statement": entry})
        elif isinstance(entry, dict):
            yield _of_row(entry, place, name)
        else:
            raise Unusable(f"{place}: expected a string or an object as entry")
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
            if text[at : at + 1] == "]":
                raise Unusable(
                    f"{name}:{text.count(chr(10), 0, at) + 1}: trailing comma before the end of the list"
                )
        elif text[at : at + 1] != "]":
            raise Unusable(
                f"{name}:{text.count(chr(10), 0, at) + 1}: expected a comma or the end of the list"
            )
    rest = _skip(text, at + 1)
    if rest < len(text):
        raise Unusable(f"{name}:{text.count(chr(10), 0, rest) + 1}: unexpected content after the JSON list")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at
