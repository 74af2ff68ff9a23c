"""Monitoring's query language (MQL), as far as the sandbox takes it.

    name[interval]{dimension = "value", …}.groupBy(dimension, …).statistic() > threshold

`interval` is 1m to 60m, 1h to 24h, or 1d. A dimension is compared by `=`, `!=` or `=~` (with `*` in the
value). `grouping()` and `groupBy(…)` may be left out; the threshold is an alarm's. Statistics: avg, count,
first, last, max, mean, min, percentile(p), rate, sum; and absent for alarms. Source: Oracle's "Monitoring
Query Language (MQL) Reference".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

TAKEN = (
    'the sandbox takes name[interval]{dimension = "value", ...}.groupBy(dimension, ...).statistic() with'
    " = , != or =~, and avg, count, first, last, max, mean, min, percentile(p), rate or sum"
)
_SECONDS = {"m": 60, "h": 3600, "d": 86400}
_MOST = {"m": 60, "h": 24, "d": 1}
_NAME = r"[A-Za-z][A-Za-z0-9_.$-]*"
_QUOTED = r'"(?P<value>(?:[^"\\]|\\.)*)"'
_QUERY = re.compile(
    rf"\s*(?P<name>{_NAME})\s*\[\s*(?P<count>\d+)(?P<unit>[mhd])\s*\]"
    r"\s*(?:\{(?P<dimensions>(?:[^{}\"]|\"(?:[^\"\\]|\\.)*\")*)\})?"
    r"\s*(?:\.\s*(?:(?P<grouping>grouping)\s*\(\s*\)|groupBy\s*\((?P<by>[^()]*)\)))?"
    r"\s*\.\s*(?P<statistic>[a-zA-Z]+)\s*\(\s*(?P<argument>[\d.]*)\s*\)"
    r"\s*(?:(?P<operator>>=|<=|==|!=|>|<)\s*(?P<threshold>-?\d+(?:\.\d+)?))?\s*",
    re.ASCII,
)
_DIMENSION = re.compile(rf"\s*(?P<name>{_NAME})\s*(?P<operator>=~|!=|=)\s*{_QUOTED}\s*(?:,|\Z)", re.ASCII)

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": lambda value, threshold: value > threshold,
    ">=": lambda value, threshold: value >= threshold,
    "<": lambda value, threshold: value < threshold,
    "<=": lambda value, threshold: value <= threshold,
    "==": lambda value, threshold: value == threshold,
    "!=": lambda value, threshold: value != threshold,
}


class QueryError(ValueError):
    """A query that the sandbox does not take; the message says what it takes."""


@dataclass(frozen=True)
class Sample:
    """One datapoint: when, in seconds since 1970, its value, and how often it occurred."""

    time: float
    value: float
    count: int


@dataclass(frozen=True)
class Query:
    """A query as read. `interval` in seconds; `group_by` None where each metric stream stands alone, empty
    where all are one; `threshold` only where it compares."""

    name: str
    interval: int
    dimensions: Sequence[tuple[str, str, str]]
    group_by: Sequence[str] | None
    statistic: str
    percentile: float
    operator: str
    threshold: float

    def fits(self, dimensions: Mapping[str, str]) -> bool:
        """Whether a stream with these dimensions is asked for."""
        return all(_fits(dimensions.get(name), how, value) for name, how, value in self.dimensions)

    def group(self, dimensions: Mapping[str, str]) -> dict[str, str]:
        """The dimensions of the series that a stream is part of."""
        if self.group_by is None:
            return dict(dimensions)
        return {name: dimensions[name] for name in self.group_by if name in dimensions}

    def value(self, samples: Sequence[Sample]) -> float:
        """The statistic of one interval; `samples` in the order of time, at least one."""
        return _STATISTICS[self.statistic](samples, self)

    def holds(self, value: float) -> bool:
        """Whether a value is beyond the threshold."""
        return _COMPARE[self.operator](value, self.threshold)


def read(text: str, *, for_alarm: bool = False) -> Query:
    """The query of a summary, or of an alarm, which compares. Raises `QueryError`."""
    found = _QUERY.fullmatch(text) if len(text) <= 8192 else None
    if found is None:
        raise QueryError(TAKEN)
    statistic = found["statistic"].lower()
    compares = found["operator"] is not None
    if statistic not in _STATISTICS and not (for_alarm and statistic == "absent"):
        raise QueryError(f"statistic {found['statistic']}(): {TAKEN}")
    if compares != (for_alarm and statistic != "absent"):
        raise QueryError("an alarm's query compares with a threshold, and a summary's does not")
    return Query(
        name=found["name"],
        interval=seconds(found["count"] + found["unit"]),
        dimensions=_dimensions(found["dimensions"] or ""),
        group_by=_group_by(found),
        statistic=statistic,
        percentile=_percentile(statistic, found["argument"]),
        operator=found["operator"] or "",
        threshold=float(found["threshold"] or 0),
    )


def seconds(text: str) -> int:
    """How long `5m`, `1h` or `1d` is. Raises `QueryError`."""
    count, unit = text[:-1], text[-1:]
    if not count.isdigit() or not 1 <= int(count[:4]) <= _MOST.get(unit, 0):
        raise QueryError("an interval must be 1m to 60m, 1h to 24h, or 1d")
    return int(count) * _SECONDS[unit]


def _dimensions(text: str) -> list[tuple[str, str, str]]:
    found, place = [], 0
    while text[place:].strip():
        one = _DIMENSION.match(text, place)
        if one is None:
            raise QueryError(f"dimensions: {TAKEN}")
        found.append((one["name"], one["operator"], re.sub(r"\\(.)", r"\1", one["value"])))
        place = one.end()
    return found


def _group_by(found: re.Match[str]) -> list[str] | None:
    if found["grouping"]:
        return []
    if found["by"] is None:
        return None
    names = [name.strip() for name in found["by"].split(",")]
    if not all(re.fullmatch(_NAME, name) for name in names):
        raise QueryError(f"groupBy: {TAKEN}")
    return names


def _percentile(statistic: str, argument: str) -> float:
    if (statistic == "percentile") != bool(argument) and statistic != "absent":
        raise QueryError(f"{statistic}({argument}): {TAKEN}")
    try:
        found = float(argument or 0)
    except ValueError:
        raise QueryError(f"{statistic}({argument}): {TAKEN}") from None
    if statistic == "percentile" and not 0 < found < 1:
        raise QueryError("percentile(p): p must be between 0 and 1, such as 0.9")
    return found


def _fits(actual: str | None, how: str, value: str) -> bool:
    if actual is None:
        return how == "!="
    if how == "=~":
        return fnmatchcase(actual, re.sub(r"([\[?])", r"[\1]", value))
    return (actual == value) == (how == "=")


def _count(samples: Sequence[Sample], _: Query) -> float:
    return float(sum(one.count for one in samples))


def _sum(samples: Sequence[Sample], _: Query) -> float:
    return math.fsum(one.value * one.count for one in samples)


def _mean(samples: Sequence[Sample], query: Query) -> float:
    return _sum(samples, query) / _count(samples, query)


def _rate(samples: Sequence[Sample], _: Query) -> float:
    """The change each second between the first and the last."""
    seconds = samples[-1].time - samples[0].time
    return (samples[-1].value - samples[0].value) / seconds if seconds else 0.0


def _percent(samples: Sequence[Sample], query: Query) -> float:
    """The smallest value that is not below this share of all."""
    left = query.percentile * _count(samples, query)
    for one in sorted(samples, key=lambda sample: sample.value):
        left -= one.count
        if left <= 1e-9:
            return one.value
    return max(one.value for one in samples)


_STATISTICS: Mapping[str, Callable[[Sequence[Sample], Query], float]] = {
    "avg": _mean,
    "count": _count,
    "first": lambda samples, _: samples[0].value,
    "last": lambda samples, _: samples[-1].value,
    "max": lambda samples, _: max(one.value for one in samples),
    "mean": _mean,
    "min": lambda samples, _: min(one.value for one in samples),
    "percentile": _percent,
    "rate": _rate,
    "sum": _sum,
}
