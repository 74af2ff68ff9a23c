"""The normal form of a condition: the ways in which it can hold, each as sets of literals by variable.

A statement grants what it would grant if there were one statement a way (``any`` splits a condition,
``all`` joins its parts), so each way can be judged alone. In a way each variable the judge asks about has one
of a set of literals for certain; what confines nothing is left out. So that two conditions of one meaning
come out alike,

* literals of one variable under one ``any`` are one set, and under one ``all`` their common ones,
* ways that differ in the set of one variable only are one way with both sets,
* a way that another one includes is left out, and so is one that can never hold: a variable with two values
  at once, a principal's type beside an OCID that no principal of the type has.

Above ``MAX_WAYS`` parts of the condition are left out as if they always held, and ``complete`` says so. Fewer
literals confine less, so that errs on the strict side. Does not know which literals make a grant narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from oci_iam.conditions import leaf_permissions, literals
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Text
from oci_iam.ways.principals import fitting

__all__ = ["MAX_WAYS", "PRINCIPAL_VARIABLES", "TARGET_VARIABLES", "NormalForm", "Way", "normal_form"]

MAX_WAYS = 512
"""How many ways are told apart."""
_MAX_PRODUCT = 4 * MAX_WAYS
"""How many ways may be written down before those of one meaning are joined."""

Literals: TypeAlias = frozenset[str]

_MANY_VALUED = frozenset({"request.groups.id"})
"""Variables of which a request has several values at once: two different ones contradict nothing."""
PRINCIPAL_VARIABLES = (
    "request.principal.type",
    "request.principal.id",
    "request.principal.compartment.id",
    "request.resource.compartment.id",
    "request.instance.compartment.id",
    "request.principal.cluster_id",
    "request.principal.namespace",
    "request.principal.service_account",
    "request.user.id",
    "request.groups.id",
)
"""The variables that say who asks."""
TARGET_VARIABLES = ("target.function.id", "target.app.id")
"""The variables that say which function or application is meant."""
_WHO = frozenset(PRINCIPAL_VARIABLES)
_FUNCTIONS = frozenset(TARGET_VARIABLES)
_TAKES_AWAY = frozenset({"request.permission", "request.operation"})


class Way(NamedTuple):
    """One way in which a condition holds: the permissions it leaves, and for each variable the literals of
    which it certainly has one, folded to lower case and in the order of the variables' names."""

    reach: frozenset[str]
    said: tuple[tuple[str, Literals], ...]

    def of(self, variable: str) -> Literals:
        """The literals of a variable; empty where the way says nothing of it."""
        for name, values in self.said:
            if name == variable:
                return values
        return frozenset()


class NormalForm(NamedTuple):
    """All ways in which a condition can hold; ``complete`` unless the condition was too large."""

    ways: tuple[Way, ...]
    complete: bool


TakenAway: TypeAlias = Callable[[Comparison, frozenset[str]], frozenset[str]]
"""What an equality with a permission or an operation leaves of a reach."""


def normal_form(
    condition: Condition | None,
    reach: frozenset[str],
    targets: frozenset[str] = _FUNCTIONS,
    left: TakenAway = leaf_permissions,
) -> NormalForm:
    """The ways in which a condition can hold and leaves something of ``reach``.

    ``targets`` are the variables that say what is meant, beside those that say who asks.
    """
    if condition is None:
        return NormalForm((Way(reach, ()),) if reach else (), complete=True)
    writer = _Writer(reach, targets, left)
    found = _reduced(_possible(writer.ways(condition)))
    return NormalForm(tuple(found), writer.complete)


class _Writer:
    """Writes the ways of one condition down, within bounds."""

    def __init__(self, reach: frozenset[str], targets: frozenset[str], left: TakenAway) -> None:
        self.reach = reach
        self.complete = True
        self._targets = targets
        self._left = left
        self._anything = Way(reach, ())

    def ways(self, condition: Condition) -> list[Way]:
        if isinstance(condition, AllOf):
            return self._joined(condition)
        if isinstance(condition, AnyOf):
            return self._split(condition)
        return self._of_leaf(condition)

    def _of_leaf(self, leaf: Condition) -> list[Way]:
        if not isinstance(leaf, Comparison) or (leaf.op != "=" and leaf.op != "in"):
            return [self._anything]
        if leaf.variable in _TAKES_AWAY:
            left = self._left(leaf, self.reach)
            return [Way(left, ())] if left else []
        if leaf.variable in _WHO or leaf.variable in self._targets:
            values = literals(leaf)
            if values is not None:
                return [Way(self.reach, ((leaf.variable, values),))]
        return [self._anything]

    def _split(self, condition: AnyOf) -> list[Way]:
        found: dict[Way, None] = {}
        for part in condition.conditions:
            found.update(dict.fromkeys(self.ways(part)))
            if self._anything in found:
                return [self._anything]
        reduced = _reduced(list(found))
        return reduced if len(reduced) <= MAX_WAYS else [self._shared(reduced)]

    def _joined(self, condition: AllOf) -> list[Way]:
        parts: dict[tuple[Way, ...], None] = {}
        excluded: dict[str, set[str]] = {}
        for part in _flat(condition):
            if isinstance(part, Comparison) and part.op in ("!=", "not in"):
                self._exclude(part, excluded)
            parts[tuple(self.ways(part))] = None
        joined = [self._anything]
        for ways in sorted(parts, key=len):
            if len(joined) * len(ways) > _MAX_PRODUCT:
                self.complete = False
                break
            product = [way for one in joined for other in ways if (way := _met(one, other)) is not None]
            reduced = _reduced(_possible(_without(product, excluded)))
            if len(reduced) > MAX_WAYS:
                self.complete = False
                break
            joined = reduced
        return joined

    def _exclude(self, leaf: Comparison, excluded: dict[str, set[str]]) -> None:
        """Notes the literals that a negation rules out; ``*`` makes a literal a pattern."""
        name = leaf.variable
        if (name in _WHO or name in self._targets) and name not in _MANY_VALUED:
            plain = (value.text.lower() for value in leaf.values if isinstance(value, Text))
            excluded.setdefault(name, set()).update(text for text in plain if "*" not in text)

    def _shared(self, ways: list[Way]) -> Way:
        """What very many ways say together, as one."""
        self.complete = False
        reach = _union(way.reach for way in ways)
        names = set.intersection(*({name for name, _ in way.said} for way in ways))
        return Way(reach, tuple((name, _union(way.of(name) for way in ways)) for name in sorted(names)))


