"""Reads, applies and judges the matching rule of a dynamic group.

The language is a small part of the condition language (Oracle: "Writing Matching Rules to Define
Dynamic Groups"): ``variable = 'value'``, ``variable != 'value'``, a bare tag variable for "any value",
joined by ``ALL {...}`` and ``ANY {...}``. Reading fails closed as it does for statements. Does not know
what the group is granted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from oci_iam.conditions import holds
from oci_iam.language.parser import parse_condition
from oci_iam.language.tokens import token_spans
from oci_iam.ocid import ocid_type
from oci_iam.request import Principal
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Presence, Text, Unparsable, leaves
from oci_iam.verdict import Finding
from oci_iam.ways.principals import bare

__all__ = ["Kind", "MatchingRule", "judge_matching_rule", "kinds", "matches", "parse_matching_rule"]

_VARIABLES = frozenset(
    {
        "resource.type",
        "resource.id",
        "resource.compartment.id",
        "instance.id",
        "instance.compartment.id",
    }
)
_TAG = re.compile(r"tag\.[a-z0-9_@:-]+\.[a-z0-9_@:-]+\.value").fullmatch
_MAX_WAYS = 512


@dataclass(frozen=True, slots=True)
class MatchingRule:
    """A parsed matching rule: its condition over resource.*, instance.* and tag.* variables, and its text."""

    condition: Condition
    source: str


def parse_matching_rule(text: str) -> MatchingRule | Unparsable:
    """The rule a text holds, or why it is none."""
    condition = parse_condition(text)
    if isinstance(condition, Unparsable):
        return condition
    for leaf in leaves(condition):
        reason = _not_in_rules(leaf)
        if reason:
            return Unparsable(text, _start(text, leaf), reason)
    return MatchingRule(condition, text)


def _not_in_rules(leaf: Condition) -> str:
    """Why a condition that a statement may have is none for a matching rule; empty when it is one."""
    if isinstance(leaf, Presence):
        if leaf.present and _TAG(leaf.variable):
            return ""
        return "Only a tag variable may appear without a comparison in a matching rule."
    if not isinstance(leaf, Comparison) or leaf.op not in ("=", "!="):
        return "A matching rule supports only the operators `=` and `!=`."
    if leaf.variable not in _VARIABLES and not _TAG(leaf.variable):
        return f"`{leaf.variable}` is not a variable of matching rules."
    if not isinstance(leaf.values[0], Text):
        return "A value in a matching rule must be in single quotes."
    return ""


def _start(text: str, leaf: Condition) -> int:
    span = (0, 0) if isinstance(leaf, AllOf | AnyOf) else leaf.span
    return token_spans(text)[span[0]][0]


# --- applying ------------------------------------------------------------------------------------------


def matches(rule: MatchingRule, principal: Principal | Mapping[str, str]) -> bool:
    """Whether a resource is a member: a principal, or its attributes by the names the rule uses (lower case).

    An attribute the resource does not have makes a comparison false, for ``!=`` as well.
    """
    attributes = _attributes(principal) if isinstance(principal, Principal) else principal
    return holds(rule.condition, attributes)


def _attributes(principal: Principal) -> dict[str, str]:
    found = {"resource.type": principal.type}
    if principal.id is not None:
        found["resource.id"] = principal.id
    if principal.compartment_id is not None:
        found["resource.compartment.id"] = principal.compartment_id
    if principal.type.lower() == "instance":
        found |= {key.replace("resource.", "instance."): value for key, value in found.items()}
        found.pop("instance.type", None)
    return found | {f"tag.{key}.value".lower(): value for key, value in principal.tags.items()}


# --- who joins ----------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """Resources of one kind: their type (bare and in lower case, empty: any), their OCIDs and compartments as
    far as they are demanded (folded), and the namespaces of the tags they must have."""

    type: str
    ids: frozenset[str]
    compartments: frozenset[str]
    tags: frozenset[str]


def kinds(rule: MatchingRule) -> tuple[Kind, ...]:
    """What a rule takes in, one kind for each way in which it can hold. Nothing where there are too many.

    What a rule excludes is not taken away.
    """
    return tuple(map(_kind, _ways(rule.condition) or ()))


def _kind(way: _Way) -> Kind:
    ids = (*_values(way, "resource.id"), *_values(way, "instance.id"))
    places = (*_values(way, "resource.compartment.id"), *_values(way, "instance.compartment.id"))
    types = _values(way, "resource.type")
    if not types and any(leaf.variable.startswith("instance.") for leaf in way):
        types = ["instance"]
    named = types or [ocid_type(one) or "" for one in ids]
    tags = frozenset(leaf.variable.split(".")[1] for leaf in way if leaf.variable.startswith("tag."))
    return Kind(bare(named[0]) if named else "", frozenset(ids), frozenset(places), tags)


# --- judging -------------------------------------------------------------------------------------------

_INSTEAD = (
    "Write `ALL {resource.type = 'fnfunc', resource.id = '<OCID of the function>'}`,"
    " one rule or group per function."
)


def judge_matching_rule(text: str) -> tuple[Finding, ...]:
    """Every way in which the rule takes in functions that it neither names nor marks by the value of a tag.
    Empty for a rule that names each, and for one no function can match."""
    rule = parse_matching_rule(text)
    if isinstance(rule, Unparsable):
        shown = text[rule.position : rule.position + 40] or text[-40:]
        return (
            Finding("unparsable", f"The rule cannot be read with certainty: {rule.reason}", shown, _INSTEAD),
        )
    ways = _ways(rule.condition)
    if ways is None:
        message = f"The rule can hold in more than {_MAX_WAYS} ways, too many to tell who joins."
        return (Finding("too-many-ways", message, text[:40], _INSTEAD),)
    findings = {finding.code: finding for way in reversed(ways) for finding in _judge_way(way, text)}
    named = [way for way in ways if _names_functions(way)]
    strangers = [way for way in ways if _is_for_others(way)]
    if named and strangers:
        message = (
            "The group contains functions and resources of other types: each gets the rights of the others."
        )
        findings["mixed-types"] = Finding("mixed-types", message, _shown(text, strangers[0]), _INSTEAD)
    return tuple(findings[code] for code in sorted(findings))


_Way = tuple[Comparison | Presence, ...]


def _ways(condition: Condition) -> list[_Way] | None:
    """The ways in which a rule can hold, each the leaves that hold then; None when there are too many."""
    if isinstance(condition, AllOf | AnyOf):
        parts = [_ways(part) for part in condition.conditions]
        joined: list[_Way] = [()] if isinstance(condition, AllOf) else []
        for part in parts:
            if part is None or len(joined) * len(part) > _MAX_WAYS:
                return None
            joined = [a + b for a in joined for b in part] if isinstance(condition, AllOf) else joined + part
        return joined if len(joined) <= _MAX_WAYS else None
    return [(condition,)] if isinstance(condition, Comparison | Presence) else None


def _values(way: _Way, variable: str) -> list[str]:
    """What a way demands a variable to equal; a literal holding ``*`` demands nothing."""
    return [
        leaf.values[0].text.lower()
        for leaf in way
        if isinstance(leaf, Comparison)
        and leaf.variable == variable
        and leaf.op == "="
        and isinstance(leaf.values[0], Text)
        and "*" not in leaf.values[0].text
    ]


def _names_functions(way: _Way) -> bool:
    ids = _values(way, "resource.id")
    return bool(ids) and all(ocid_type(ocid) == "fnfunc" for ocid in ids)


def _is_for_others(way: _Way) -> bool:
    """Whether no function can match a way: it demands another type, an instance, or another resource's id."""
    if any(kind != "fnfunc" for kind in _values(way, "resource.type")):
        return True
    if any(leaf.variable.startswith("instance.") for leaf in way):
        return True
    return any(ocid_type(ocid) not in (None, "fnfunc") for ocid in _values(way, "resource.id"))


