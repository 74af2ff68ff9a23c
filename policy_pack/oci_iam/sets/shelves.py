"""Keeps things by the place they apply to, so that those near a place are found without looking at all.

What lies near, or over, another place is what ``sets.scope`` says; here stands only how it is found quickly:
each thing is filed under a few labels, and a question looks under a few. Knows nothing of statements.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from oci_iam.directory import Directory
from oci_iam.sets.scope import ANY_TENANCY, Scope

__all__ = ["Entry", "Places", "Shelf"]

T = TypeVar("T")
_Label: TypeAlias = tuple[Hashable, ...]


class Places:
    """The labels of scopes; shared by all shelves that are asked about the same tenancy."""

    def __init__(self, directory: Directory | None) -> None:
        self._directory = directory
        self._above: dict[str, tuple[str, ...]] = {}
        self._tenancies: dict[str, None] = {}
        self._starts: dict[tuple[str | None, str], dict[str, None]] = {}

    def labels(self, scope: Scope) -> list[_Label]:
        """What something at this scope is filed under."""
        tenancy = scope.tenancy
        if tenancy is not None:
            self._tenancies[tenancy] = None
        found: list[_Label] = [("all", tenancy)]
        if scope.id:
            found += [("ids", tenancy), ("id", tenancy, scope.id)]
            found += (("under", tenancy, above) for above in self._upwards(scope.id))
        elif scope.path:
            found += [("paths", tenancy), ("path", tenancy, scope.attached, scope.path)]
            found += (("below", tenancy, scope.attached, start) for start in _starts(scope.path))
            for name in dict.fromkeys(scope.path):
                self._starts.setdefault((tenancy, name), {})[scope.attached] = None
                found.append(("name", tenancy, name, scope.attached))
        else:
            found.append(("wide", tenancy))
        return found

    def near(self, scope: Scope) -> Iterator[_Label]:
        """Where everything stands that overlaps the scope."""
        for tenancy in self._beside(scope.tenancy):
            if not scope.id and not scope.path:
                yield ("all", tenancy)
                continue
            yield ("wide", tenancy)
            if scope.id:
                yield ("under", tenancy, scope.id)
                yield from (("id", tenancy, above) for above in self._upwards(scope.id)[1:])
                yield ("paths", tenancy)
            else:
                yield ("below", tenancy, scope.attached, scope.path)
                yield from self._over_path(scope, _starts(scope.path)[:-1], tenancy)

    def over(self, scope: Scope) -> Iterator[_Label]:
        """Where everything stands that contains the scope, or may."""
        own = scope.tenancy
        for tenancy in (own,) if own in (None, ANY_TENANCY) else (own, ANY_TENANCY):
            yield ("wide", tenancy)
            if scope.id:
                yield from (("id", tenancy, above) for above in self._upwards(scope.id))
                yield ("paths", tenancy)
            elif scope.path:
                yield from self._over_path(scope, _starts(scope.path), tenancy)

    def _over_path(
        self, scope: Scope, starts: list[tuple[str, ...]], tenancy: str | None
    ) -> Iterator[_Label]:
        yield ("ids", tenancy)
        yield from (("path", tenancy, scope.attached, start) for start in starts)
        for name in dict.fromkeys(scope.path):
            for attached in self._starts.get((tenancy, name), ()):
                if attached != scope.attached:
                    yield ("name", tenancy, name, attached)

    def _beside(self, tenancy: str | None) -> tuple[str | None, ...]:
        if tenancy == ANY_TENANCY:
            return tuple(self._tenancies)
        return (None,) if tenancy is None else (tenancy, ANY_TENANCY)

    def _upwards(self, ocid: str) -> tuple[str, ...]:
        """The compartment and those above it, as far as they are known."""
        found = self._above.get(ocid)
        if found is None:
            found = self._directory.ancestry(ocid) if self._directory is not None else (ocid,)
            self._above[ocid] = found
        return found


def _starts(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [path[:length] for length in range(1, len(path) + 1)]


class Entry(NamedTuple, Generic[T]):
    """A thing on a shelf, and the number that says when it came."""

    number: int
    scope: Scope
    thing: T


class Shelf(Generic[T]):
    """Things by place. Of those that ``alike`` gives one key, in one place, only the first is kept."""

    def __init__(self, places: Places, alike: Callable[[Entry[T]], Hashable] | None = None) -> None:
        self._places = places
        self._alike = alike
        self._filed: dict[_Label, dict[Hashable, Entry[T]]] = {}

    def put(self, number: int, scope: Scope, thing: T) -> None:
        """Files a thing; numbers only grow."""
        entry = Entry(number, scope, thing)
        key = number if self._alike is None else self._alike(entry)
        for label in self._places.labels(scope):
            self._filed.setdefault(label, {}).setdefault(key, entry)

    def first_near(self, scope: Scope, fits: Callable[[T], bool]) -> Entry[T] | None:
        """The first of what overlaps the scope and fits."""
        return self._first(self._places.near(scope), fits)

    def first(self, fits: Callable[[T], bool]) -> Entry[T] | None:
        """The first that fits, wherever it applies."""
        return self._first((label for label in self._filed if label[0] == "all"), fits)

    def near(self, scope: Scope) -> list[Entry[T]]:
        """What overlaps the scope, in order."""
        return self._under(self._places.near(scope))

    def over(self, scope: Scope) -> list[Entry[T]]:
        """What contains the scope or may, in order."""
        return self._under(self._places.over(scope))

    def _first(self, labels: Iterator[_Label], fits: Callable[[T], bool]) -> Entry[T] | None:
        best: Entry[T] | None = None
        for label in labels:
            for entry in self._filed.get(label, {}).values():
                if best is not None and entry.number >= best.number:
                    break
                if fits(entry.thing):
                    best = entry
                    break
        return best

    def _under(self, labels: Iterator[_Label]) -> list[Entry[T]]:
        found = {entry.number: entry for label in labels for entry in self._filed.get(label, {}).values()}
        return [found[number] for number in sorted(found)]
