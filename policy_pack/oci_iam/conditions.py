"""Two readings of one condition: what it certainly confines (abstract), and whether it holds (concrete).

The abstract reading never guesses in favour of a statement: only equality with, or membership in a list
of, plain literals confines anything. The concrete reading never assumes a value the request does not
carry: a comparison with a missing variable is false (Oracle: "If the variable is not applicable to the
incoming request, the condition evaluates to false"), for ``!=`` and ``not in`` as well.

Does not know which values make a grant narrow: that is ``judge``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from oci_iam.catalogue.operations import OPERATIONS
from oci_iam.catalogue.permissions import FUNCTIONS_REACH
from oci_iam.statement import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FunctionCall,
    Leaf,
    Pattern,
    Presence,
    Text,
    Value,
    Variable,
)

__all__ = ["Leaf", "holds", "leaf_permissions", "literals", "must", "yielded"]


Variables: TypeAlias = Mapping[str, str | frozenset[str]]
"""A request's variables by lower-case name; one that has several values at once (groups) is a set."""

# --- abstract ------------------------------------------------------------------------------------------


def literals(leaf: Leaf) -> frozenset[str] | None:
    """The plain values a leaf confines its variable to, folded to lower case; None when it confines nothing.

    ``*`` makes a literal a pattern, and one pattern in a list opens the list.
    """
    if not isinstance(leaf, Comparison) or (leaf.op != "=" and leaf.op != "in"):
        return None
    found = []
    for value in leaf.values:
        if not isinstance(value, Text) or "*" in value.text:
            return None
        found.append(value.text.lower())
    return frozenset(found)


def must(condition: Condition | None) -> dict[str, frozenset[str]]:
    """Variable -> the literals it certainly has one of whenever the condition holds.

    ``all`` confines what any of its conditions confines, ``any`` only what all of them do. A variable
    confined twice under ``all`` has the values common to both, or, where they contradict each other, the
    first's.
    """
    if condition is None:
        return {}
    if isinstance(condition, AllOf):
        merged: dict[str, frozenset[str]] = {}
        for part in condition.conditions:
            for variable, values in must(part).items():
                known = merged.get(variable, values)
                merged[variable] = known & values or known
        return merged
    if isinstance(condition, AnyOf):
        branches = [must(part) for part in condition.conditions]
        shared = set(branches[0]).intersection(*branches[1:])
        return {name: frozenset().union(*(branch[name] for branch in branches)) for name in shared}
    confined = literals(condition)
    if confined is None or not isinstance(condition, Comparison):
        return {}
    return {condition.variable: confined}


def leaf_permissions(leaf: Leaf, permissions: frozenset[str]) -> frozenset[str]:
    """What of ``permissions`` is left when a leaf holds.

    Only equality takes away: with a permission, and with an operation whose permission is known.
    Negations never do (Oracle warns that ``!=`` also grants each permission a service adds later). A
    pattern keeps each permission that holds its letters, which is more than any reading of it could.
    """
    if not isinstance(leaf, Comparison) or (leaf.op != "=" and leaf.op != "in"):
        return permissions
    if leaf.variable == "request.permission":
        return _permissions_like(leaf.values, permissions)
    if leaf.variable == "request.operation":
        return _permissions_of_operations(leaf.values, permissions)
    return permissions


_NAMES_PERMISSIONS = re.compile(r"[A-Za-z0-9_*]+").fullmatch
"""A permission, or a pattern of some. Anything else is a placeholder, and takes nothing away."""


def _permissions_like(values: Iterable[Value], permissions: frozenset[str]) -> frozenset[str]:
    kept: set[str] = set()
    for value in values:
        if isinstance(value, Variable) or (value.text and not _NAMES_PERMISSIONS(value.text)):
            return permissions
        if isinstance(value, Text) and "*" not in value.text:
            kept.add(value.text.upper())
        else:
            pieces = value.text.upper().split("*")
            likely = _holding(max(pieces, key=len), permissions)
            kept.update(name for name in likely if all(piece in name for piece in pieces))
    return permissions & kept


@lru_cache(maxsize=1024)
def _holding(piece: str, permissions: frozenset[str]) -> Iterable[str]:
    """The permissions that hold these letters. ``all-resources`` has thousands, so they are searched as one
    string."""
    if not piece:
        return permissions
    names = _one_a_line(permissions)
    found = []
    at = names.find(piece)
    while at >= 0:
        end = names.index("\n", at)
        found.append(names[names.rfind("\n", 0, at) + 1 : end])
        at = names.find(piece, end)
    return found


@lru_cache(maxsize=64)
def _one_a_line(permissions: frozenset[str]) -> str:
    return "".join(f"{name}\n" for name in permissions)


def _permissions_of_operations(values: Iterable[Value], permissions: frozenset[str]) -> frozenset[str]:
    kept: set[str] = set()
    may_need_anything = reads = False
    for value in values:
        if not isinstance(value, Text) or (value.text and not value.text.isidentifier()):
            return permissions
        name = value.text.lower()
        known = OPERATIONS.get(name)
        if known is not None:
            kept.add(known)
        elif name:  # no operation has an empty one; one outside the table can need anything
            reads = reads or _only_reads(name)
            may_need_anything = may_need_anything or not _only_reads(name)
    if may_need_anything:
        return permissions
    return _harmless_of(permissions).union(permissions & kept) if reads else permissions & kept


