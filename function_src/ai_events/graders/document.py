"""OCI Document Understanding (`AnalyzeDocumentResult`), and Vision's older analysis of documents.

The score is the doubt: of the document's type (the best of those offered), and of each field that was
extracted. Fields may hold fields (line items). Lines and words of text are not graded.
"""

from __future__ import annotations

from ai_events.findings import Finding, doubt, label, objects, only_object, optional_number
from ai_events.strict_json import JsonObject

KEYS = ("documentMetadata", "pages", "detectedDocumentTypes")


def grade(result: JsonObject) -> list[Finding]:
    """`{"documentMetadata": …, "pages": [{"documentFields": […]}], "detectedDocumentTypes": […]}`."""
    pages = objects(result, "pages")
    found = _best_type(result, "")
    if not found:
        found = [finding for place, page in pages for finding in _best_type(page, f"{place}.")]
    for place, page in pages:
        found += _fields(page, "documentFields", f"{place}.")
    return found


def _best_type(container: JsonObject, prefix: str) -> list[Finding]:
    offered = [
        _read(label(item, "documentType"), optional_number(item, "confidence", place))
        for place, item in objects(container, "detectedDocumentTypes", prefix)
    ]
    return [min(offered, key=lambda finding: finding.score)] if offered else []


def _fields(container: JsonObject, key: str, prefix: str) -> list[Finding]:
    found = []
    for place, field in objects(container, key, prefix):
        name = only_object(field.get("fieldLabel"), f"{place}.fieldLabel")
        value = only_object(field.get("fieldValue"), f"{place}.fieldValue")
        inner = _fields(value, "items", f"{place}.fieldValue.")
        given = [
            optional_number(name, "confidence", f"{place}.fieldLabel"),
            optional_number(value, "confidence", f"{place}.fieldValue"),
        ]
        known = [confidence for confidence in given if confidence is not None]
        if known or not inner:
            found.append(_read(label(name, "name"), min(known, default=None)))
        found += inner
    return found


def _read(name: str, confidence: float | None) -> Finding:
    return Finding(0.0 if confidence is None else doubt(confidence), name, confidence)
