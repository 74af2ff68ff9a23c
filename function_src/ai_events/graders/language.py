"""OCI Language: batch results (`documents`), and the older results for one text.

Of sentiment, the share of Negative is the score: of the document, of each aspect and of each sentence,
whichever levels were asked for. The other features only name what is in the text; their findings have a
confidence. An entity is labelled by its type (`PERSON`), never by its text, which may be the very secret that
it was detected for.
"""

from __future__ import annotations

from collections.abc import Callable

from ai_events.failures import Refusal, kind
from ai_events.findings import Finding, label, number, objects, only_object, optional_number
from ai_events.strict_json import JsonObject


def batch(result: JsonObject) -> list[Finding]:
    """`{"documents": [{"key": "7", "documentScores": {"Negative": 0.8}, "aspects": […]}], "errors": […]}`."""
    found: list[Finding] = []
    for place, document in objects(result, "documents"):
        found += _document(document, f"{place}.", place, label(document, "key"))
    return found


def single(result: JsonObject) -> list[Finding]:
    """`{"aspects": […]}`: what the operations for one text give, without a key."""
    return _document(result, "", "the result", "")


def _document(document: JsonObject, prefix: str, place: str, key: str) -> list[Finding]:
    parts = [part for part in PARTS if document.get(part) is not None]
    # A map, which is empty rather than null where only aspects or sentences were asked for.
    if len(parts) > 1 and document.get("documentScores") == {}:
        parts.remove("documentScores")
    if not parts:
        raise Refusal("no-score", f"{place} has none of {', '.join(PARTS)}")
    return [finding for part in parts for finding in PARTS[part](document, part, prefix, key)]


def _whole(document: JsonObject, part: str, prefix: str, key: str) -> list[Finding]:
    scores = document[part]
    if not isinstance(scores, dict):
        raise Refusal("no-score", f"{prefix}{part}: expected an object, found {kind(scores)}")
    return [Finding(number(scores, "Negative", f"{prefix}{part}"), key)]


def _pieces(document: JsonObject, part: str, prefix: str, key: str) -> list[Finding]:
    found = []
    for place, piece in objects(document, part, prefix):
        scores = only_object(piece.get("scores"), f"{place}.scores")
        found.append(Finding(number(scores, "Negative", f"{place}.scores"), label(piece, "text"), of=key))
    return found


def _named(name: str) -> Callable[[JsonObject, str, str, str], list[Finding]]:
    """Reads a list whose items have a score for what they are called in `name`."""

    def read(document: JsonObject, part: str, prefix: str, key: str) -> list[Finding]:
        return [
            Finding(0.0, label(item, name), optional_number(item, "score", place), key)
            for place, item in objects(document, part, prefix)
        ]

    return read


def _translation(document: JsonObject, _part: str, _prefix: str, key: str) -> list[Finding]:
    return [Finding(0.0, label(document, "targetLanguageCode"), of=key)]


# What Language finds in a document, by the field that holds it.
PARTS: dict[str, Callable[[JsonObject, str, str, str], list[Finding]]] = {
    "documentScores": _whole,
    "aspects": _pieces,
    "sentences": _pieces,
    "entities": _named("type"),
    "keyPhrases": _named("text"),
    "textClassification": _named("label"),
    "languages": _named("code"),
    "translatedText": _translation,
}
