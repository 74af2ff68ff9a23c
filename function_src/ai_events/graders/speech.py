"""OCI Speech: the JSON object that a transcription job writes for each file, and a real-time result.

A job writes each confidence as a string ("0.91"), real time as a number. The score is the doubt: what was
heard badly should be checked by a person. A blank transcription (silence) was not heard badly: no finding.
"""

from __future__ import annotations

from ai_events.failures import Refusal
from ai_events.findings import Finding, doubt, in_range, number, objects
from ai_events.strict_json import JsonObject

_DONE = frozenset({"SUCCESS", "SUCCEEDED"})


def grade(result: JsonObject) -> list[Finding]:
    """`{"status": "SUCCESS", "transcriptions": [{"transcription": …, "confidence": "0.91"}]}`."""
    found = []
    for place, heard in objects(result, "transcriptions"):
        text = heard.get("transcription")
        if isinstance(text, str) and not text.strip():
            continue
        confidence = _confidence(heard, place)
        found.append(Finding(doubt(confidence), place, confidence))
    return found


def failures(result: JsonObject) -> int:
    """1 where the file's own status says that it was not transcribed."""
    status = result.get("status")
    return int(isinstance(status, str) and status.upper() not in _DONE)


def _confidence(heard: JsonObject, place: str) -> float:
    value = heard.get("confidence")
    if not isinstance(value, str):
        return number(heard, "confidence", place)
    where = f"{place}.confidence"
    try:
        parsed = float(value)
    except ValueError:
        raise Refusal(
            "wrong-shape", f"{where}: expected a number, found a string that is not a number"
        ) from None
    return in_range(parsed, where)
