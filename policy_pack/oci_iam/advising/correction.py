"""Corrects a text that OCI refuses, where there is one thing the author can have meant. Judges nothing.

Every step mends what the parser stopped at; a text that still cannot be read after some of them has none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from oci_iam.catalogue.permissions import FUNCTIONS_PERMISSIONS
from oci_iam.granted import Grant
from oci_iam.language.near_miss import is_near
from oci_iam.language.parser import parse
from oci_iam.statement import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Statement,
    Text,
    Unparsable,
    Value,
    Variable,
)

__all__ = ["Corrected", "corrected", "quoted", "respelt"]

_MOST_STEPS = 12


class Corrected(NamedTuple):
    """The statements of a text once it is corrected; none, and what is missing, where that is not certain."""

    statements: tuple[Statement, ...]
    missing: tuple[str, ...] = ()


def corrected(text: Unparsable) -> Corrected:
    """The statements that a text was meant to be."""
    waiting, found = [text.text], list[Statement]()
    for _ in range(_MOST_STEPS):
        if not waiting:
            break
        statement = parse(waiting[0])
        if isinstance(statement, Statement):
            found.append(statement)
            del waiting[0]
            continue
        mended = _mended(statement)
        if mended is None:
            return Corrected((), _missing(statement))
        waiting[:1] = mended
    return Corrected(() if waiting else tuple(found))


# --- steps ---------------------------------------------------------------------------------------------

_LOOKALIKES = {
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff")),
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f"), " "),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201c\u201d\u201e"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014"), "-"),
}
"""Characters that editors put in place of ASCII ones, or that nobody sees."""
_DOUBLE_QUOTED = re.compile(r"\"([^\"'\\]*)\"")
_BEGINS = re.compile(r"\s*(?:allow|deny|define|endorse|admit)\b", re.IGNORECASE).match
_SAYS_MORE = re.compile(r"\b(?:where|allow|deny|define|endorse|admit)\b", re.IGNORECASE).search
_WORD = re.compile(r"[\w.:'-]+").match
_COMPARTMENT = re.compile(
    r"(?!(?:any|all|the|tenan|compart|root)\b|tenan|compart|any-)[\w'-]", re.IGNORECASE
).match
_SUBJECTS = re.compile(r"(?:group|dynamic-group|any-user|any-group|service)\b", re.IGNORECASE).match
_DYNAMIC_GROUP = re.compile(r"dynamic[ _]?groups?(?=[\s'])|dynamic-groups(?=[\s'])", re.IGNORECASE).match


def _mended(broken: Unparsable) -> list[str] | None:
    """The text, or the texts, with the place mended where reading stopped; None where it is not clear how."""
    text, reason = broken.text, broken.reason
    before, rest = text[: broken.position], text[broken.position :]
    if "is not ASCII" in reason:
        plain = text.translate(_LOOKALIKES)
        return [plain] if plain != text else None
    if reason.startswith("Double quotes"):
        plain = _DOUBLE_QUOTED.sub(r"'\1'", text)
        return [plain] if plain != text else None
    if reason.startswith("A second statement"):
        return [before, rest]
    if reason.startswith("A semicolon"):
        return [before] if not rest[1:].strip() else [before, rest[1:]] if _BEGINS(rest[1:]) else None
    if reason.startswith("`#` does not begin"):
        remark, _, after = rest.partition("\n")
        return None if _SAYS_MORE(remark) else [f"{before}\n{after}"]
    if reason.startswith("`/* */`"):
        remark, end, after = rest.partition("*/")
        return None if not end or _SAYS_MORE(remark) else [f"{before} {after}"]
    return _mended_word(before, rest, reason)


def _mended_word(before: str, rest: str, reason: str) -> list[str] | None:
    if reason.startswith("Expected `tenancy` or `compartment`, found `") and _COMPARTMENT(rest):
        return [f"{before}compartment {'id ' if rest.lower().startswith('ocid1.') else ''}{rest}"]
    if reason.startswith("Expected group, dynamic-group"):
        match = _DYNAMIC_GROUP(rest)
        return [f"{before}dynamic-group{rest[match.end() :]}"] if match else None
    if reason.startswith("Expected allow, deny") and not before.strip() and _SUBJECTS(rest):
        return [f"Allow {rest}"]
    if reason == "Expected `,` or `}`, found end of statement.":
        return [f"{before}{rest}}}"]
    return None


def _missing(broken: Unparsable) -> tuple[str, ...]:
    """What the author has to say where a text cannot be corrected for certain."""
    rest = broken.text[broken.position :]
    word = _WORD(rest)
    if broken.reason.startswith("Expected group, dynamic-group") and word:
        if rest[word.end() :].split()[:1] == ["to"]:
            return (f"whether `{word[0]}` is a group or a dynamic group",)
        return (f"a kind of principal in place of `{word[0]}`",)
    if broken.reason.startswith("This looks like a placeholder"):
        return (f"a value in place of `{rest.split()[0]}`",)
    return ()


# --- statements that can be read -----------------------------------------------------------------------


def quoted(condition: Condition | None) -> Condition | None:
    """The condition with words on its right-hand sides, which are no variables, as literals."""
    if isinstance(condition, AllOf | AnyOf):
        return type(condition)(tuple(part for one in condition.conditions if (part := quoted(one))))
    if isinstance(condition, Comparison):
        values = tuple(map(_quoted, condition.values))
        return Comparison(condition.variable, condition.op, values)
    return condition


def _quoted(value: Value) -> Value:
    is_word = isinstance(value, Variable) and not value.name.startswith(("request.", "target."))
    return Text(value.name) if isinstance(value, Variable) and is_word and value.name[0].isalpha() else value


def respelt(statement: Statement, grant: Grant) -> str | None:
    """The name of the resource-type that was meant, where one letter, a plural or a hyphen is wrong."""
    written, meant = statement.resource, grant.meant
    if written is None or meant in FUNCTIONS_PERMISSIONS:
        return None
    bare, plain = (name.replace("-", "").replace("_", "") for name in (written, meant))
    is_certain = is_near(written, meant, 1) or bare.removesuffix("s") == plain.removesuffix("s")
    return meant if is_certain else None
