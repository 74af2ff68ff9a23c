"""Writes a condition narrower with its author's own words: without branches that confine nothing, with
``all`` in place of ``any``, and with literals that some branch leaves out asked for always.

Each is a candidate that holds only where the given condition does. Whether it is narrow enough, and whether
it holds at all, is for others to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

from oci_iam._implication import normal
from oci_iam._principals import WITHOUT_COMPARTMENT, bare, is_principal
from oci_iam._rendering import render_condition
from oci_iam.ocid import ocid_type
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Text, Value

__all__ = ["Narrowed", "equalities", "names_something", "narrowed"]

_MOST_BLOCKS = 6
"""How many `any` blocks of a condition are tried as `all`."""


class Narrowed(NamedTuple):
    """A condition, and what was left out of it, as text."""

    condition: Condition | None
    dropped: tuple[str, ...]


def narrowed(condition: Condition | None, *, target: bool, caller: bool) -> Iterator[Narrowed]:
    """The candidates, the ones that change least first.

    ``target`` and ``caller`` say what the condition is to confine that it does not.
    """
    yield Narrowed(condition, ())
    if condition is None or not (target or caller):
        return
    dropped: list[str] = []
    tight = _without_loose(condition, dropped)
    if dropped:
        yield Narrowed(tight, tuple(dropped))
    for kept, gone in {tight: tuple(dropped), condition: ()}.items():
        yield from (Narrowed(one, gone) for one in _as_all(kept))
        yield from (Narrowed(one, gone) for one in _asked_always(kept, target=target, caller=caller))


# --- what names something ------------------------------------------------------------------------------

_PLACE_VARIABLES = (
    "request.principal.compartment.id",
    "request.resource.compartment.id",
    "request.instance.compartment.id",
)
_TYPES = {
    "target.function.id": "fnfunc",
    "target.app.id": "fnapp",
    "request.user.id": "user",
    "request.groups.id": "group",
    "request.principal.cluster_id": "cluster",
    **dict.fromkeys((*_PLACE_VARIABLES, "target.compartment.id"), "compartment"),
}
_OPEN = frozenset("<>*")
"""In a literal, a sign of a placeholder or a pattern."""


def names_something(variable: str, value: Value) -> bool:
    """Whether a value is a literal, and of an OCID the type that the variable has."""
    if not isinstance(value, Text) or not value.text.strip() or not _OPEN.isdisjoint(value.text):
        return False
    if variable == "request.principal.id":
        return is_principal(value.text)
    return variable not in _TYPES or ocid_type(value.text) == _TYPES[variable]


def equalities(condition: Condition | None) -> Iterator[Comparison]:
    """Every comparison for equality in a condition, with those of its values that name something."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.conditions:
            yield from equalities(part)
    elif isinstance(condition, Comparison) and condition.op in ("=", "in"):
        values = tuple(value for value in condition.values if names_something(condition.variable, value))
        if values:
            yield _one_of(condition.variable, values)


def _one_of(variable: str, values: tuple[Value, ...]) -> Comparison:
    distinct = tuple(dict.fromkeys(values))
    return Comparison(variable, "=" if len(distinct) == 1 else "in", distinct)


# --- without what confines nothing ---------------------------------------------------------------------


def _without_loose(condition: Condition, dropped: list[str]) -> Condition:
    """The condition without the branches of `any`, and the values of lists, that name nothing."""
    if isinstance(condition, AllOf):
        return AllOf(tuple(_without_loose(part, dropped) for part in condition.conditions))
    if isinstance(condition, AnyOf):
        kept = [part for part in condition.conditions if any(True for _ in equalities(part))]
        if not kept:
            return condition
        dropped += [render_condition(part) for part in condition.conditions if part not in kept]
        parts = tuple(_without_loose(part, dropped) for part in kept)
        return parts[0] if len(parts) == 1 else AnyOf(parts)
    if isinstance(condition, Comparison) and condition.op == "in" and condition.variable in _ASKED:
        kept_values = next((one.values for one in equalities(condition)), condition.values)
        gone = [value for value in condition.values if value not in kept_values]
        dropped += [render_condition(Comparison(condition.variable, "=", (value,))) for value in gone]
        return _one_of(condition.variable, kept_values) if gone else condition
    return condition


