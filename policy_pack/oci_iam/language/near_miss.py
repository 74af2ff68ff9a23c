"""Finds the functions type an unknown resource-type was probably meant to be. Knows names only."""

from __future__ import annotations

from oci_iam.catalogue.permissions import ALL_RESOURCES, FAMILIES, FUNCTIONS_TYPES, ROWS
from oci_iam.catalogue.resource_types import UNRELATED

__all__ = ["distance", "is_near", "near_miss"]

_MISSABLE = ("functions-family", "fn-app", "fn-function", "fn-invocation", ALL_RESOURCES)
_OF_FN = ("fn-function", "fn-invocation", "fn-app")


def near_miss(resource: str) -> str:
    """The functions type (or ``all-resources``) an unknown resource-type was probably meant to be, else
    ``""``.

    Up to two letters wrong, missing, added or swapped; singular, plural, underscore and a missing hyphen;
    and any unknown word that has ``fn`` as a part or holds ``function`` or ``all-resource``.
    """
    if resource in FUNCTIONS_TYPES or resource in ROWS or resource in FAMILIES or resource in UNRELATED:
        return ""
    bare = resource.replace("-", "").replace("_", "")
    for known in _MISSABLE:
        plain = known.replace("-", "")
        if is_near(resource, known, 2) or bare in (plain, plain + "s", plain.rstrip("s")):
            return known
    if bare in ("all", "functionfamily", "functionsfamilies", "functionfamilies"):
        return ALL_RESOURCES if bare == "all" else "functions-family"
    return _by_its_parts(resource.replace("_", "-"))


def _by_its_parts(word: str) -> str:
    """The type meant by a word that holds what no other service's type does."""
    if "fn" in word.split("-") or word.startswith("fn"):
        return max(_OF_FN, key=lambda known: _shared_start(word, known))
    if "function" in word:
        return "functions-family"
    return ALL_RESOURCES if "all-resource" in word else ""


def _shared_start(one: str, other: str) -> int:
    """How many letters two words begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def is_near(word: str, known: str, most: int) -> bool:
    return abs(len(word) - len(known)) <= most and distance(word, known) <= most


def distance(a: str, b: str) -> int:
    """Damerau-Levenshtein distance (adjacent swaps count one), in the restricted form: no letter changes
    twice."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i]
        for j, right in enumerate(b, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
