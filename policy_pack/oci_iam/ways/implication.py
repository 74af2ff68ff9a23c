"""Compares conditions: whether one holds only when another does, and which part of one is new.

Conditions are first written in a normal form of their own, which keeps every leaf (``ways.normal_form``
keeps what the judge asks about). Sound, not complete: what is called covered is, and what is called new may
have been covered in a way not seen here. Knows nothing of statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from oci_iam.statement import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FunctionCall,
    Operator,
    Text,
    Value,
)
from oci_iam.ways.principals import has_type

__all__ = ["implies", "normal", "not_covered"]

_MOST_LOOKS = 4_000
"""How often parts of one condition are compared with what is known before it is taken as a whole."""


def normal(condition: Condition) -> Condition:
    """The condition with its values folded, blocks of one kind joined, and everything in one order."""
    if isinstance(condition, AllOf | AnyOf):
        kind = type(condition)
        parts: list[Condition] = []
        for part in map(normal, condition.conditions):
            parts += part.conditions if isinstance(part, kind) else (part,)
        if kind is AnyOf:
            parts = _joined(parts)
        ordered = tuple(sorted(dict.fromkeys(parts), key=repr))
        return ordered[0] if len(ordered) == 1 else kind(ordered)
    if isinstance(condition, Comparison):
        op = {"in": "=", "not in": "!="}.get(condition.op, condition.op)
        values = tuple(_folded(value) for value in condition.values)
        if op in ("=", "!="):
            values = tuple(sorted(dict.fromkeys(values), key=repr))
        return Comparison(condition.variable, _listed(op, values), values)
    if isinstance(condition, FunctionCall):
        return FunctionCall(
            condition.name,
            tuple(tuple(_folded(value) for value in argument) for argument in condition.arguments),
        )
    return condition


def _listed(op: str, values: Sequence[Value]) -> Operator:
    """Equality with several values is written as a list."""
    if len(values) > 1:
        op = {"=": "in", "!=": "not in"}.get(op, op)
    return cast("Operator", op)


def _is_equality(condition: Condition) -> bool:
    return isinstance(condition, Comparison) and condition.op in ("=", "in")


def _one_of(variable: str, values: Iterable[Value]) -> Comparison:
    ordered = tuple(sorted(dict.fromkeys(values), key=repr))
    return Comparison(variable, _listed("=", ordered), ordered)


def _joined(parts: list[Condition]) -> list[Condition]:
    """Branches that only differ in the value of one variable, as one."""
    values: dict[str, tuple[Value, ...]] = {}
    rest: list[Condition] = []
    for part in parts:
        if isinstance(part, Comparison) and _is_equality(part):
            values[part.variable] = (*values.get(part.variable, ()), *part.values)
        else:
            rest.append(part)
    return [*rest, *(_one_of(name, found) for name, found in values.items())]


def _folded(value: Value) -> Value:
    return Text(value.text.casefold()) if isinstance(value, Text) else value


def implies(narrow: Condition | None, wide: Condition | None) -> bool:
    """Whether the wide condition certainly holds when the narrow one does. Both are normal."""
    if wide is None or narrow == wide:
        return True
    if narrow is None:
        return False
    if isinstance(wide, AllOf):
        return all(implies(narrow, part) for part in wide.conditions)
    if isinstance(narrow, AnyOf):
        return all(implies(part, wide) for part in narrow.conditions)
    if isinstance(narrow, AllOf) and any(implies(part, wide) for part in narrow.conditions):
        return True
    if isinstance(wide, AnyOf):
        return any(implies(narrow, part) for part in wide.conditions)
    if isinstance(narrow, Comparison) and isinstance(wide, Comparison):
        if narrow.variable != wide.variable:
            return _has_type(narrow, wide)
        if _is_equality(narrow) and _is_equality(wide):
            return set(narrow.values) <= set(wide.values)
        negations = narrow.op in ("!=", "not in") and wide.op in ("!=", "not in")
        return negations and set(narrow.values) >= set(wide.values)
    return False


def _has_type(narrow: Comparison, wide: Comparison) -> bool:
    """Whether one names principals by OCID that all are of a type the other asks for."""
    if (narrow.variable, wide.variable) != ("request.principal.id", "request.principal.type"):
        return False
    if not _is_equality(narrow) or not _is_equality(wide):
        return False
    types = {value.text for value in wide.values if isinstance(value, Text)}
    return all(isinstance(value, Text) and has_type(value.text, types) for value in narrow.values)


# --- what is new ---------------------------------------------------------------------------------------


def not_covered(
    condition: Condition | None, known: Sequence[Condition | None]
) -> tuple[Condition | None, ...]:
    """The part of a normal condition that none of the known ones covers: nothing, or one condition.

    A condition is taken apart into its branches, the values of a list each being one. A branch may be covered
    by one known condition and its neighbour by another, so two statements joined into one are nothing new.
    """
    if any(implies(condition, one) for one in known):
        return ()
    if condition is None:
        return (condition,)
    divider = _Divider(known)
    parts = divider.new_parts(condition)
    if parts is None or not divider.left_some_out:
        return (condition,)
    if not parts:
        return ()
    return (normal(AnyOf(tuple(_regrouped(parts)))),)


class _Divider:
    """Takes one condition apart until its parts are covered or cannot be divided further."""

    def __init__(self, known: Sequence[Condition | None]) -> None:
        self._known = known
        self._looks = _MOST_LOOKS
        self.left_some_out = False

    def new_parts(self, condition: Condition) -> list[Condition] | None:
        """The parts that nothing covers; None where that took too many looks."""
        self._looks -= 1 + len(self._known)
        if self._looks < 0:
            return None
        if _never_holds(condition) or any(implies(condition, one) for one in self._known):
            self.left_some_out = True
            return []
        left = self._without_covered_values(condition)
        if left is not condition:
            self.left_some_out = True
            return [] if left is None else self.new_parts(left)
        branches = _branches(condition)
        if branches is None:
            return [condition]
        found: list[Condition] = []
        for branch in branches:
            new = self.new_parts(branch)
            if new is None:
                return None
            found += new
        return found

    def _without_covered_values(self, condition: Condition) -> Condition | None:
        """The condition without those values of a list that known conditions cover; None if none is left."""
        every = condition.conditions if isinstance(condition, AllOf) else (condition,)
        for leaf in every:
            if isinstance(leaf, Comparison) and _is_equality(leaf) and len(leaf.values) > 1:
                rest = tuple(part for part in every if part is not leaf)
                covered = {
                    value
                    for one in self._known
                    if one is not None
                    for value in _values_beside(rest, leaf.variable, one)
                }
                left = [value for value in leaf.values if value not in covered]
                if len(left) < len(leaf.values):
                    return normal(AllOf((*rest, _one_of(leaf.variable, left)))) if left else None
        return condition


def _values_beside(rest: tuple[Condition, ...], variable: str, known: Condition) -> tuple[Value, ...]:
    """The values of a variable for which the known condition certainly holds when all of the rest does."""
    every = known.conditions if isinstance(known, AllOf) else (known,)
    own = [leaf for leaf in _leaves(known) if leaf.variable == variable]
    if len(own) != 1:
        return ()
    others = (part for part in every if part is not own[0])
    return own[0].values if all(any(implies(one, part) for one in rest) for part in others) else ()


_ONE_VALUED = frozenset(
    {
        "request.operation",
        "request.permission",
        "request.principal.compartment.id",
        "request.principal.id",
        "request.principal.type",
        "request.region",
        "request.user.id",
        "target.app.id",
        "target.compartment.id",
        "target.function.id",
    }
)
"""Variables of which a request has one value only."""


def _never_holds(condition: Condition) -> bool:
    """Whether a conjunction asks for two values of one variable at once."""
    if not isinstance(condition, AllOf):
        return False
    allowed: dict[str, set[Value]] = {}
    for leaf in _leaves(condition):
        literal = all(isinstance(value, Text) and "*" not in value.text for value in leaf.values)
        if literal and leaf.variable in _ONE_VALUED:
            allowed.setdefault(leaf.variable, set(leaf.values)).intersection_update(leaf.values)
    return not all(allowed.values())


def _branches(condition: Condition) -> list[Condition] | None:
    """The conditions one of which holds whenever this one does; None where it has no branches."""
    if isinstance(condition, AnyOf):
        return list(condition.conditions)
    if isinstance(condition, Comparison):
        if not _is_equality(condition) or len(condition.values) < 2:
            return None
        return [_one_of(condition.variable, (value,)) for value in condition.values]
    if isinstance(condition, AllOf):
        for at, part in enumerate(condition.conditions):
            inner = _branches(part)
            if inner is not None:
                rest = (*condition.conditions[:at], *condition.conditions[at + 1 :])
                return [normal(AllOf((*rest, one))) for one in inner]
    return None


def _regrouped(parts: list[Condition]) -> list[Condition]:
    """Parts that differ in the values of one variable only, as one again."""
    before = 0
    while len(parts) != before:
        before = len(parts)
        names = sorted({leaf.variable for part in parts for leaf in _leaves(part)})
        for name in names:
            parts = _with_values_joined(parts, name)
    return parts


def _leaves(part: Condition) -> list[Comparison]:
    every = part.conditions if isinstance(part, AllOf) else (part,)
    return [leaf for leaf in every if isinstance(leaf, Comparison) and _is_equality(leaf)]


def _with_values_joined(parts: list[Condition], name: str) -> list[Condition]:
    groups: dict[tuple[Condition, ...], list[Value]] = {}
    others: list[Condition] = []
    for part in parts:
        own = [leaf for leaf in _leaves(part) if leaf.variable == name]
        if len(own) != 1:
            others.append(part)
            continue
        every = part.conditions if isinstance(part, AllOf) else (part,)
        rest = tuple(leaf for leaf in every if leaf is not own[0])
        groups.setdefault(rest, []).extend(own[0].values)
    joined = (normal(AllOf((*rest, _one_of(name, values)))) for rest, values in groups.items())
    return [*others, *joined]
