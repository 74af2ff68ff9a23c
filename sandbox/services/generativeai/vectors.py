"""Vectors for texts, made of their words alone: no model, no meaning, and the same in every run.

Texts that share words have similar vectors, so that what searches by similarity can be tried out.
"""

from __future__ import annotations

import hashlib
import math
import re

_WORD = re.compile(r"\w+")


def embedding(text: str, dimensions: int) -> list[float]:
    """A vector of length 1: each word adds to one of its dimensions."""
    found = [0.0] * dimensions
    for word in _words(text) or [text]:
        digest = hashlib.sha256(word.encode()).digest()
        found[int.from_bytes(digest[:4]) % dimensions] += 1.0 if digest[4] % 2 else -1.0
    length = math.sqrt(math.fsum(value * value for value in found))
    if length == 0:  # two words that cancel each other out
        found[0] = length = 1.0
    return [round(value / length, 8) for value in found]


def likeness(query: str, text: str) -> float:
    """How many of all words two texts have in common: 0 to 1."""
    ours, theirs = set(_words(query)), set(_words(text))
    return round(len(ours & theirs) / len(ours | theirs), 6) if ours | theirs else 0.0


def tokens(text: str) -> int:
    """What stands in for a count of tokens: the number of words."""
    return len(_words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
