"""Queries over posted samples, as summaries and alarms ask them; and what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.cloud import clock
from sandbox.cloud.store import Store
from sandbox.services.monitoring import queries, samples
from sandbox.services.monitoring.queries import QueryError, Sample

START = 1_769_860_800.0
METRIC = samples.Metric(compartment_id="c", namespace="my_app", name="errors", dimensions={"host": "a"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty one, whose clock stands still."""
    with Store(tmp_path / "store.db") as store:
        clock.stand_still(store, START)
        yield store


def _points(store: Store, text: str, **more: float) -> list[tuple[float, float]]:
    asked = {"start": START - 600, "end": START + 600, **more}
    query = queries.read(text, for_alarm=">" in text)
    found = samples.series(store, query, namespace="my_app", compartment_ids=["c"], **asked)  # type: ignore[arg-type]
    return [(time - START, value) for one in found for time, value in one.points]


def test_an_alarm_compares() -> None:
    """Its query has a threshold, and says whether a value is beyond it."""
    query = queries.read('errors[5m]{host = "a"}.sum() >= 2.5', for_alarm=True)

    assert (query.name, query.interval, query.statistic) == ("errors", 300, "sum")
    assert [query.holds(value) for value in (2.4, 2.5, 9)] == [False, True, True]


def test_an_alarm_on_absence() -> None:
    """Has none, and is no summary's."""
    assert queries.read("errors[1m].absent()", for_alarm=True).statistic == "absent"
    for text, for_alarm in (("errors[1m].absent()", False), ("errors[1m].sum()", True)):
        with pytest.raises(QueryError):
            queries.read(text, for_alarm=for_alarm)


def test_windows_as_long_as_the_interval(store: Store) -> None:
    """Unless a resolution is asked for; each begins at a multiple of its length."""
    taken = [Sample(START, 1, 1), Sample(START + 59, 2, 3), Sample(START + 60, 5, 1)]
    samples.record(store, [(METRIC, taken)])

    assert _points(store, "errors[1m].sum() > 0") == [(0, 7.0), (60, 5.0)]
    assert _points(store, "errors[2m].sum()") == [(0, 12.0)]
    assert _points(store, "errors[2m].sum()", resolution=60) == [(-60, 7.0), (0, 12.0), (60, 5.0)]
    assert _points(store, "errors[1m].mean()") == [(0, 7 / 4), (60, 5.0)]
    assert _points(store, "errors[1m].sum()", end=START + 60) == [(0, 7.0)]


def test_a_resource_group_is_asked_for(store: Store) -> None:
    """Without one, what is in none is found."""
    grouped = samples.Metric(
        compartment_id="c", namespace="my_app", name="errors", resource_group="g", dimensions={"host": "a"}
    )
    samples.record(store, [(METRIC, [Sample(START, 1, 1)]), (grouped, [Sample(START, 2, 1)])])

    assert _points(store, "errors[1m].sum()") == [(0, 1.0)]
    assert _points(store, "errors[1m].sum()", resource_group="g") == [(0, 2.0)]  # type: ignore[arg-type]


def test_old_and_many_samples_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the cloud's clock, and the oldest first."""
    monkeypatch.setattr(samples, "KEPT", 2)
    samples.record(store, [(METRIC, [Sample(START + second, second, 1) for second in range(3)])])
    assert _points(store, "errors[1m].count()") == [(0, 2.0)]

    clock.advance(store, samples.KEPT_SECONDS + 10)
    samples.record(store, [])
    assert _points(store, "errors[1m].count()") == []
