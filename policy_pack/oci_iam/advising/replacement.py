"""Searches for statements that may take the place of a refused one, and tries each.

What is refused, and why, says a ``Refusal``; here candidates are made from the statement's own subject,
condition and place. One counts only if its judge calls it fine, if it grants nothing the original did not,
adds up to no finding of its own, holds no placeholder, and can allow something at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from oci_iam.advising.narrowing import Narrowed, equalities, narrowed
from oci_iam.advising.twin import tenancy_of, twin_of
from oci_iam.advising.witness import witnesses
from oci_iam.combinations import find_combinations
from oci_iam.comparison import compare
from oci_iam.language.rendering import render
from oci_iam.policy import Policy
from oci_iam.remediation import is_anyone
from oci_iam.statement import Location, Member, Statement, Subject, Text
from oci_iam.verdict import Context

__all__ = ["Action", "Found", "Refusal", "has_placeholder", "replacements"]

_Texts: TypeAlias = tuple[str, ...]
_PLACEHOLDER = frozenset("<>\u2026")


def has_placeholder(text: str) -> bool:
    """Whether a statement holds what stands for a value that nobody filled in."""
    return not _PLACEHOLDER.isdisjoint(text)


class Action(NamedTuple):
    """What a statement of an alternative lets somebody do: a verb on a type, or permissions."""

    verb: str | None
    resource: str | None
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong with a statement, as far as it matters for replacing it.

    ``tenancy_wide``, ``anyone``: it names no place, or no principal. ``targets``: the variables that would
    name its target, if that is asked for. ``actions``: for each alternative the ways to write what it lets
    somebody do, the nearest to the original first. ``left``: what of the permissions at stake a candidate may
    use, empty where it is not fine. ``known``: codes of findings on sets that the original has already.
    """

    tenancy_wide: bool
    anyone: bool
    targets: tuple[str, ...]
    actions: tuple[tuple[tuple[Action, ...], ...], ...]
    left: Callable[[Statement], frozenset[str]]
    known: frozenset[str] = frozenset()


class Found(NamedTuple):
    """Statements that together may take the place of another, and what of it they leave out."""

    texts: _Texts
    dropped: _Texts


def replacements(statement: Statement, refusal: Refusal, context: Context) -> list[Found]:
    """The first replacement found for each alternative, each once."""
    search = _Search(statement, refusal, context)
    found = (next(search.tries(ways), None) for ways in refusal.actions)
    return list({one.texts: one for one in found if one is not None}.values())


class _Search:
    """Makes the candidates for one statement, and tries them."""

    def __init__(self, statement: Statement, refusal: Refusal, context: Context) -> None:
        self._statement = statement
        self._refusal = refusal
        self._context = context
        self._defines = tuple(_defines(context))
        self._before = [Policy("", (*self._defines, render(statement)))]

    def tries(self, ways: tuple[tuple[Action, ...], ...]) -> Iterator[Found]:
        """The candidates that pass every test."""
        refusal = self._refusal
        for subject, gone in self._subjects():
            for condition in narrowed(self._statement.condition, refusal.targets, caller=refusal.anyone):
                for places in self._places():
                    for actions in ways:
                        texts = self._tried(actions, subject, condition, places)
                        if texts:
                            yield Found(texts, (*gone, *condition.dropped))

    def _tried(
        self, actions: tuple[Action, ...], subject: Subject, condition: Narrowed, places: list[Location]
    ) -> tuple[str, ...]:
        statements = [
            replace(
                self._statement,
                subject=subject,
                verb=action.verb,
                resource=action.resource,
                permissions=action.permissions,
                location=place,
                condition=condition.condition,
                source="",
                slips=(),
            )
            for action in actions
            for place in places
        ]
        if not statements or not all(map(self._is_fine, statements)):
            return ()
        texts = tuple(dict.fromkeys(map(render, statements)))
        return texts if self._adds_nothing(texts) else ()

    def _is_fine(self, statement: Statement) -> bool:
        left = self._refusal.left(statement)
        if not left:
            return False
        return statement.condition == self._statement.condition or self._allows_something(statement, left)

    def _allows_something(self, statement: Statement, reach: frozenset[str]) -> bool:
        """Whether a condition that was changed can still hold."""
        twin = twin_of(statement, self._context)
        found = witnesses(twin, render(twin), reach, tenancy_of(statement, self._context))
        return next(found, None) is not None

    def _adds_nothing(self, texts: _Texts) -> bool:
        """Whether the texts grant nothing new, add up to nothing new, and hold no placeholder."""
        if any(map(has_placeholder, texts)):
            return False
        after = [Policy("", (*self._defines, *texts))]
        if compare(self._before, after):
            return False
        return {finding.code for finding in find_combinations(after)} <= self._refusal.known

    def _subjects(self) -> Iterator[tuple[Subject, _Texts]]:
        """The subject, the groups its condition names, and the subject without everybody."""
        subject = self._statement.subject
        yield subject, ()
        if not self._refusal.anyone:
            return
        groups = tuple(Member("group", name) for name in self._named("request.groups.name"))
        dynamic = tuple(Member("dynamic-group", name) for name in self._named("request.dynamicgroup.name"))
        for members in filter(None, (groups, dynamic)):
            yield Subject(members, subject.tenancy), ()
        named = tuple(member for member in subject.members if not is_anyone(member))
        if named:
            gone = (member for member in subject.members if is_anyone(member))
            yield Subject(named, subject.tenancy), tuple(member.name or member.kind for member in gone)

    def _places(self) -> Iterator[list[Location]]:
        """The place, and the compartments its condition names."""
        yield [self._statement.location]
        if not self._refusal.tenancy_wide:
            return
        by_id = [Location("compartment", (), ocid) for ocid in self._named("target.compartment.id")]
        by_name = [Location("compartment", (name,)) for name in self._named("target.compartment.name")]
        yield from filter(None, (by_id, by_name))

    def _named(self, variable: str) -> list[str]:
        """The literals of a variable in the condition."""
        leaves = [leaf for leaf in equalities(self._statement.condition) if leaf.variable == variable]
        texts = (value.text for leaf in leaves for value in leaf.values if isinstance(value, Text))
        return list(dict.fromkeys(texts))


def _defines(context: Context) -> Iterator[str]:
    """What is known of aliases, as statements, so that both sides of a comparison know it too."""
    for name, ocid in context.aliases.items():
        kind = ocid.partition(".")[2].partition(".")[0].lower()
        if kind in ("tenancy", "compartment"):
            yield f"Define {kind} '{name}' as {ocid}"
