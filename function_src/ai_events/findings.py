"""What a grader finds in an AI result, and how every grader reads the result's JSON.

A finding's *score* says how much it matters, from 0 (not at all) to 1 (certainly an anomaly). Its
*confidence* is how certain the service is of what it read or saw. The two are not the same: a cat recognised
with confidence 0.99 is no alarm. Services that look for something bad (anomalies, negative sentiment) write a
score; for those that read (Speech, Document Understanding) it is the `doubt`; for those that only name what
is there (Vision, entities) it is 0, unless the function's configuration asks for that label (ALERT_LABELS).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ai_events.failures import Refusal, kind
from ai_events.strict_json import JsonObject, JsonValue

_MAX_LABEL = 200
# Services compute in 32 bits: their 1 may arrive as 1.0000001.
_ROUNDING = 1e-6


class Finding(NamedTuple):
    """One score, and what it is about (empty when the result does not say).

    `of` is the document it was found in, where one result covers several.
    """

    score: float
    label: str = ""
    confidence: float | None = None
    of: str = ""


@dataclass(frozen=True)
class AiResult:
    """What was found, most important first. No finding means that the service looked and found nothing.

    `errors` counts the parts of its input that the service says it could not process.
    """

    shape: str
    found: tuple[Finding, ...]
    errors: int = 0

    @property
    def score(self) -> float:
        """The highest score; 0 when nothing was found."""
        return self.found[0].score if self.found else 0.0


def doubt(confidence: float) -> float:
    """The score of something read: 1 - confidence, rounded so that 0.91 gives 0.09."""
    return round(1 - confidence, 6)


def objects(container: JsonObject, key: str, prefix: str = "") -> list[tuple[str, JsonObject]]:
    """The objects of a list, each with its place. Services write null for a list that was not asked for."""
    place = f"{prefix}{key}"
    value = container.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Refusal("wrong-shape", f"{place}: expected an array, found {kind(value)}")
    checked = []
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            raise Refusal("wrong-shape", f"{place}[{index}]: expected an object, found {kind(item)}")
        checked.append((f"{place}[{index}]", item))
    return checked


def number(container: JsonObject, key: str, place: str) -> float:
    """A score or confidence that must be there. Raises `Refusal`: no-score, or as `optional_number` does."""
    value = optional_number(container, key, place)
    if value is None:
        raise Refusal("no-score", f"{place}.{key} is missing" if place else f"{key} is missing")
    return value


def optional_number(container: JsonObject, key: str, place: str) -> float | None:
    """A score or confidence from 0 to 1, or None where the service gave none.

    Raises `Refusal`: wrong-shape, score-out-of-range.
    """
    value = container.get(key)
    if value is None:
        return None
    where = f"{place}.{key}" if place else key
    # bool is an int in Python: {"score": true} is no score.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refusal("wrong-shape", f"{where}: expected a number, found {kind(value)}")
    return in_range(value, where)


def in_range(value: float, where: str) -> float:
    """The value, if it is from 0 to 1: a percentage read as a probability would be an alarm, or none."""
    if not 0 <= value <= 1 + _ROUNDING:
        raise Refusal("score-out-of-range", f"{where}: expected a number from 0 to 1, found one outside")
    return min(float(value), 1.0)


def label(container: JsonObject, key: str) -> str:
    """A label, cut so that one of a megabyte does not travel into the answer."""
    value = container.get(key)
    return value[:_MAX_LABEL] if isinstance(value, str) else ""


def errors(container: JsonObject) -> int:
    """How many errors a result lists for parts of its input that the service could not process."""
    return len(objects(container, "errors"))


def only_object(value: JsonValue, place: str) -> JsonObject:
    """The object that stands there, empty for null."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal("wrong-shape", f"{place}: expected an object, found {kind(value)}")
    return value
