"""Reads statements from files: plain text, a JSON list, or JSON Lines. Does not judge them.

    plain text   a statement runs on until a blank line, or a line that begins the next one; lines that begin
                 with `#` or `//` are remarks
    JSON list    ["Allow …", …] or [{"statement": "Allow …", …}, …]
    JSON Lines   {"statement": "Allow …", any other fields} a line

The first character that is not white space tells which: `[`, `{` or another one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from oci_iam.inputs import Unusable, line_of, read_file, shown_name, why
from oci_iam.items import Item, Place
from oci_iam.language.parser import parse
from oci_iam.statement import Unparsable

__all__ = ["items_of", "read_items"]

_BLANK = " \t\r\n"
_BEGINS = re.compile(r"(?:allow|deny|endorse|admit|define)\b", re.IGNORECASE).match


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's fields. Raises ValueError for two statements in one: which of them would count?"""
    if sum(key == "statement" for key, _ in pairs) > 1:
        raise ValueError('"statement" is given twice')
    return dict(pairs)


_decoder = json.JSONDecoder(object_pairs_hook=_once)
_decode = _decoder.raw_decode
_decode_row = _decoder.decode


def read_items(path: str) -> list[Item]:
    """The statements of a file in their order. Raises Unusable for what is neither of the three forms."""
    return items_of(read_file(path), shown_name(path))


def items_of(text: str, name: str) -> list[Item]:
    """The statements of a text of one of the three forms, named ``name``. Raises Unusable."""
    first = text.lstrip(_BLANK)[:1]
    if first == "[":
        return list(_of_list(text, name))
    return list(_of_json_lines(text, name) if first == "{" else _of_lines(text, name))


_Lines: TypeAlias = list[tuple[int, str]]


def _of_lines(text: str, name: str) -> Iterator[Item]:
    for lines in _paragraphs(text):
        for several in _statements(lines):
            statement = _joined(several)
            place = Place(name, several[0][0])
            yield Item(statement, place, name, fields={"statement": statement})


def _paragraphs(text: str) -> Iterator[_Lines]:
    """The lines of each statement. A line runs a statement on only where one has begun: any other that begins
    none is by itself, and so is refused by itself."""
    lines: _Lines = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip(_BLANK)
        if line.startswith(("#", "//")):
            continue
        runs_on = bool(line and lines and _BEGINS(lines[0][1]) and not _BEGINS(line))
        if lines and not runs_on:
            yield lines
            lines = []
        if line:
            lines.append((number, line))
    if lines:
        yield lines


def _statements(lines: _Lines) -> list[_Lines]:
    """The lines as one statement; or where they are none together, those that are one and the rest: a whole
    statement is judged, whatever follows it."""
    if len(lines) > 1 and isinstance(parse(_joined(lines)), Unparsable):
        for end in range(len(lines) - 1, 0, -1):
            if not isinstance(parse(_joined(lines[:end])), Unparsable):
                return [lines[:end], lines[end:]]
    return [lines]


def _joined(lines: _Lines) -> str:
    """A remark ends with its line, so the lines stay apart where there is one."""
    texts = [line for _, line in lines]
    return ("\n" if any("//" in line or "#" in line for line in texts) else " ").join(texts)


def _of_json_lines(text: str, name: str) -> Iterator[Item]:
    for number, line in enumerate(text.split("\n"), 1):
        place = Place(name, number)
        if not line.strip(_BLANK):
            continue
        try:
            row = _decode_row(line)
        except (ValueError, RecursionError) as error:
            raise Unusable(f"{place}: not valid JSON: {why(error)}") from None
        if not isinstance(row, dict):
            raise Unusable(f"{place}: expected a JSON object on this line")
        yield _of_row(row, place, str(place))


def _of_row(row: dict[str, Any], place: Place, policy: str) -> Item:
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
        place = Place(name, line)
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
