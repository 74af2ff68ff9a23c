"""Writes a condition narrower with its author's own words: what some branch leaves out is asked for always.

Such a condition holds only where the given one does. Whether it is narrow enough, and whether it holds at
all, is for others to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from oci_iam.language.rendering import render_condition
from oci_iam.ocid import ocid_type
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Text, Value, leaves
from oci_iam.ways.implication import normal, not_covered
from oci_iam.ways.principals import WITHOUT_COMPARTMENT, bare, is_principal

__all__ = ["Narrowed", "equalities", "names_something", "narrowed"]


class Narrowed(NamedTuple):
    """A condition, and what was left out of it, as text."""

    condition: Condition | None
    dropped: tuple[str, ...] = ()


def narrowed(condition: Condition | None, targets: tuple[str, ...], *, caller: bool) -> Iterator[Narrowed]:
    """The condition as it is, and together with literals of it that say what is meant and who asks.

    ``targets`` are variables each of which would say what is meant, where it leaves that open; ``caller``
    whether it leaves open who asks.
    """
    yield Narrowed(condition)
    if condition is None or not (targets or caller):
        return
    values: dict[str, tuple[Value, ...]] = {}
    for leaf in equalities(condition):
        values[leaf.variable] = (*values.get(leaf.variable, ()), *leaf.values)
    things = _said_of(values, tuple((name,) for name in targets))
    callers = _said_of(values, _CALLERS) if caller else []
    for asked in product(things or [()], callers or [()]):
        yield _asked_always(condition, [one for part in asked for one in part])


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
    for leaf in leaves(condition):
        if isinstance(leaf, Comparison) and leaf.op in ("=", "in"):
            values = tuple(value for value in leaf.values if names_something(leaf.variable, value))
            if values:
                yield _one_of(leaf.variable, values)


def _one_of(variable: str, values: tuple[Value, ...]) -> Comparison:
    distinct = tuple(dict.fromkeys(values))
    return Comparison(variable, "=" if len(distinct) == 1 else "in", distinct)


# --- literals asked for always -------------------------------------------------------------------------

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


def _asked_always(condition: Condition, asked: list[Condition]) -> Narrowed:
    """The condition together with what is asked for; without parts that then say nothing more."""
    known = condition.conditions if isinstance(condition, AllOf) else (condition,)
    together = normal(AllOf(tuple(asked)))
    kept = [part for part in known if not_covered(together, [normal(part)])]
    dropped = [text for part in known if part not in kept for text in _not_in(asked, part)]
    parts = tuple(dict.fromkeys((*kept, *asked)))
    return Narrowed(parts[0] if len(parts) == 1 else AllOf(parts), tuple(dict.fromkeys(dropped)))


def _not_in(asked: list[Condition], part: Condition) -> Iterator[str]:
    """The comparisons of a part, as text, that what is asked for does not hold."""
    values = {(leaf.variable, value) for one in asked for leaf in equalities(one) for value in leaf.values}
    if isinstance(part, AllOf | AnyOf):
        for inner in part.conditions:
            yield from _not_in(asked, inner)
    elif isinstance(part, Comparison) and part.op in ("=", "in"):
        for value in part.values:
            if (part.variable, value) not in values:
                yield render_condition(_one_of(part.variable, (value,)))
    else:
        yield render_condition(part)


def _said_of(
    values: Mapping[str, tuple[Value, ...]], together: tuple[tuple[str, ...], ...]
) -> list[tuple[Condition, ...]]:
    """What the literals say by each set of variables; first, if there are several, that one of them holds."""
    found: list[tuple[Condition, ...]] = [
        tuple(_one_of(name, _fitting(values[name], name, names)) for name in names)
        for names in together
        if values.keys() >= set(names)
    ]
    if len(found) < 2:
        return found
    one_of_them = AnyOf(tuple(one[0] if len(one) == 1 else AllOf(one) for one in found))
    return [(one_of_them,), *found]


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