def _union(sets: Iterable[Literals]) -> Literals:
    return frozenset[str]().union(*sets)


def _flat(condition: AllOf) -> Iterable[Condition]:
    for part in condition.conditions:
        while isinstance(part, AnyOf) and len(part.conditions) == 1:
            part = part.conditions[0]
        if isinstance(part, AllOf):
            yield from _flat(part)
        else:
            yield part


def _without(ways: list[Way], excluded: Mapping[str, set[str]]) -> list[Way]:
    if not excluded:
        return ways
    left = (
        Way(reach, tuple((name, values - excluded.get(name, set())) for name, values in said))
        for reach, said in ways
    )
    return [way for way in left if all(values for _, values in way.said)]


def _met(one: Way, other: Way) -> Way | None:
    """What both ways say at once; None when they contradict each other."""
    reach = one.reach & other.reach
    if not reach:
        return None
    if not one.said or not other.said:
        return Way(reach, one.said or other.said)
    said = dict(one.said)
    for name, values in other.said:
        known = said.get(name)
        if known is None or known is values:
            said[name] = values
        elif name in _MANY_VALUED:
            said[name] = min(known, values, key=_least_certain_last)
        elif common := known & values:
            said[name] = common
        else:
            return None
    return Way(reach, tuple(sorted(said.items(), key=_name)))


def _name(item: tuple[str, Literals]) -> str:
    return item[0]


def _least_certain_last(values: Literals) -> tuple[bool, int, list[str]]:
    """Of two sets that one request meets at once, the one that says more stands for both."""
    return not all(value.startswith("ocid1.group.") for value in values), len(values), sorted(values)


def _possible(ways: Iterable[Way]) -> list[Way]:
    """The ways without those whose principal has no such type and OCID at once."""
    found = []
    for way in ways:
        ids, types = way.of("request.principal.id"), way.of("request.principal.type")
        if ids and types:
            left = fitting(ids, types)
            if not left:
                continue
            if left != ids:
                said = tuple((name, left if name == "request.principal.id" else v) for name, v in way.said)
                way = Way(way.reach, said)
        found.append(way)
    return found


def _reduced(ways: list[Way]) -> list[Way]:
    """The same ways written with as few as can be found."""
    if len(ways) < 2:
        return ways
    before = 0
    while len(ways) > 1 and len(ways) != before:
        before = len(ways)
        ways = _with_joined_reach(ways)
        for name in sorted({name for way in ways for name, _ in way.said}):
            ways = _with_joined_literals(ways, name)
    return _widest(ways)


def _with_joined_reach(ways: Iterable[Way]) -> list[Way]:
    reaches: dict[tuple[tuple[str, Literals], ...], frozenset[str]] = {}
    for reach, said in ways:
        reaches[said] = reaches.get(said, frozenset()) | reach
    return [Way(reach, said) for said, reach in reaches.items()]


def _with_joined_literals(ways: Iterable[Way], name: str) -> list[Way]:
    """The ways with those as one that differ in nothing but the literals of one variable."""
    rest: list[Way] = []
    groups: dict[Way, list[Literals]] = {}
    for way in ways:
        values = way.of(name)
        if values:
            beside = Way(way.reach, tuple(item for item in way.said if item[0] != name))
            groups.setdefault(beside, []).append(values)
        else:
            rest.append(way)
    for (reach, said), found in groups.items():
        different = {id(values): values for values in found}  # often one set that many ways share
        joined = found[0] if len(different) == 1 else frozenset[str]().union(*different.values())
        rest.append(Way(reach, tuple(sorted((*said, (name, joined)), key=_name))))
    return rest


def _widest(ways: list[Way]) -> list[Way]:
    """The ways that no other way includes."""
    kept: dict[tuple[str, ...], list[Way]] = {}
    for way in sorted(ways, key=_width):
        names = tuple(name for name, _ in way.said)
        found = set(names)
        if not any(
            _includes(wide, way) for known, group in kept.items() if found.issuperset(known) for wide in group
        ):
            kept.setdefault(names, []).append(way)
    return [way for group in kept.values() for way in group]


def _width(way: Way) -> tuple[int, int, int]:
    """Sorts a way before those it includes."""
    return len(way.said), -len(way.reach), -sum(len(values) for _, values in way.said)


def _includes(wide: Way, narrow: Way) -> bool:
    if not narrow.reach <= wide.reach:
        return False
    for name, values in wide.said:
        found = narrow.of(name)
        if found is not values and not found <= values:
            return False
    return True
