"""UNIX cron expressions, as Resource Scheduler takes them.

Source: Oracle's page "Adding Schedule Information". How often a schedule may be due at most is not on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from components.values.limits import shown


class _Field(NamedTuple):
    """One of the five: what it counts, its range, and the names that stand for its numbers."""

    name: str
    low: int
    high: int
    names: Mapping[str, int]


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of the month", 1, 31, {}),
    _Field("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    _Field("day of the week", 0, 7, {name: number for number, name in enumerate(_DAYS)}),
)
# What other schedulers take, and Resource Scheduler does not.
_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_PART = re.compile(r"(?:(?P<all>\*)|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>[1-9][0-9]?))?", re.ASCII)
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def cron(value: str) -> str:
    """A UNIX cron expression of five fields that is due at some time."""
    _, _, days, months, _ = _numbers(value)
    by_weekday = value.split()[4] != "*"
    if not by_weekday and min(days) > max(_LONGEST[month - 1] for month in months):
        raise ValueError(f"{shown(value)} is never due: no month that it names has such a day")
    return value


def runs_an_hour(value: str) -> int:
    """How often a cron expression is due in an hour in which it is due."""
    return len(_numbers(value)[0])


def _numbers(value: str) -> list[set[int]]:
    """What each field stands for. Raises ValueError."""
    parts = value.split(" ")
    if len(parts) != len(_FIELDS) or "" in parts:
        raise ValueError(
            f"{shown(value)} is not a cron expression: expected five fields with one space between (minute, "
            f"hour, day of the month, month, day of the week){_instead(value)}"
        )
    return [
        set[int]().union(*(_range(part, field) for part in text.split(",")))
        for text, field in zip(parts, _FIELDS, strict=True)
    ]


def _instead(value: str) -> str:
    """How to say what is an expression elsewhere."""
    if value in _MACROS:
        return f"; write {_MACROS[value]}"
    return "; there are no seconds and no years" if len(value.split()) in (6, 7) else ""


def _range(text: str, field: _Field) -> range:
    """What a number, a range, `*`, or one of them with a step, stands for."""
    match = _PART.fullmatch(text)
    if match is None:
        raise ValueError(_not_one(text, field))
    first = field.low if match["all"] else _number(match["low"], field, text)
    last = field.high if match["all"] or match["step"] else first
    if match["high"]:
        last = _number(match["high"], field, text)
    if last < first:
        raise ValueError(_not_one(text, field))
    return range(first, last + 1, int(match["step"] or 1))


def _number(text: str, field: _Field, part: str) -> int:
    number = int(text) if text.isdigit() else field.names.get(text.casefold(), -1)
    if not field.low <= number <= field.high:
        raise ValueError(_not_one(part, field))
    return number


def _not_one(text: str, field: _Field) -> str:
    every = "; write * for any" if text == "?" else ""
    return (
        f"{field.name}: expected a number from {field.low} to {field.high}, a range, a step or *, "
        f"found {shown(text)}{every}"
    )
