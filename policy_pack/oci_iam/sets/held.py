"""What one principal holds, filed so that what adds up with a new holding is found without looking at all.

A holding is filed under features: what it may be asked for. Adds nothing up itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeAlias

from oci_iam.catalogue.permissions import FUNCTIONS_REACH, permissions_of
from oci_iam.sets.holdings import MANAGE_FAMILY, Holding
from oci_iam.sets.routes import INVOKE, REACH, ROUTE_NEEDS, TAGGED, TAGGING, tags_of
from oci_iam.sets.scope import Scope
from oci_iam.sets.set_finding import Contribution
from oci_iam.sets.shelves import Entry, Places, Shelf

__all__ = ["CHANGING", "FAMILY", "INVOKING", "WHOLES", "Held", "View", "features"]

FAMILY, INVOKING, CHANGING = "something of the family", "invoking", "changing"
_EVERYTHING = "everything"
_MANAGING = FUNCTIONS_REACH - {INVOKE}
WHOLES = {"manage": MANAGE_FAMILY, "use": permissions_of("use", "functions-family")}
"""What a verb on the family holds, largest first."""


def features(holding: Holding) -> Iterator[Hashable]:
    """What a holding may be asked for, beside pieces and targets."""
    permissions = holding.permissions
    yield from permissions & ROUTE_NEEDS
    for kind, rights in TAGGING.items():
        if permissions & rights:
            yield tags_of(kind)
    if permissions & MANAGE_FAMILY:
        yield FAMILY
    if permissions & FUNCTIONS_REACH:
        yield REACH
        yield from {TAGGED + name.partition(".tag.")[0] for name in holding.tags}


class Held:
    """All that one principal holds by its own name."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._shelves: dict[Hashable, Shelf[Holding]] = {}
        self._named: dict[str, set[frozenset[str]]] = {}
        self.numbers: dict[Contribution, int] = {}
        self.all: list[tuple[int, Holding]] = []

    def put(self, number: int, holding: Holding) -> None:
        """Files a holding; numbers only grow."""
        self.numbers.setdefault(holding.contribution, number)
        self.all.append((number, holding))
        for feature in features(holding):
            self._file(feature, number, holding)
        if not holding.names_target:
            self._file(_EVERYTHING, number, holding, _by_permissions)
        if INVOKE in holding.permissions:
            self._file_targets(INVOKING, number, holding)
        if holding.permissions & _MANAGING:
            self._file_targets(CHANGING, number, holding)
        if holding.permissions & MANAGE_FAMILY and not holding.confined:
            for verb, whole in WHOLES.items():
                if not whole <= holding.permissions:
                    self._file((verb, "by what it adds"), number, holding, _by_family)
                    self._file((verb, "by place"), number, holding, _by_place_and_family)

    def _file(
        self,
        feature: Hashable,
        number: int,
        holding: Holding,
        alike: Callable[[Entry[Holding]], Hashable] | None = None,
    ) -> None:
        shelf = self._shelves.get(feature)
        if shelf is None:
            shelf = self._shelves[feature] = Shelf(self._places, alike)
        shelf.put(number, holding.scope, holding)

    def _file_targets(self, what: str, number: int, holding: Holding) -> None:
        names = frozenset(holding.targets)
        self._named.setdefault(what, set()).add(names)
        self._file((what, names), number, holding)
        for name, values in holding.targets.items():
            for value in values:
                self._file((what, names, name, value), number, holding)

    def first(
        self, feature: Hashable, fits: Callable[[Holding], bool], near: Scope | None = None
    ) -> Entry[Holding] | None:
        """The first holding that has a feature and fits; ``near``: of those whose scope overlaps this one."""
        shelf = self._shelves.get(feature)
        if shelf is None:
            return None
        return shelf.first(fits) if near is None else shelf.first_near(near, fits)

    def first_meeting(self, what: str, new: Holding) -> Entry[Holding] | None:
        """The first other holding that may concern one function with the new one."""

        def meets(other: Holding) -> bool:
            shared = other.targets.keys() & new.targets.keys()
            return other is not new and all(other.targets[name] & new.targets[name] for name in shared)

        found = [
            self.first(feature, meets, new.scope)
            for names in self._named.get(what, ())
            for feature in _meeting(what, names, new)
        ]
        return min((entry for entry in found if entry is not None), key=_number, default=None)

    def pieces_over(self, verb: str, scope: Scope) -> list[Holding]:
        """The pieces of a family around a place, of those that add the same the first."""
        return self._things(self._shelves.get((verb, "by what it adds")), scope, over=True)

    def pieces_near(self, verb: str, scope: Scope) -> list[Holding]:
        """The pieces of a family that overlap a place, of those that say the same the first."""
        return self._things(self._shelves.get((verb, "by place")), scope, over=False)

    def everything_over(self, scope: Scope) -> list[Holding]:
        """What is held of anything in a place, of holdings of the same permissions the first."""
        return self._things(self._shelves.get(_EVERYTHING), scope, over=True)

    def _things(self, shelf: Shelf[Holding] | None, scope: Scope, *, over: bool) -> list[Holding]:
        if shelf is None:
            return []
        return [entry.thing for entry in (shelf.over(scope) if over else shelf.near(scope))]


View: TypeAlias = tuple[Held, ...]
"""All that a principal holds: by its own name first, then as a member of something, then as anybody."""


def _meeting(what: str, names: frozenset[str], new: Holding) -> Iterable[Hashable]:
    """Where those stand that name something of what the new holding names."""
    shared = sorted(names & new.targets.keys())
    if not shared:
        return [(what, names)]
    return [(what, names, shared[0], value) for value in new.targets[shared[0]]]


def _number(entry: Entry[Holding]) -> int:
    return entry.number


def _by_permissions(entry: Entry[Holding]) -> Hashable:
    return entry.scope, entry.thing.permissions


def _by_family(entry: Entry[Holding]) -> Hashable:
    return entry.thing.permissions & MANAGE_FAMILY


def _by_place_and_family(entry: Entry[Holding]) -> Hashable:
    return entry.scope, entry.thing.permissions & MANAGE_FAMILY
