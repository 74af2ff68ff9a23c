"""Logging's query language, as far as the sandbox takes it.

    search "compartment/log group/log", … | where condition | sort by field desc

A condition compares fields (`data.message`, `subject`, `"quoted field"`) by `=`, `!=`, `<`, `<=`, `>`, `>=`
with a string in single quotes (`*` stands for anything), a number, true or false, and joins comparisons by
`and`, `or`, `not` and parentheses. Source: Oracle's "Logging Query Language Specification".
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TAKEN = (
    "the sandbox takes: search \"compartment/log group/log\", ... | where field = 'value' and ... |"
    " sort by field asc|desc, with =, !=, <, <=, >, >=, and, or, not and parentheses"
)
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"]|"")*")|(?P<string>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<word>[A-Za-z_$][A-Za-z_0-9$]*)|(?P<sign><=|>=|!=|[=<>|,.()]))""",
    re.ASCII,
)
_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DEEPEST = 50

Condition = Callable[[Mapping[str, Any]], bool]
Token = tuple[str, str]


class SearchError(ValueError):
    """A query that the sandbox does not take; the message says what it takes."""


@dataclass(frozen=True)
class Search:
    """A query as read. `streams` are parts of each scope: compartment, log group, log."""

    streams: Sequence[tuple[str, ...]]
    condition: Condition
    sort_by: Sequence[str]
    descending: bool

    def order(self, entry: Mapping[str, Any]) -> tuple[int, Any]:
        """What an entry is sorted by: numbers before text, what lacks the field first."""
        value = field_of(entry, self.sort_by)
        if isinstance(value, (int, float)):
            return 1, value
        return (0, "") if value is None else (2, str(value))


def read(text: str) -> Search:
    """The query. Raises `SearchError`."""
    return _Reader(_tokens(text)).search()


def read_condition(text: str) -> Condition:
    """A condition alone, as a connector's log rule has it, of an entry's content. Raises `SearchError`."""
    found = _Reader(_tokens(text)).condition()
    return lambda content: found({"logContent": content})


def field_of(entry: Mapping[str, Any], path: Sequence[str]) -> Any:
    """A field of a search result: of the result itself, or of its `logContent`."""
    if path[0].lower() not in ("datetime", "logcontent"):
        path = ("logContent", *path)
    value: Any = entry
    for name in path:
        if not isinstance(value, Mapping):
            return None
        low = name.lower()
        value = next((item for key, item in value.items() if key.lower() == low), None)
    return value


def _tokens(text: str) -> list[Token]:
    found, place, text = [], 0, text.rstrip()
    while place < len(text):
        one = _TOKEN.match(text, place)
        if one is None or one.lastgroup is None:
            raise SearchError(f"at character {place + 1}: {TAKEN}")
        found.append((one.lastgroup, one[one.lastgroup]))
        place = one.end()
    return found


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def condition(self) -> Condition:
        found = self._any()
        if self._place < len(self._tokens):
            raise self._refused()
        return found

    def search(self) -> Search:
        streams, conditions = self._streams(), []
        sort_by, descending = ["datetime"], True  # the newest first, unless it says
        while self._takes("|"):
            if self._takes("where"):
                conditions.append(self._any())
            else:
                self._expect("sort")
                self._expect("by")
                sort_by = self._field()
                descending = self._takes("desc")
                if not descending:
                    self._takes("asc")
        if self._place < len(self._tokens):
            raise self._refused()
        return Search(streams, lambda entry: all(one(entry) for one in conditions), sort_by, descending)

    def _streams(self) -> list[tuple[str, ...]]:
        self._expect("search")
        found = []
        while True:
            kind, text = self._next()
            parts = tuple(text[1:-1].split("/"))
            if kind != "quoted" or len(parts) > 3 or not all(parts):
                raise self._refused()
            found.append(parts)
            if not self._takes(",") and self._peek()[0] != "quoted":
                return found

    def _any(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise SearchError("the condition is nested too deeply")
        ways = [self._all()]
        while self._takes("or"):
            ways.append(self._all())
        self._depth -= 1
        return lambda entry: any(way(entry) for way in ways)

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._takes("and"):
            parts.append(self._one())
        return lambda entry: all(part(entry) for part in parts)

    def _one(self) -> Condition:
        negated = False
        while self._takes("not"):
            negated = not negated
        if self._takes("("):
            found = self._any()
            self._expect(")")
        else:
            found = self._comparison()
        return (lambda entry: not found(entry)) if negated else found

    def _comparison(self) -> Condition:
        path, (kind, sign) = self._field(), self._next()
        if kind != "sign" or sign not in ("=", "!=", *_ORDERS):
            raise self._refused()
        value = self._value()
        if sign in _ORDERS:
            return lambda entry: _ordered(sign, field_of(entry, path), value)
        return lambda entry: _equal(field_of(entry, path), value) == (sign == "=")

    def _field(self) -> list[str]:
        found = []
        while True:
            kind, text = self._next()
            if kind == "quoted":
                found.append(text[1:-1].replace('""', '"'))
            elif kind == "word":
                found.append(text)
            else:
                raise self._refused()
            if not self._takes("."):
                return found

    def _value(self) -> Any:
        kind, text = self._next()
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text)
        if kind == "word" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise self._refused()

    def _peek(self) -> Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _next(self) -> Token:
        found = self._peek()
        self._place += 1
        return found

    def _takes(self, text: str) -> bool:
        kind, found = self._peek()
        if kind in ("word", "sign") and found.lower() == text:
            self._place += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise self._refused()

    def _refused(self) -> SearchError:
        return SearchError(TAKEN)


def _equal(actual: Any, value: Any) -> bool:
    if isinstance(value, str):
        if actual is None:
            return False
        return _like(str(actual), value.split("*"))
    return isinstance(actual, bool) == isinstance(value, bool) and bool(actual == value)


def _like(text: str, parts: Sequence[str]) -> bool:
    """Whether a text is these parts with anything between them."""
    first, *middle = parts
    if not middle:
        return text == first
    last = middle.pop()
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    place, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _ordered(sign: str, actual: Any, value: Any) -> bool:
    if isinstance(actual, bool) or isinstance(value, bool):
        return False
    if isinstance(actual, str) != isinstance(value, str) or not isinstance(actual, (str, int, float)):
        return False
    return _ORDERS[sign](actual, value)
