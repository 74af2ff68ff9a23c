"""Five hundred events and four kills: each event handled, one object for each, nothing owed at the end."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.end_to_end.storm import TWICE, Report, storm_in

EVENTS = 500
_MOST_GROWTH_MB = 40.0


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What the storm left."""
    with storm_in(tmp_path_factory.mktemp("storm") / "sandbox") as storm:
        found = storm.run(EVENTS)
    print(found)
    return found


def test_nothing_is_lost_and_nothing_doubled(report: Report) -> None:
    """Neither by the kills nor by what was sent twice."""
    assert report.problems() == []
    assert len(report.sent) + len(report.put) == EVENTS


def test_it_was_a_storm(report: Report) -> None:
    """Both kinds of process died, and what was sent twice was found done."""
    assert report.killed["server"] == 2
    assert report.killed["function"] >= 2
    assert report.repeated >= EVENTS / 2 * TWICE


def test_memory_does_not_grow_with_the_events(report: Report) -> None:
    """Of the serving process; the soak looks for longer."""
    assert report.growth_mb < _MOST_GROWTH_MB, str(report)


def test_a_report_tells_what_is_wrong() -> None:
    """Lost, doubled, unknown and undelivered events each have a line."""
    good = Report(
        sent={"a"},
        put={"in/1"},
        results=Counter(["a", "b"]),
        results_of_puts=Counter(["in/1"]),
        undelivered=[],
        killed=Counter(),
        repeated=0,
        seconds=1.0,
        memory_mb=[10.0, 10.0, 11.0, 12.0],
    )

    assert good.problems() == []
    assert good.growth_mb == 2.0
    good.results_of_puts["in/1"] += 1
    good.sent.add("lost")
    good.put.add("in/lost")
    good.undelivered.append("dropped function: denied")
    assert len(good.problems()) == 5
