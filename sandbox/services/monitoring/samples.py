"""Posted metrics: kept in the store within a bound, and read back as summaries and alarms ask for them.

Times are seconds since 1970. Raw samples are kept for 14 days and up to 200,000 of them; OCI keeps 90 days,
in coarser steps.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sandbox.cloud import clock
from sandbox.cloud.store import Store
from sandbox.services.monitoring.queries import Query, Sample

KEPT_SECONDS = 14 * 86400
KEPT = 200_000
_TABLE = """
CREATE TABLE IF NOT EXISTS metric_samples (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    compartment TEXT NOT NULL,
    namespace TEXT NOT NULL,
    resource_group TEXT NOT NULL,
    name TEXT NOT NULL,
    dimensions TEXT NOT NULL,
    metadata TEXT NOT NULL,
    time REAL NOT NULL,
    value REAL NOT NULL,
    count INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS metric_samples_by_name ON metric_samples (compartment, namespace, name, time);
CREATE INDEX IF NOT EXISTS metric_samples_by_time ON metric_samples (time)
"""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One stream of datapoints."""

    compartment_id: str
    namespace: str
    name: str
    resource_group: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """How the API and connectors name it, without its metadata."""
        return {
            "namespace": self.namespace,
            "resourceGroup": self.resource_group or None,
            "compartmentId": self.compartment_id,
            "name": self.name,
            "dimensions": dict(self.dimensions),
        }

    @cached_property
    def key(self) -> str:
        """Tells it from all others, and puts all in an order."""
        parts = (self.namespace, self.name, self.resource_group, self.compartment_id)
        return json.dumps([*parts, sorted(self.dimensions.items())])


@dataclass(frozen=True)
class Series:
    """The answer to a query for one group: the start of each window that has samples, and its value."""

    metric: Metric
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Posted:
    """One datapoint of a metric; `number` is greater than that of every one that came in before."""

    number: int
    metric: Metric
    sample: Sample


def record(store: Store, posted: Iterable[tuple[Metric, Sequence[Sample]]]) -> None:
    """Keep datapoints, all of them or none."""
    with store.transaction():
        store.define(_TABLE)
        for metric, samples in posted:
            for one in samples:
                store.execute(
                    "INSERT INTO metric_samples (compartment, namespace, resource_group, name, dimensions,"
                    " metadata, time, value, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(metric.compartment_id, metric.namespace, metric.resource_group, metric.name),
                        *(_text(metric.dimensions), _text(metric.metadata), one.time, one.value, one.count),
                    ),
                )
        newest = store.select("SELECT max(number) FROM metric_samples")[0][0] or 0
        store.execute(
            "DELETE FROM metric_samples WHERE number <= ? OR time < ?",
            (newest - KEPT, clock.now(store) - KEPT_SECONDS),
        )


def series(
    store: Store,
    query: Query,
    *,
    namespace: str,
    compartment_ids: Collection[str],
    start: float,
    end: float,
    resource_group: str = "",
    resolution: int = 0,
) -> list[Series]:
    """What a query answers over the samples from `start` (with it) to `end` (without it).

    A window as long as the query's interval begins every `resolution` seconds (0: as long as the interval),
    at whole multiples of that since 1970. A window without samples has no point.
    """
    store.define(_TABLE)
    groups: dict[str, tuple[Metric, list[Sample]]] = {}
    for compartment in sorted(compartment_ids):
        for dimensions, metadata, time, value, count in store.select(
            "SELECT dimensions, metadata, time, value, count FROM metric_samples WHERE compartment = ?"
            " AND namespace = ? AND name = ? AND resource_group = ? AND time >= ? AND time < ?"
            " ORDER BY time, number",
            (compartment, namespace, query.name, resource_group, start, end),
        ):
            of_stream = json.loads(dimensions)
            if not query.fits(of_stream):
                continue
            metric = Metric(
                compartment_id=compartment,
                namespace=namespace,
                name=query.name,
                resource_group=resource_group,
                dimensions=query.group(of_stream),
                metadata=json.loads(metadata),
            )
            groups.setdefault(metric.key, (metric, []))[1].append(Sample(time, value, count))
    step = resolution or query.interval
    return [
        Series(metric, _points(query, found, start, end, step))
        for _, (metric, found) in sorted(groups.items())
    ]


def _points(
    query: Query, found: Sequence[Sample], start: float, end: float, step: int
) -> list[tuple[float, float]]:
    times = [one.time for one in found]
    points = []
    begins = max(start, found[0].time - query.interval) // step * step
    while begins < min(end, found[-1].time + 1):
        inside = found[bisect_left(times, begins) : bisect_left(times, begins + query.interval)]
        if inside:
            points.append((begins, query.value(inside)))
        begins += step
    return points


def metrics(store: Store, compartment_ids: Collection[str]) -> list[Metric]:
    """The streams that have samples, in the order of their keys."""
    store.define(_TABLE)
    found = [
        Metric(
            compartment_id=compartment,
            namespace=namespace,
            name=name,
            resource_group=group,
            dimensions=json.loads(dimensions),
        )
        for compartment, namespace, group, name, dimensions in store.select(
            "SELECT DISTINCT compartment, namespace, resource_group, name, dimensions FROM metric_samples"
        )
        if compartment in compartment_ids
    ]
    return sorted(found, key=lambda metric: metric.key)


def after(store: Store, compartment_id: str, number: int, most: int) -> list[Posted]:
    """The datapoints of a compartment that came in after one, oldest first, at most so many."""
    store.define(_TABLE)
    rows = store.select(
        "SELECT number, namespace, name, resource_group, dimensions, metadata, time, value, count"
        " FROM metric_samples WHERE compartment = ? AND number > ? ORDER BY number LIMIT ?",
        (compartment_id, number, most),
    )
    return [
        Posted(
            number,
            Metric(
                compartment_id=compartment_id,
                namespace=namespace,
                name=name,
                resource_group=group,
                dimensions=json.loads(dimensions),
                metadata=json.loads(metadata),
            ),
            Sample(*sample),
        )
        for number, namespace, name, group, dimensions, metadata, *sample in rows
    ]


def newest(store: Store) -> int:
    """The number of the last datapoint that came in; 0 where there is none."""
    store.define(_TABLE)
    return int(store.select("SELECT max(number) FROM metric_samples")[0][0] or 0)


def _text(value: Mapping[str, str]) -> str:
    return json.dumps(dict(value), sort_keys=True)
