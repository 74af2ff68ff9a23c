"""Ways on which a function comes back to itself: it may write what invokes it, or what invokes one that may.

    function ── a statement lets it write ──► bucket, queue, stream, log ── a watch invokes ──► function

Asked one resource at a time, and answered with the ways that need this one, so that a resource rule can
refuse exactly it. Nothing is kept of an answer: only the watches, the statements and the groups are.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from oci_functions_guard.resource import Resource
from oci_functions_guard.watches import Watch
from oci_functions_guard.writers import PRINCIPAL, Parents, Writer, may_hold
from oci_iam.conditions import holds
from oci_iam.matching_rule import MatchingRule, parse_matching_rule
from oci_iam.statement import Comparison, Leaf, Member

__all__ = ["Loops", "Step"]

# The variables by which a place to write to is named.
_NAMES: Final = ("target.bucket.name", "target.loggroup.id", "target.queue.id", "target.stream.id")


@dataclass(frozen=True, slots=True)
class Step:
    """A function may write what the watch is about, by this statement."""

    function: str
    writer: Writer
    watch: Watch


class Loops:
    """What was seen of watches, statements and dynamic groups. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watches: dict[str, tuple[Watch, ...]] = {}
        self._writers: dict[str, tuple[Writer, ...]] = {}
        self._groups: dict[str, tuple[str, MatchingRule]] = {}
        self._shelf = _Shelf((), ())

    def by_watches(self, urn: str, found: tuple[Watch, ...], parents: Parents) -> list[tuple[Step, ...]]:
        """The ways on which one of these watches, those of one resource, is a step."""
        with self._lock:
            self._watches[urn] = found
            self._sort()
            first = (step for watch in found for step in self._into(watch, parents))
            return self._closed(first, parents)

    def by_writers(self, urn: str, found: tuple[Writer, ...], parents: Parents) -> list[tuple[Step, ...]]:
        """The ways on which one of these statements, those of one policy, is a step."""
        with self._lock:
            if found or self._writers.get(urn):
                self._writers[urn] = found
                self._sort()
            return self._closed(self._from(found, parents), parents)

    def by_group(self, resource: Resource, text: str, parents: Parents) -> list[tuple[Step, ...]]:
        """The ways on which a function takes a step as a member of this dynamic group."""
        rule = parse_matching_rule(text)
        with self._lock:
            self._groups.pop(resource.urn, None)
            if not isinstance(rule, MatchingRule):
                return []
            name = resource.text("name") or resource.text("displayName") or resource.name
            self._groups[resource.urn] = (name, rule)
            concerned = [each for each in self._shelf.writers if self._names_group(each, resource.urn)]
            members = {each for each in self._shelf.functions.values() if _includes(rule, each)}
            steps = (step for step in self._from(concerned, parents) if step.function in members)
            return self._closed(steps, parents)

    def _closed(self, first: Iterator[Step], parents: Parents) -> list[tuple[Step, ...]]:
        """The shortest way round for each first step that has one; one for a statement and a watch."""
        found: dict[tuple[str, str, str], tuple[Step, ...]] = {}
        for step in first:
            key = (step.writer.policy.urn, step.writer.entry.place, step.watch.resource.urn)
            if key not in found:
                back = self._way(step.watch.function, step.function, parents)
                if back is not None:
                    found[key] = (step, *back)
        return list(found.values())

    def _way(self, start: str, end: str, parents: Parents) -> tuple[Step, ...] | None:
        ways: dict[str, tuple[Step, ...]] = {start: ()}
        waiting = deque([start])
        while waiting and end not in ways:
            at = waiting.popleft()
            for step in self._out_of(at, parents):
                if step.watch.function not in ways:
                    ways[step.watch.function] = (*ways[at], step)
                    waiting.append(step.watch.function)
        return ways.get(end)

    def _sort(self) -> None:
        self._shelf = _Shelf(
            chain.from_iterable(self._watches.values()), chain.from_iterable(self._writers.values())
        )

    def _out_of(self, function: str, parents: Parents) -> Iterator[Step]:
        for writer in self._shelf.writers_of(function):
            if self._speaks_of(writer, function):
                yield from self._steps(writer, function, self._shelf.watches_of(writer), parents)

    def _into(self, watch: Watch, parents: Parents) -> Iterator[Step]:
        for writer in self._shelf.writers:
            for function in self._subjects(writer):
                yield from self._steps(writer, function, (watch,), parents)

    def _from(self, found: Iterable[Writer], parents: Parents) -> Iterator[Step]:
        for writer in found:
            for function in self._subjects(writer):
                yield from self._steps(writer, function, self._shelf.watches_of(writer), parents)

    def _steps(
        self, writer: Writer, function: str, watches: Iterable[Watch], parents: Parents
    ) -> Iterator[Step]:
        for watch in watches:
            if writer.reaches(function, watch, parents):
                yield Step(function, writer, watch)

    def _subjects(self, writer: Writer) -> list[str]:
        return [each for each in self._shelf.functions_of(writer) if self._speaks_of(writer, each)]

    def _speaks_of(self, writer: Writer, function: str) -> bool:
        """Whether the statement's subject includes the function."""
        return writer.may_be(function) and any(
            self._is(writer, member, function) for member in writer.statement.subject.members
        )

    def _is(self, writer: Writer, member: Member, function: str) -> bool:
        if member.kind in ("any-user", "any-group"):
            return True
        return member.kind == "dynamic-group" and any(
            _is_group(writer, member, urn, name) and _includes(rule, function)
            for urn, (name, rule) in self._groups.items()
        )

    def _names_group(self, writer: Writer, urn: str) -> bool:
        name, _ = self._groups[urn]
        return any(
            member.kind == "dynamic-group" and _is_group(writer, member, urn, name)
            for member in writer.statement.subject.members
        )