_ASKED = frozenset({*_TYPES, "request.principal.id", "request.principal.type"})


# --- all in place of any -------------------------------------------------------------------------------


def _as_all(condition: Condition) -> Iterator[Condition]:
    """The condition with one of its `any` blocks as `all`, for each of them, and with every one."""
    blocks = [block for block in _blocks(condition) if len(_by_variable(block)) > 1][:_MOST_BLOCKS]
    for block in blocks:
        yield _replaced(condition, lambda one, block=block: one is block)  # type: ignore[misc]
    if len(blocks) > 1:
        yield _replaced(condition, lambda one: len(_by_variable(one)) > 1)


def _blocks(condition: Condition) -> Iterator[AnyOf]:
    if isinstance(condition, AnyOf):
        yield condition
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.conditions:
            yield from _blocks(part)


def _replaced(condition: Condition, wanted: Callable[[AnyOf], bool]) -> Condition:
    if isinstance(condition, AnyOf) and wanted(condition):
        return AllOf(tuple(_replaced(part, wanted) for part in _by_variable(condition)))
    if isinstance(condition, AllOf | AnyOf):
        return type(condition)(tuple(_replaced(part, wanted) for part in condition.conditions))
    return condition


def _by_variable(block: AnyOf) -> list[Condition]:
    """The branches, those as one list that compare one variable for equality."""
    found: dict[object, Condition] = {}
    for at, part in enumerate(block.conditions):
        if isinstance(part, Comparison) and part.op in ("=", "in"):
            known = found.get(part.variable)
            values = known.values if isinstance(known, Comparison) else ()
            found[part.variable] = _one_of(part.variable, (*values, *part.values))
        else:
            found[at] = part
    return list(found.values())


# --- literals asked for always -------------------------------------------------------------------------

_TARGETS = (("target.function.id",), ("target.app.id",))
_ACCOUNT = (
    "request.principal.cluster_id",
    "request.principal.namespace",
    "request.principal.service_account",
)
_CALLERS = (
    ("request.principal.id",),
    ("request.user.id",),
    ("request.groups.id",),
    *(("request.principal.type", place) for place in _PLACE_VARIABLES),
    ("request.principal.type", *_ACCOUNT),
)
"""Variables that together say what is meant, or who asks."""


def _asked_always(condition: Condition, *, target: bool, caller: bool) -> Iterator[Condition]:
    """The condition together with literals of it, so that no branch can do without them."""
    values: dict[str, tuple[Value, ...]] = {}
    for leaf in equalities(condition):
        values[leaf.variable] = (*values.get(leaf.variable, ()), *leaf.values)
    targets: list[tuple[str, ...]] = [one for one in _TARGETS if target and values.keys() >= set(one)]
    callers: list[tuple[str, ...]] = [one for one in _CALLERS if caller and values.keys() >= set(one)]
    for names in product(targets or [()], callers or [()]):
        asked = [_one_of(name, _fitting(values[name], name, part)) for part in names for name in part]
        known = condition.conditions if isinstance(condition, AllOf) else (condition,)
        new = [leaf for leaf in asked if normal(leaf) not in map(normal, known)]
        if new:
            yield AllOf((*known, *new))


def _fitting(values: tuple[Value, ...], variable: str, beside: tuple[str, ...]) -> tuple[Value, ...]:
    """Of principal types those that the variables beside them narrow; all where there is none."""
    if variable != "request.principal.type":
        return values
    if beside[1:] == _ACCOUNT:
        left = [value for value in values if _type(value) == "workload"]
    elif "request.instance.compartment.id" in beside:
        left = [value for value in values if _type(value) == "instance"]
    else:
        left = [value for value in values if _type(value) not in WITHOUT_COMPARTMENT]
    return tuple(left) or values


def _type(value: Value) -> str:
    return bare(value.text.lower()) if isinstance(value, Text) else ""