@lru_cache(maxsize=64)
def _harmless_of(permissions: frozenset[str]) -> frozenset[str]:
    return permissions - FUNCTIONS_REACH


_READS = re.compile(r"(?:get|list|head|search|summarize)[a-z]").match


def _only_reads(operation: str) -> bool:
    """Whether an operation that this model does not know reads, going by its name. Those of other services
    that write may need a function: to subscribe one to a topic takes FN_INVOCATION."""
    sounds_like_functions = any(hint in operation for hint in ("func", "fn", "invo", "trigger", "pbf"))
    return _READS(operation) is not None and not sounds_like_functions


def yielded(condition: Condition | None, permissions: frozenset[str]) -> frozenset[str]:
    """What of ``permissions`` is left under a whole condition: ``all`` takes away in turn, ``any`` adds
    up."""
    if condition is None:
        return permissions
    if isinstance(condition, AllOf):
        for part in condition.conditions:
            permissions = yielded(part, permissions)
        return permissions
    if isinstance(condition, AnyOf):
        # Parts mostly leave the very same set; of `all-resources` it is large.
        return frozenset().union(*{yielded(part, permissions) for part in condition.conditions})
    return leaf_permissions(condition, permissions)


# --- concrete ------------------------------------------------------------------------------------------


def holds(condition: Condition | None, variables: Variables) -> bool:
    """Whether a condition is true for a request with these variables.

    Equality with a variable of several values asks whether one of them is equal, `!=` whether none is.
    """
    if condition is None:
        return True
    if isinstance(condition, AllOf):
        return all(holds(part, variables) for part in condition.conditions)
    if isinstance(condition, AnyOf):
        return any(holds(part, variables) for part in condition.conditions)
    if isinstance(condition, Presence):
        return (condition.variable in variables) is condition.present
    if isinstance(condition, FunctionCall):
        return _call_holds(condition, variables)
    return _comparison_holds(condition, variables)


def _comparison_holds(leaf: Comparison, variables: Variables) -> bool:
    actual = variables.get(leaf.variable)
    if actual is None:
        return False
    known = [value for value in leaf.values if not isinstance(value, Variable) or value.name in variables]
    found = any(_matches(one, value, variables) for one in _each(actual) for value in known)
    if leaf.op == "=" or leaf.op == "in":
        return found
    if len(known) < len(leaf.values):
        return False
    if leaf.op == "!=" or leaf.op == "not in":
        return not found
    return isinstance(actual, str) and _time_holds(leaf, actual, variables)


def _each(value: str | frozenset[str]) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value


def _matches(actual: str, value: Value, variables: Variables) -> bool:
    """Without case; a literal holding ``*`` is read as a pattern, the wider of the two readings in use."""
    if isinstance(value, Variable):
        return any(actual.lower() == other.lower() for other in _each(variables[value.name]))
    if "*" in value.text:
        return _fits(actual.lower(), value.text.lower().split("*"))
    return actual.lower() == value.text.lower()


def _fits(actual: str, pieces: list[str]) -> bool:
    """Whether ``pieces``, joined by anything, make up ``actual``: each is sought after the one before it."""
    first, last = pieces[0], pieces[-1]
    if len(actual) < len(first) + len(last) or not actual.startswith(first) or not actual.endswith(last):
        return False
    position, end = len(first), len(actual) - len(last)
    for piece in pieces[1:-1]:
        found = actual.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _time_holds(leaf: Comparison, actual: str, variables: Variables) -> bool:
    texts = [variables[value.name] if isinstance(value, Variable) else value.text for value in leaf.values]
    moments = [_moment(text) if isinstance(text, str) else None for text in (actual, *texts)]
    if len({moment and moment[0] for moment in moments}) != 1 or moments[0] is None:
        return False
    now, *bounds = (moment[1] for moment in moments if moment is not None)
    if leaf.op == "before":
        return now < bounds[0]
    if leaf.op == "after":
        return now > bounds[0]
    low, high = bounds
    return low <= now <= high if low <= high else now >= low or now <= high


def _moment(text: str) -> tuple[str, float] | None:
    """A date with time, or a time of day, as (which of them, seconds); None when it is neither."""
    from datetime import UTC, datetime, time  # imported here: most callers never compare times

    folded = text.strip().upper().replace("Z", "+00:00")
    try:
        if "T" in folded or folded.count("-") >= 2:
            moment = datetime.fromisoformat(folded)
            return "date", (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        of_day = time.fromisoformat(folded)
    except ValueError:
        return None
    return "time of day", of_day.hour * 3600 + of_day.minute * 60 + of_day.second + of_day.microsecond / 1e6


def _call_holds(call: FunctionCall, variables: Variables) -> bool:
    """``sets-equal`` and ``sets-intersect`` of two lists; a variable's value counts as a comma-separated
    set."""
    if len(call.arguments) != 2:
        return False
    sets: list[set[str]] = []
    for argument in call.arguments:
        members: set[str] = set()
        for value in argument:
            if isinstance(value, Variable):
                actual = variables.get(value.name)
                if actual is None:
                    return False
                members.update(part.strip().lower() for one in _each(actual) for part in one.split(","))
            elif isinstance(value, Pattern):
                return False
            else:
                members.add(value.text.lower())
        sets.append(members)
    return sets[0] == sets[1] if call.name == "sets-equal" else bool(sets[0] & sets[1])