class _Shelf:
    """The same, to be found by what a statement names: most name one function and one place to write to."""

    def __init__(self, watches: Iterable[Watch], writers: Iterable[Writer]) -> None:
        self.watches, self.writers = tuple(watches), tuple(writers)
        # No other function can come back to itself than those that something invokes.
        self.functions = {watch.function.lower(): watch.function for watch in self.watches}
        self._written_by: dict[str | None, list[Writer]] = {}
        self._named: dict[tuple[str, str] | None, list[Watch]] = {}
        for writer in self.writers:
            for function in writer.pinned.get(PRINCIPAL, [None]):
                self._written_by.setdefault(function, []).append(writer)
        for watch in self.watches:
            names: list[tuple[str, str] | None] = [*_literal_names(watch)]
            for name in names or [None]:
                self._named.setdefault(name, []).append(watch)

    def functions_of(self, writer: Writer) -> list[str]:
        """The functions that the statement's condition leaves open."""
        pinned = writer.pinned.get(PRINCIPAL)
        if pinned is None:
            return list(self.functions.values())
        return [self.functions[each] for each in sorted(pinned) if each in self.functions]

    def writers_of(self, function: str) -> list[Writer]:
        """The statements whose condition leaves the function open."""
        return [*self._written_by.get(function.lower(), ()), *self._written_by.get(None, ())]

    def watches_of(self, writer: Writer) -> Iterable[Watch]:
        """The watches that a statement about these names can reach."""
        names = [(each, value) for each in _NAMES for value in writer.pinned.get(each, ())]
        if not names:
            return self.watches
        return [watch for name in (*names, None) for watch in self._named.get(name, ())]


def _literal_names(watch: Watch) -> list[tuple[str, str]]:
    """What the watched place is called, where it has a name; a pattern is none."""
    found = [(each, value.lower()) for each in _NAMES for value in watch.names.get(each, ())]
    return [] if any("*" in value for _, value in found) else found


def _is_group(writer: Writer, member: Member, urn: str, name: str) -> bool:
    """Whether a member of a subject is this dynamic group. Only what a component registered ties an OCID to a
    resource; without that it may be any of the program's."""
    if writer.groups:
        return urn in writer.groups
    return member.name is None or member.name.casefold() == name.casefold()


def _includes(rule: MatchingRule, function: str) -> bool:
    """Whether the function may be a member; its compartment and its tags are not known here."""
    known = {"resource.type": "fnfunc", "resource.id": function}

    def may(leaf: Leaf) -> bool:
        if isinstance(leaf, Comparison) and leaf.variable in known:
            return holds(leaf, known)
        return not (isinstance(leaf, Comparison) and leaf.variable.startswith("instance."))

    return may_hold(rule.condition, may)
