"""Detection by lists and patterns: the same text always gets the same answer, in the API's shapes.

No score is a measure of anything: what is found has 1, and what is not there 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.services.ailanguage import lists, patterns

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


def sentiment(text: str, levels: Sequence[str]) -> dict[str, Any]:
    """`documentSentiment`, and sentences and aspects where they are asked for.

    Words of the two lists count; one after a negation counts for the other side.
    """
    positive, negative = _weighed(text)
    whole = _judged(positive, negative)
    found: dict[str, Any] = {"documentSentiment": whole[0], "documentScores": whole[1]}
    parts = [one for one in _SENTENCE.finditer(text) if one[0].strip()]
    found["sentences"] = [_sentence(one) for one in parts] if "SENTENCE" in levels else []
    found["aspects"] = aspects(text) if "ASPECT" in levels or not levels else []
    return found


def aspects(text: str) -> list[dict[str, Any]]:
    """In each sentence that says something good or bad, the longest other word."""
    found = []
    for one in _SENTENCE.finditer(text):
        label, scores = _judged(*_weighed(one[0]))
        others = [word for word in _WORD.finditer(one[0]) if _is_aspect(word[0])]
        if label != "Neutral" and others:
            word = max(others, key=lambda other: len(other[0]))
            place = {"offset": one.start() + word.start(), "length": len(word[0]), "text": word[0]}
            found.append({**place, "sentiment": label, "scores": scores})
    return found


def entities(text: str) -> list[patterns.Found]:
    """Names that are in the list, and what has the form of an address, a number or a date."""
    names = [
        patterns.Found(one.start(), one[0], lists.NAMES[one[0].lower()])
        for one in _WORD.finditer(text)
        if one[0].lower() in lists.NAMES and one[0][0].isupper()
    ]
    formed = patterns.find(text, patterns.ENTITIES)
    inside = [range(one.offset, one.offset + len(one.text)) for one in formed]
    return sorted([*formed, *(one for one in names if not any(one.offset in span for span in inside))])


def key_phrases(text: str) -> list[dict[str, Any]]:
    """Runs of words between the small words of English, each once."""
    small = lists.LANGUAGES["en"][1] | lists.NEGATIONS | lists.JOINING
    found: dict[str, None] = {}
    for sentence in _SENTENCE.finditer(text):
        run: list[str] = []
        for word in [*(one[0] for one in _WORD.finditer(sentence[0])), ""]:
            if word and word.lower() not in small:
                run.append(word)
            elif run:
                found[" ".join(run)] = None
                run = []
    return [{"text": phrase, "score": 1.0} for phrase in found]


def language(text: str) -> dict[str, Any] | None:
    """The language whose small words are most frequent; None where there are none."""
    words = [one[0].lower() for one in _WORD.finditer(text)]
    counts = {code: sum(word in small for word in words) for code, (_, small) in lists.LANGUAGES.items()}
    code = max(counts, key=lambda one: counts[one])
    if not counts[code]:
        return None
    return {"name": lists.LANGUAGES[code][0], "code": code, "score": 1.0}


def topics(text: str) -> list[dict[str, Any]]:
    """The topic whose words are most frequent."""
    words = {one[0].lower() for one in _WORD.finditer(text)}
    counts = {topic: len(words & known) for topic, known in lists.TOPICS.items()}
    topic = max(counts, key=lambda one: counts[one])
    return [{"label": topic if counts[topic] else lists.NO_TOPIC, "score": 1.0}]


def masked(text: str, found: Sequence[patterns.Found], masking: Mapping[str, Mapping[str, Any]]) -> str:
    """The text with what was found in it masked, as `masking` says for its type or for `ALL`."""
    for one in reversed(found):
        how = masking.get(one.type) or masking.get("ALL")
        if how is not None and one.text not in (how.get("exclude") or ()):
            text = text[: one.offset] + _mask(one, how) + text[one.offset + len(one.text) :]
    return text


def _mask(one: patterns.Found, how: Mapping[str, Any]) -> str:
    if how.get("mode") == "REMOVE":
        return ""
    if how.get("mode") == "REPLACE":
        return str(how.get("replaceWith") or f"<{one.type}>")
    kept = min(how.get("leaveCharactersUnmasked") or 0, len(one.text))
    stars = str(how.get("maskingCharacter") or "*") * (len(one.text) - kept)
    if how.get("isUnmaskedFromEnd"):
        return stars + one.text[len(one.text) - kept :]
    return one.text[:kept] + stars


def _is_aspect(word: str) -> bool:
    low = word.lower()
    known = lists.POSITIVE | lists.NEGATIVE | lists.NEGATIONS | lists.LANGUAGES["en"][1] | lists.JOINING
    return low not in known


def _weighed(text: str) -> tuple[int, int]:
    """How many words speak for and against."""
    positive = negative = 0
    former: list[str] = []
    for one in _WORD.finditer(text):
        word = one[0].lower().replace("’", "'")
        turned = any(near in lists.NEGATIONS for near in former[-2:])
        if word in lists.POSITIVE:
            positive, negative = positive + (not turned), negative + turned
        elif word in lists.NEGATIVE:
            positive, negative = positive + turned, negative + (not turned)
        former.append(word)
    return positive, negative


def _judged(positive: int, negative: int) -> tuple[str, dict[str, float]]:
    both = positive + negative
    scores = {
        "Positive": round(positive / both, 4) if both else 0.0,
        "Negative": round(negative / both, 4) if both else 0.0,
        "Neutral": 0.0 if both else 1.0,
        "Mixed": 1.0 if positive and positive == negative else 0.0,
    }
    if not both:
        return "Neutral", scores
    if positive == negative:
        return "Mixed", scores
    return "Positive" if positive > negative else "Negative", scores


def _sentence(one: re.Match[str]) -> dict[str, Any]:
    text = one[0].strip()
    label, scores = _judged(*_weighed(text))
    offset = one.start() + one[0].index(text)
    return {"offset": offset, "length": len(text), "text": text, "sentiment": label, "scores": scores}
