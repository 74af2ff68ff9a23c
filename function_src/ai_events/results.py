"""AI results: the shapes that are understood, and the scores in them.

A score is a number from 0 (nothing unusual) to 1 (certainly an anomaly). The schema of this project, and what
two OCI services write:

| key              | example                                                                              |
|------------------|--------------------------------------------------------------------------------------|
| score            | {"score": 0.93, "label": "pump-7 vibration"}                                         |
| anomalies        | {"anomalies": [{"score": 0.93, "label": "pump-7"}]}; an empty list is a score of 0   |
| detectionResults | OCI Anomaly Detection: {"detectionResults": [{"timestamp": "...", "score": 0.9,      |
|                  | "anomalies": [{"signalName": "pump-7", "anomalyScore": 0.93}]}]}                     |
| documents        | OCI Language sentiments: {"documents": [{"key": "7", "documentScores":               |
|                  | {"Negative": 0.8}}]}; the share of negative sentiment is the score                   |

Exactly one of the four keys decides; other keys are ignored. A result without any of them is refused, and so
is a score that is not a number from 0 to 1: a percentage read as a probability would be an alarm, or none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ai_events.failures import Refusal, quote
from ai_events.strict_json import JsonValue

_MAX_LABEL = 200


@dataclass(frozen=True)
class Scored:
    """One score, and what it is about (empty when the result doesn't say)."""

    score: float
    label: str = ""


@dataclass(frozen=True)
class AiResult:
    """What was found, highest score first. No entry means that the service looked and found nothing."""

    shape: str
    found: tuple[Scored, ...]

    @property
    def score(self) -> float:
        """The highest score; 0 when nothing was found."""
        return self.found[0].score if self.found else 0.0


def read_result(value: JsonValue) -> AiResult:
    """Recognises the shape. Raises `Refusal`: no-score, wrong-shape, score-out-of-range, ambiguous-result."""
    if not isinstance(value, dict):
        raise Refusal("wrong-shape", "an AI result must be a JSON object")
    shapes = [shape for shape in _READERS if shape in value]
    if not shapes:
        raise Refusal("no-score", f"the result has none of the keys {', '.join(_READERS)}")
    if len(shapes) > 1:
        raise Refusal(
            "ambiguous-result", f"the result has several of the keys that score it: {', '.join(shapes)}"
        )
    found = _READERS[shapes[0]](value)
    return AiResult(shapes[0], tuple(sorted(found, key=lambda scored: -scored.score)))


def has_result(value: JsonValue) -> bool:
    """Whether any key of a known shape is there (the details of an event may or may not hold a result)."""
    return isinstance(value, dict) and any(shape in value for shape in _READERS)


def _single(value: dict[str, JsonValue]) -> list[Scored]:
    return [Scored(_score(value, "score", "score"), _label(value, "label"))]


def _anomalies(value: dict[str, JsonValue]) -> list[Scored]:
    return [
        Scored(_score(item, "score", f"{place}.score"), _label(item, "label"))
        for place, item in _objects(value["anomalies"], "anomalies")
    ]


def _detection_results(value: dict[str, JsonValue]) -> list[Scored]:
    found = []
    for place, row in _objects(value["detectionResults"], "detectionResults"):
        signals = _objects(row.get("anomalies", []), f"{place}.anomalies")
        found += [
            Scored(_score(signal, "anomalyScore", f"{inner}.anomalyScore"), _label(signal, "signalName"))
            for inner, signal in signals
        ]
        if "score" in row:
            found.append(Scored(_score(row, "score", f"{place}.score"), _label(row, "timestamp")))
        elif "anomalies" not in row:
            raise Refusal("no-score", f"{place} has neither a score nor anomalies")
    return found


def _documents(value: dict[str, JsonValue]) -> list[Scored]:
    found = []
    for place, document in _objects(value["documents"], "documents"):
        scores = document.get("documentScores")
        if not isinstance(scores, dict):
            raise Refusal("no-score", f"{place}.documentScores must be an object")
        score = _score(scores, "Negative", f"{place}.documentScores.Negative")
        found.append(Scored(score, _label(document, "key")))
    return found


_READERS: dict[str, Callable[[dict[str, JsonValue]], list[Scored]]] = {
    "score": _single,
    "anomalies": _anomalies,
    "detectionResults": _detection_results,
    "documents": _documents,
}


def _objects(value: JsonValue, place: str) -> list[tuple[str, dict[str, JsonValue]]]:
    if not isinstance(value, list):
        raise Refusal("wrong-shape", f"{place} must be a list")
    checked = []
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            raise Refusal("wrong-shape", f"{place}[{index}] must be an object")
        checked.append((f"{place}[{index}]", item))
    return checked


def _score(container: dict[str, JsonValue], key: str, place: str) -> float:
    value = container.get(key)
    if value is None:
        raise Refusal("no-score", f"{place} is missing")
    # bool is an int in Python: {"score": true} is no score.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refusal("wrong-shape", f"{place} must be a number, not {quote(value)}")
    if not 0 <= value <= 1:
        raise Refusal("score-out-of-range", f"{place} is {quote(value)}, and a score is from 0 to 1")
    return float(value)


def _label(container: dict[str, JsonValue], key: str) -> str:
    value = container.get(key)
    return value[:_MAX_LABEL] if isinstance(value, str) else ""
