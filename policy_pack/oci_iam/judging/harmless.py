"""Statements that the grammar does not accept, yet none of whose readings could reach a function.

Three kinds, each with the widest reading that counts: a remark or invisible characters in an otherwise whole
statement, a deny, and an action whose verbs and resource-types are plain while something around it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from oci_iam.catalogue.permissions import (
    FAMILIES,
    FUNCTIONS_PERMISSIONS,
    FUNCTIONS_REACH,
    FUNCTIONS_TYPES,
    ROWS,
    VERBS,
    permissions_of,
)
from oci_iam.catalogue.resource_types import UNRELATED
from oci_iam.granted import granted, only_looks
from oci_iam.language.near_miss import near_miss
from oci_iam.language.parser import parse
from oci_iam.statement import Statement, Unparsable

__all__ = ["AROUND", "harmless_kind", "harmless_reading"]

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201c\u201d"), "'")
_COMMENT = re.compile(r"//[^\r\n]*")
_ONE_KIND_OF_LINE = re.compile(r"(?:[^\x00-\x1f\x7f]|[\t\n]|\r\n)*").fullmatch
_BEGINS_STATEMENT = re.compile(r"\b(allow|deny|define|endorse|admit)\b", re.IGNORECASE).search
_WORDS = re.compile(r"[a-z0-9_.-]+|[^\sa-z0-9_.-]").findall
_CONTROL = re.compile(r"[^\x20-\x7e\t\r\n]").search
_PERMISSION = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+").fullmatch

AROUND = "What follows the comment's line may belong to the statement or to the comment."
_INSIDE = (
    "OCI refuses this statement: it contains invisible characters or a `#`, which does not begin a comment."
)
_ANYHOW = "OCI refuses this statement, and no reading of it reaches a function: {reason}"


def harmless_kind(text: Unparsable, reading: Statement | None) -> tuple[str, bool] | None:
    """The note on a text that reaches nothing in any reading, and whether it is about functions at all.

    ``reading`` is what `harmless_reading` found. None where some reading might reach a function.
    """
    if reading is not None:
        return (AROUND if "//" in text.text else _INSIDE), False
    plain = text.text.translate(_INVISIBLE).translate(_QUOTES)
    if not plain.isascii() or len(plain) > _LONGEST or _CONTROL(plain):
        return None
    words: list[str] = _WORDS(plain.lower())
    said = _is_deny(words) or _has_plain_action(words)
    if said is None:
        return None
    return _ANYHOW.format(reason=text.reason), said == "functions"


_LONGEST = 8_000
"""How long a text is still looked through word by word."""


def harmless_reading(text: Unparsable) -> Statement | None:
    """The widest reading of a text with invisible characters or a remark, where none reaches functions.

    OCI refuses such a text, reads past what does not belong there, drops what follows a `#`, or ends a `//`
    comment with its line or with the text. The widest of these is the statement without them and without its
    condition.
    """
    plain = text.text.translate(_INVISIBLE)
    head, sign, remark = plain.partition("#")
    if "//" in head and _ONE_KIND_OF_LINE(plain):
        readings = [head.partition("//")[0], _COMMENT.sub("", plain)]
    elif (sign and "\n" not in remark) or plain != text.text:
        readings = [head]
    else:
        return None
    if _BEGINS_STATEMENT(remark):
        return None
    statements = [_without_condition(parse(reading)) for reading in readings]
    return None if None in statements else statements[0]


def _without_condition(statement: Statement | Unparsable) -> Statement | None:
    """The statement without its condition, if that reaches nothing of functions."""
    if isinstance(statement, Unparsable) or statement.kind != "allow":
        return None
    grant = granted(statement)
    if grant.reach or (grant.standing == "near-miss" and not only_looks(statement)):
        return None
    return replace(statement, condition=None)


# --- by its words --------------------------------------------------------------------------------------

_BEGINS = frozenset({"allow", "deny", "define", "endorse", "admit"})
_CROSSING = frozenset({*VERBS, "associate"})


def _is_deny(words: list[str]) -> str | None:
    """A deny grants nothing, whatever else is wrong with it, unless a second statement follows."""
    if words[:1] != ["deny"]:
        return None
    rest = words[2:] if words[1:2] in (["endorse"], ["admit"]) else words[1:]
    return None if _BEGINS.intersection(rest) else "functions"


def _has_plain_action(words: list[str]) -> str | None:
    """Whether all that a statement can be about are known resource-types and permissions which reach nothing
    under any of its verbs, and no word elsewhere is a verb, a beginning or nearly a functions type."""
    if words[:1] not in (["allow"], ["endorse"], ["admit"]):
        return None
    known = VERBS if words[0] == "allow" else _CROSSING
    first = next((at for at, word in enumerate(words) if word in known or word == "{"), None)
    if first is None:
        return None
    end = next((at for at in range(first, len(words)) if words[at] in ("in", "on")), len(words))
    action = words[first:end]
    if _may_be_more([*words[1:first], *words[end:]]):
        return None
    verbs = [word for word in action if word in known]
    things = [word for word in action if word not in known and word not in ("{", "}", ",", "to")]
    if not things or not all(_is_known(word) and not _yields(verbs, word) for word in things):
        return None
    return "functions" if any(map(_reaches, things)) else "others"


def _may_be_more(words: list[str]) -> bool:
    """Whether words around the action may say another one. `all` before a bracket begins a block."""
    return any(
        word in _CROSSING
        or word in _BEGINS
        or (_reaches(word) and not (word == "all" and after in ("{", "(")))
        for word, after in zip(words, [*words[1:], ""], strict=False)
    )


def _reaches(word: str) -> bool:
    """Whether a word is, or nearly is, a functions type or a permission of Functions. Variables and OCIDs,
    which have dots inside, are neither."""
    bare = word.strip(".")
    return "." not in bare and (bare in FUNCTIONS_TYPES or bare.startswith("fn") or bool(near_miss(bare)))


def _is_known(word: str) -> bool:
    if word in FUNCTIONS_TYPES or word in ROWS or word in FAMILIES or word in UNRELATED:
        return True
    if word.upper() in FUNCTIONS_PERMISSIONS:
        return True
    return _PERMISSION(word) is not None and not _reaches(word)


def _yields(verbs: list[str], word: str) -> bool:
    """Whether one of the verbs on a type, or the word as a permission, reaches functions."""
    if word.upper() in FUNCTIONS_REACH:
        return True
    return any(permissions_of(verb, word) & FUNCTIONS_REACH for verb in _strongest(verbs, word))


def _strongest(verbs: list[str], word: str) -> Iterator[str]:
    """The verbs written; all there are where none is, since one may be missing."""
    yield from verbs or (VERBS if word in FUNCTIONS_TYPES else ())
