"""What is a cron expression, said twice: by the config before a deploy and by the sandbox as the service."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.values.cron import cron, runs_an_hour
from sandbox.cloud.errors import InvalidParameter
from sandbox.services.resourcescheduler.recurrence import occurrences

# Half a minute before an hour, so that the first hour in which something is due is whole.
BEGUN = datetime(2025, 12, 31, 23, 59, 30, tzinfo=UTC).timestamp()
HOUR = 3600


def field(low: int, high: int) -> st.SearchStrategy[str]:
    """A field of an expression: `*`, a number, a range, a step or a list of them."""
    number = st.integers(low, high)
    # A range of one number is left out: the sandbox's library reads it as any.
    spans = st.lists(number, min_size=2, max_size=2, unique=True).map(sorted)
    part = st.one_of(
        st.just("*"),
        number.map(str),
        spans.map(lambda both: f"{both[0]}-{both[1]}"),
        st.integers(1, 30).map(lambda step: f"*/{step}"),
        st.tuples(spans, st.integers(1, 9)).map(lambda each: f"{each[0][0]}-{each[0][1]}/{each[1]}"),
    )
    return st.lists(part, min_size=1, max_size=3).map(",".join)


EXPRESSIONS = st.tuples(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6)).map(" ".join)


def times(text: str, count: int) -> list[float]:
    """When the sandbox says it is due."""
    inputs = {"recurrenceType": "CRON", "recurrenceDetails": text}
    return list(islice(occurrences(inputs, BEGUN, BEGUN), count))


@given(EXPRESSIONS)
def test_what_the_config_takes_is_due_as_often_as_it_says(text: str) -> None:
    """The sandbox takes it too, and the first whole hour in which it is due has that many times."""
    often = runs_an_hour(cron(text))
    found = times(text, often + 1)
    hour = found[0] - found[0] % HOUR

    assert len([time for time in found if time < hour + HOUR]) == often


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 32 * *",
        "* * * 13 *",
        "* * * * 8",
        "a * * * *",
        "*/0 * * * *",
    ],
)
def test_both_refuse(text: str) -> None:
    """What no field can hold."""
    with pytest.raises(ValueError):  # noqa: PT011 the reasons differ
        cron(text)
    with pytest.raises(InvalidParameter):
        times(text, 1)


# What one takes and the other does not, on purpose.
STRICTER = {
    "0 2 L * *": "an extension of some schedulers",
    "0 2 30 2 *": "never due: the sandbox finds no time",
}


@pytest.mark.parametrize("text", STRICTER)
def test_the_config_is_stricter(text: str) -> None:
    """What UNIX cron does not have, and what is never due."""
    with pytest.raises(ValueError):  # noqa: PT011 the reasons differ
        cron(text)
