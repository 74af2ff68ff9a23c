"""Cron expressions: what is one, and how often it is due."""

from __future__ import annotations

import re

import pytest

from components.values.cron import cron, runs_an_hour

FIVE = "expected five fields with one space between"
REFUSED = {
    "": FIVE,
    "* * * *": FIVE,
    "0 2 * * * *": "day of the week); there are no seconds and no years",
    "cron(0 2 * * ? *)": "day of the week); there are no seconds and no years",
    "0  2 * * *": FIVE,
    "0 2 * * * ": FIVE,
    "@daily": "day of the week); write 0 0 * * *",
    "@reboot": FIVE,
    "60 2 * * *": "minute: expected a number from 0 to 59",
    "-1 2 * * *": "minute: expected a number from",
    "0 24 * * *": "hour: expected a number from 0 to 23",
    "0 2 0 * *": "day of the month: expected a number from 1 to 31",
    "0 2 * 13 *": "month: expected a number from 1 to 12",
    "0 2 * * 8": "day of the week: expected a number from 0 to 7",
    "0 2 * * mond": "day of the week: expected a number from",
    "0 5-2 * * *": "hour: expected a number from",
    "0 */0 * * *": "hour: expected a number from",
    "0 2,,3 * * *": "hour: expected a number from",
    "0 ? * * *": "hour: expected a number from",
    "0 2 ? * MON": "found '?'; write * for any",
    "0 2 L * *": "day of the month: expected a number from",
    "0 2 31 2,4 *": "is never due",
    "0 2 30 feb *": "is never due",
}


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "0 2 * * *",
        "*/15 8-18 1,15 jan-mar MON-FRI",
        "5/20 0 29 2 *",
        "0 2 31 2 sun",  # either of both days is enough
        "59 23 31 12 7",
    ],
)
def test_what_is_one(text: str) -> None:
    """Numbers, ranges, steps, lists, names of months and days, and what is due on one of two days."""
    assert cron(text) == text


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_none(text: str) -> None:
    """The reason names the part and what may stand there; what is due on no day of any year is none."""
    with pytest.raises(ValueError, match=re.escape(REFUSED[text])):
        cron(text)


@pytest.mark.parametrize(
    ("text", "often"), [("0 2 * * *", 1), ("0,30 * * * *", 2), ("*/7 * * * *", 9), ("* 2 * * *", 60)]
)
def test_how_often_it_is_due(text: str, often: int) -> None:
    """In an hour in which it is."""
    assert runs_an_hour(text) == often
