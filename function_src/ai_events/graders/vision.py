"""OCI Vision: `AnalyzeImageResult`, `AnalyzeVideoResult` and `AnalyzeVideoStreamResult`.

Vision names what it sees and says how certain it is; what of that is an alarm, only the operator knows
(ALERT_LABELS). Faces have no name of their own: their label is `face`. Text in images is not graded.
"""

from __future__ import annotations

from ai_events.findings import Finding, label, objects, optional_number
from ai_events.strict_json import JsonObject

_STILL = ("labels", "imageObjects", "detectedFaces", "videoStreamObjects")
_MOVING = ("videoLabels", "videoObjects", "videoTrackedObjects", "videoFaces")
_UNGRADED = ("ontologyClasses", "imageText", "videoText", "videoMetadata", "videoStreamMetadata")
KEYS = (*_STILL, *_MOVING, *_UNGRADED)


def grade(result: JsonObject) -> list[Finding]:
    """`{"labels": [{"name": "Person", "confidence": 0.98}], "imageObjects": null, …, "errors": […]}`."""
    found = [
        Finding(0.0, _name(item, key), optional_number(item, "confidence", place))
        for key in _STILL
        for place, item in objects(result, key)
    ]
    found += [
        Finding(0.0, _name(item, key), _best_segment(item, place))
        for key in _MOVING
        for place, item in objects(result, key)
    ]
    return found


def _name(item: JsonObject, key: str) -> str:
    return "face" if key in {"detectedFaces", "videoFaces"} else label(item, "name")


def _best_segment(item: JsonObject, place: str) -> float | None:
    """A video's finding is as certain as its most certain segment."""
    given = [
        optional_number(segment, "confidence", inner)
        for inner, segment in objects(item, "segments", f"{place}.")
    ]
    return max((confidence for confidence in given if confidence is not None), default=None)
