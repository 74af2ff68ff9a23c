"""Who holds what: the holdings of each principal, and which principals are members of which.

Finds nothing out about them.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Hashable, Iterator

from oci_iam.sets.held import FAMILY, Held, View, features
from oci_iam.sets.holdings import Holding
from oci_iam.sets.routes import ROUTES
from oci_iam.sets.scope import Scope
from oci_iam.sets.shelves import Places, Shelf

__all__ = ["Roster"]


class Roster:
    """The holdings of every principal by its key, and those of everyone."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._held: dict[str, Held] = {}
        self._ranks: dict[str, int] = {}
        self._everyones = Held(places)
        self._above: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        self._keys: dict[Hashable, Shelf[str]] = {}
        self._holders: dict[Hashable, list[tuple[int, str]]] = {}
        self._holding: dict[Hashable, set[str]] = {}

    def put(self, number: int, holding: Holding) -> None:
        """Takes a holding in; numbers only grow."""
        if holding.everyone:
            self._everyones.put(number, holding)
            return
        asked_for = tuple(features(holding))
        for key in holding.keys:
            self._of(key).put(number, holding)
            for feature in asked_for:
                self._note(feature, number, holding, key)

    def _of(self, key: str) -> Held:
        held = self._held.get(key)
        if held is None:
            self._ranks[key] = len(self._ranks)
            held = self._held[key] = Held(self._places)
        return held

    def _note(self, feature: Hashable, number: int, holding: Holding, key: str) -> None:
        shelf = self._keys.get(feature)
        if shelf is None:
            shelf = self._keys[feature] = Shelf(self._places, lambda entry: (entry.scope, entry.thing))
        shelf.put(number, holding.scope, key)
        known = self._holding.setdefault(feature, set())
        if key not in known:
            known.add(key)
            insort(self._holders.setdefault(feature, []), (self._ranks[key], key))

    def relate(self, child: str, parent: str) -> bool:
        """Notes that one principal is a member of something; whether that was not known."""
        known = self._above.setdefault(child, [])
        if child == parent or parent in known:
            return False
        known.append(parent)
        self._below.setdefault(parent, []).append(child)
        return True

    def held_by(self, key: str) -> list[Holding]:
        """All that a principal holds by its own name, in order."""
        held = self._held.get(key)
        return [] if held is None else [holding for _, holding in held.all]

    def view(self, key: str) -> View:
        """All that a principal holds, by its own name, as a member, and as anybody."""
        return (*(self._held[one] for one in self.above(key) if one in self._held), self._everyones)

    def above(self, key: str) -> list[str]:
        """The principal and all that it is known to be a member of."""
        return _reached(key, self._above)

    def views(self, new: Holding) -> Iterator[tuple[str, View]]:
        """Of whom a new holding may complete something: a name for the principal, and all that it holds."""
        if new.everyone:
            yield new.subject, (self._everyones,)
            for key in self._concerned(new):
                yield key, self.view(key)
            return
        for key in new.keys:
            yield new.subject, self.view(key)
            for child in _reached(key, self._below)[1:]:
                if child in self._held or len(self._above.get(child, ())) > 1:
                    yield child, self.view(child)

    def holders_near(self, feature: Hashable, place: Scope) -> list[str]:
        """Who holds something of a feature that overlaps a place, each once."""
        shelf = self._keys.get(feature)
        return [] if shelf is None else list(dict.fromkeys(entry.thing for entry in shelf.near(place)))

    def _concerned(self, new: Holding) -> list[str]:
        """Who holds something that may add up with what everyone gets, in the order in which they came."""
        held = set(features(new))
        found = set(self.holders_near(FAMILY, new.scope)) if FAMILY in held else set()
        for route in ROUTES:
            wanted = (route.of, *route.needs)
            if held.isdisjoint(wanted):
                continue
            if route.in_place:
                found.update(key for feature in wanted for key in self.holders_near(feature, new.scope))
                continue
            beside = [one for one in wanted if one not in held]
            found.update(self._first_with([one for one in beside if not self._everyone_has(one)]))
            if new.refused:  # alone it makes no route, though it holds all of it: anything beside it does
                found.update(key for one in wanted for key in self._first_with([one]))
        return sorted(found, key=self._ranks.__getitem__)

    def _everyone_has(self, feature: Hashable) -> bool:
        return self._everyones.first(feature, lambda _: True) is not None

    def _first_with(self, wanted: list[Hashable]) -> Iterator[str]:
        """The first principal that holds all of this by its own name."""
        rarest = min(wanted, key=lambda feature: len(self._holders.get(feature, ())), default=None)
        for _, key in self._holders.get(rarest, ()):
            if all(key in self._holding[feature] for feature in wanted):
                yield key
                return


def _reached(start: str, steps: dict[str, list[str]]) -> list[str]:
    """A key and all that is above it, or below it."""
    found = [start]
    for key in found:
        found += (one for one in steps.get(key, ()) if one not in found)
    return found