def _judge_way(way: _Way, text: str) -> Iterator[Finding]:
    typed = "fnfunc" in _values(way, "resource.type")
    ids = _values(way, "resource.id")
    wrong = [ocid for ocid in ids if ocid_type(ocid) != "fnfunc"]
    if wrong and (typed or any(ocid_type(ocid) is None for ocid in wrong)):
        yield Finding(
            "id-of-another-type", f"`{wrong[0]}` is not the OCID of a function.", _shown(text, way), _INSTEAD
        )
        return
    if _is_for_others(way) or _names_functions(way):
        return
    for code, message in _looseness(way, typed):
        yield Finding(code, message, _shown(text, way), _INSTEAD)


def _looseness(way: _Way, typed: bool) -> Iterator[tuple[str, str]]:
    """What lets functions in that the way does not name."""
    if any(isinstance(leaf, Comparison) and leaf.op == "!=" for leaf in way):
        yield "negation", "`!=` includes every resource but one, and every resource created later."
    tags = [leaf for leaf in way if leaf.variable.startswith("tag.")]
    if any(isinstance(leaf, Presence) or not _values((leaf,), leaf.variable) for leaf in tags):
        yield "tag-any-value", "Any value of the tag matches, so every function that has the tag joins."
    if not typed:
        yield (
            "no-type",
            "No resource.type is required, so functions join with every other resource that matches.",
        )
    elif _values(way, "resource.compartment.id") and not tags:
        yield "compartment-wide", "Every function created in the compartment later joins automatically."
    elif not tags:
        yield "every-function", "Every function of the tenancy joins, whoever creates it."


def _shown(text: str, way: _Way) -> str:
    spans = token_spans(text)
    first, behind = way[0].span[0], way[-1].span[1]
    return text[spans[first][0] : spans[behind - 1][1]] if first < behind else text
