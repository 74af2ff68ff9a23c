"""AI results: which shapes are understood, and who grades each.

| shape            | what it is                                              | a finding's score            |
|------------------|---------------------------------------------------------|------------------------------|
| score            | this project's own: one score                           | as it is                     |
| anomalies        | this project's own: several                             | as it is                     |
| detectionResults | OCI Anomaly Detection                                   | as it is                     |
| documents        | OCI Language, batch                                     | negative sentiment, else 0   |
| transcriptions   | OCI Speech                                              | 1 - confidence               |
| document         | OCI Document Understanding                              | 1 - confidence               |
| image            | OCI Vision: image, video, stream                        | 0                            |
| text             | OCI Language, one text                                  | negative sentiment, else 0   |

A finding whose label is one of ALERT_LABELS scores its confidence instead, where that is higher.

The first five are recognised by the key of their name, and decide before the others, whose keys are ordinary
words. A result that two graders would claim is refused, and so is a number that is not from 0 to 1: nothing
is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from ai_events.failures import Refusal, kind
from ai_events.findings import AiResult, Finding, errors
from ai_events.graders import anomalies, document, language, speech, vision
from ai_events.strict_json import JsonObject, JsonValue

Grader = Callable[[JsonObject], list[Finding]]

# The key that is also the shape's name.
_BY_NAME: dict[str, Grader] = {
    "score": anomalies.single,
    "anomalies": anomalies.several,
    "detectionResults": anomalies.detection,
    "documents": language.batch,
    "transcriptions": speech.grade,
}
# Shape, and the keys of which any one gives it away.
_BY_KEYS: dict[str, tuple[Collection[str], Grader]] = {
    "document": (document.KEYS, document.grade),
    "image": (vision.KEYS, vision.grade),
    "text": (language.PARTS, language.single),
}
# How a shape tells what the service could not process; the project's own has no word for it.
_ERRORS: dict[str, Callable[[JsonObject], int]] = {
    "documents": errors,
    "transcriptions": speech.failures,
    "document": errors,
    "image": errors,
}


def read_result(value: JsonValue) -> AiResult:
    """Recognises the shape. Raises `Refusal`: no-score, wrong-shape, score-out-of-range, ambiguous-result."""
    if not isinstance(value, dict):
        raise Refusal("wrong-shape", f"expected an AI result (a JSON object), found {kind(value)}")
    shapes = _shapes(value)
    if not shapes:
        raise Refusal(
            "no-score",
            f"expected one of the keys {', '.join(_BY_NAME)}, or a result of Document Understanding, Vision "
            "or Language; found none of them",
        )
    if len(shapes) > 1:
        raise Refusal("ambiguous-result", f"expected one result, found keys of several: {', '.join(shapes)}")
    [shape] = shapes
    found = (_BY_NAME.get(shape) or _BY_KEYS[shape][1])(value)
    return AiResult(shape, _sorted(found), _ERRORS[shape](value) if shape in _ERRORS else 0)


def has_result(value: JsonValue) -> bool:
    """Whether a known shape is there (the details of an event may or may not hold a result)."""
    return isinstance(value, dict) and bool(_shapes(value))


def with_alerts(result: AiResult, alert_labels: Collection[str]) -> AiResult:
    """The result, with every finding raised whose label (in any letter case) is asked for."""
    if not alert_labels:
        return result
    raised = [
        finding._replace(score=max(finding.score, finding.confidence))
        if finding.confidence is not None and finding.label.casefold() in alert_labels
        else finding
        for finding in result.found
    ]
    return replace(result, found=_sorted(raised))


def _shapes(value: JsonObject) -> list[str]:
    named = [shape for shape in _BY_NAME if shape in value]
    return named or [shape for shape, (keys, _) in _BY_KEYS.items() if any(key in value for key in keys)]


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda finding: (-finding.score, -(finding.confidence or 0.0))))
