"""Anomalies: this project's own schema, and what OCI Anomaly Detection writes.

Their numbers are scores as they are.
"""

from __future__ import annotations

from ai_events.failures import Refusal
from ai_events.findings import Finding, label, number, objects
from ai_events.strict_json import JsonObject


def single(result: JsonObject) -> list[Finding]:
    """`{"score": 0.93, "label": "pump-7 vibration"}`."""
    return [Finding(number(result, "score", ""), label(result, "label"))]


def several(result: JsonObject) -> list[Finding]:
    """`{"anomalies": [{"score": 0.93, "label": "pump-7"}]}`; an empty list says that nothing was found."""
    if result["anomalies"] is None:
        raise Refusal("wrong-shape", "anomalies: expected an array, found null")
    return [
        Finding(number(item, "score", place), label(item, "label"))
        for place, item in objects(result, "anomalies")
    ]


def detection(result: JsonObject) -> list[Finding]:
    """`{"detectionResults": [{"timestamp": …, "anomalies": [{"signalName": …, "anomalyScore": 0.9}]}]}`.

    A row may have a score of its own, scores of its signals, or both.
    """
    found = []
    for place, row in objects(result, "detectionResults"):
        found += [
            Finding(number(signal, "anomalyScore", inner), label(signal, "signalName"))
            for inner, signal in objects(row, "anomalies", f"{place}.")
        ]
        if "score" in row:
            found.append(Finding(number(row, "score", place), label(row, "timestamp")))
        elif "anomalies" not in row:
            raise Refusal("no-score", f"{place} has neither a score nor anomalies")
    return found
