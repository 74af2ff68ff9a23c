"""The ways in which a workload's condition can hold, and what each confines of a target. Judges nothing.

Stands on the normal form that functions are judged by, asked about the target variables of the types at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from oci_iam.catalogue.operations import named
from oci_iam.conditions import leaf_permissions
from oci_iam.ocid import ocid_type
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Pattern, Text, Value, Variable, leaves
from oci_iam.ways.normal_form import NormalForm, Way, normal_form
from oci_iam.workloads.reach import Held, Names, is_mark

__all__ = ["names_target", "names_target_or_caller", "ways_of"]


def ways_of(condition: Condition | None, held: Held) -> NormalForm:
    """The ways in which the condition can hold and leaves something of what is held."""
    if condition is None:
        return normal_form(None, held.guarded)
    condition = _with_callers(condition)
    return normal_form(condition, held.guarded, frozenset(_targets(condition)), partial(_left, held))


def _targets(condition: Condition) -> Iterator[str]:
    """The variables of a condition that say what is meant. Those of other types are among them: what they say
    confines nothing, yet two of it may contradict each other."""
    for leaf in leaves(condition):
        if isinstance(leaf, Comparison) and leaf.variable.startswith("target."):
            yield leaf.variable


# --- the caller as target ------------------------------------------------------------------------------

_CALLER = " = the caller"
"""Ends the name of a variable that stands for `target.x.id = request.principal.id`: with a space, so that no
condition can name it, and apart from the variable itself, with whose literals it contradicts nothing."""
_CALLERS = frozenset({"request.principal.id", "request.instance.id"})


def _with_callers(condition: Condition) -> Condition:
    """The condition with each comparison of a target with the caller as an equality of its own."""
    if isinstance(condition, AllOf | AnyOf):
        return replace(condition, conditions=tuple(map(_with_callers, condition.conditions)))
    if isinstance(condition, Comparison) and condition.op == "=":
        (value,) = condition.values
        if isinstance(value, Variable):
            names = {condition.variable, value.name}
            target = next(iter(names - _CALLERS), "")
            if len(names) == 2 and names & _CALLERS and _is_target_id(target):
                return Comparison(target + _CALLER, "=", (Text("the caller"),))
    return condition


def _is_target_id(name: str) -> bool:
    return name.startswith("target.") and name.endswith((".id", ".ocid")) and name != "target.compartment.id"


# --- what is confined ----------------------------------------------------------------------------------


def names_target(way: Way, held: Held) -> bool:
    """Whether the way names, by a literal, the target of everything it leaves."""
    return all(any(_is_named(way, name) for name in held.naming.get(each, ())) for each in way.reach)


def names_target_or_caller(way: Way, held: Held) -> bool:
    """Whether it does so for everything whose target can be named; the caller itself counts as a name.

    What the catalogue does not know counts as something that can be named, and is not.
    """
    for each in way.reach:
        variables = held.naming.get(each, frozenset())
        if not variables and each not in held.unknown:
            continue
        if not any(_is_named(way, name) or way.of(name + _CALLER) for name in variables):
            return False
    return True


def _is_named(way: Way, variable: str) -> bool:
    values = way.of(variable)
    is_ocid = variable.endswith((".id", ".ocid"))
    return bool(values) and all(_names_one(value) if is_ocid else _is_name(value) for value in values)


_NOT_ONE = frozenset({"tenancy", "compartment"})
_is_placeholder = re.compile(r"[<>{}$%\[\]]").search


def _names_one(value: str) -> bool:
    kind = ocid_type(value)
    return kind is not None and kind not in _NOT_ONE


def _is_name(value: str) -> bool:
    return bool(value.strip()) and _is_placeholder(value) is None


# --- what equalities with permissions and operations leave ---------------------------------------------


def _left(held: Held, leaf: Comparison, reach: Names) -> Names:
    if leaf.variable == "request.operation":
        return frozenset[str]().union(*(_needed(held, value, reach) for value in leaf.values))
    marks = frozenset(filter(is_mark, reach))
    left = leaf_permissions(leaf, reach - marks)
    return left | marks if any(map(_is_open, leaf.values)) else left


def _is_open(value: Value) -> bool:
    """Whether a value may stand for a permission that no row has."""
    return isinstance(value, Variable | Pattern) or "*" in value.text or not _is_permission(value.text)


_is_permission = re.compile(r"[A-Za-z0-9_]*").fullmatch


def _needed(held: Held, value: Value, reach: Names) -> Names:
    """What an operation can need of a reach. One that the catalogue does not know for these types can need
    anything: several services have operations of one name."""
    if not isinstance(value, Text):
        return reach
    if not value.text:
        return frozenset()  # no operation has an empty name
    types = {row.name for row in held.types}
    rows = [row for row in named(value.text) if types.intersection(row.types)]
    return reach.intersection(name for row in rows for name in row.permissions) if rows else reach
