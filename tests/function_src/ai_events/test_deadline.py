"""How long an invocation may take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ai_events.deadline import Deadline


def test_the_platforms_deadline_less_the_time_to_answer() -> None:
    """One second is kept for the log line and the answer."""
    text = (datetime.now(UTC) + timedelta(seconds=10)).isoformat().replace("+00:00", "Z")

    assert Deadline.of_invocation(text).left() == pytest.approx(9, abs=0.3)


@pytest.mark.parametrize("text", [None, "", "soon", "2026-01-01T00:00:00", "0001-01-01T00:00:00+23:59"])
def test_no_deadline_that_can_be_read(text: str | None) -> None:
    """The platform's default, 30 s, but a time long gone is one that has passed."""
    left = Deadline.of_invocation(text).left()

    assert left < 0 if text and text.startswith("0001") else left == pytest.approx(29, abs=0.3)


def test_the_earlier_of_two() -> None:
    """A part may have less time than the whole, never more."""
    assert Deadline(5.0).no_later_than(3.0) == Deadline(3.0)
    assert Deadline(5.0).no_later_than(7.0) == Deadline(5.0)
