"""Says what may be written in place of a refused statement, in its author's own words.

Candidates are made from the statement (one action of a family at a time, its condition without what makes it
loose, a compartment or group that it names) and each is tried: judged ok, granting nothing the
original did not (``compare``), adding up to no finding of its own (``find_combinations``), and allowing
something at all. Nothing is made up: what a statement would have to say and does not is named in ``missing``.

Costs about a millisecond a statement, so it is computed only when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from oci_iam._correction import corrected, quoted, respelt
from oci_iam._literals import unquoted_literal
from oci_iam._narrowing import Narrowed, equalities, narrowed
from oci_iam._parser import parse
from oci_iam._rendering import render
from oci_iam._requirements import missing_values, unfilled
from oci_iam._twin import tenancy_of, twin_of
from oci_iam._witness import witnesses
from oci_iam.catalogue.permissions import ALL_RESOURCES, FUNCTIONS_PERMISSIONS
from oci_iam.combinations import find_combinations
from oci_iam.comparison import compare
from oci_iam.granted import granted
from oci_iam.judge import judge
from oci_iam.policy import Policy
from oci_iam.remediation import is_anyone
from oci_iam.statement import Location, Member, Statement, Subject, Text, Unparsable
from oci_iam.verdict import Context, Verdict

__all__ = ["Advice", "advise"]

_INVOKE = "FN_INVOCATION"
_FAMILIES = frozenset({"functions-family", ALL_RESOURCES})
_Texts: TypeAlias = tuple[str, ...]
_PLACEHOLDER = frozenset("<>\u2026")


@dataclass(frozen=True, slots=True)
class Advice:
    """What may take the place of one refused statement.

    ``alternatives``: each a tuple of statements that together replace it; one is to be chosen, not all.
    ``missing``: values that the author has to supply, in words: before there is an alternative, or in place
    of literals that name nothing.
    ``dropped``: what an alternative leaves out of the original: conditions that confine nothing, and a
    subject that is everybody.
    """

    alternatives: tuple[tuple[str, ...], ...] = ()
    missing: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


_NOTHING = Advice()


def advise(statement: str | Statement | Unparsable, context: Context | None = None) -> Advice:
    """What to write in place of a statement; empty for one that is not refused.

    No alternative grants anything that the statement did not. A text that OCI refuses for its form is
    corrected first where that is certain, and the advice is about the corrected one.
    """
    parsed = parse(statement) if isinstance(statement, str) else statement
    context = context or Context()
    verdict = judge(parsed, context)
    if not verdict.refused:
        return _NOTHING
    try:
        if isinstance(parsed, Unparsable):
            return _of_text(parsed, context)
        if verdict.verdict == "unjudgeable":
            return _of_slip(parsed, verdict, context)
        return _Search(parsed, verdict, context).advice()
    except ValueError:  # a statement built in code can hold a name that no text can
        return _NOTHING


# --- texts that OCI refuses ----------------------------------------------------------------------------


def _of_text(text: Unparsable, context: Context) -> Advice:
    """Each statement of the corrected text as it is, or what may take its place."""
    found = corrected(text)
    if not found.statements:
        return Advice(missing=found.missing)
    parts = [_itself_or_advice(statement, context) for statement in found.statements]
    if len(parts) == 1:
        return parts[0]
    dropped = tuple(dict.fromkeys(one for part in parts for one in part.dropped))
    missing = tuple(dict.fromkeys(one for part in parts for one in part.missing))
    if not all(part.alternatives for part in parts):
        return Advice(missing=missing)
    together = tuple(text for part in parts for text in part.alternatives[0])
    return Advice((tuple(dict.fromkeys(together)),), (), dropped)


def _itself_or_advice(statement: Statement, context: Context) -> Advice:
    """A corrected statement; what may take its place where it is too broad, or adds up to a finding alone."""
    written = replace(statement, source="", slips=())
    verdict = judge(written, context)
    if verdict.verdict == "unjudgeable":
        return advise(written, context)
    if verdict.refused or find_combinations([render(written)]):
        return _Search(written, verdict, context).advice()
    return _checked(Advice(((render(written),),)))


def _checked(advice: Advice) -> Advice:
    """The advice, unless it repeats a placeholder of the original."""
    texts = [text for alternative in advice.alternatives for text in alternative]
    return advice if all(map(_PLACEHOLDER.isdisjoint, texts)) else _NOTHING


def _of_slip(statement: Statement, verdict: Verdict, context: Context) -> Advice:
    """Advice on a statement that can be read and is not written as OCI wants it."""
    code = verdict.findings[0].code
    meant = respelt(statement, granted(statement)) if code == "near-miss" else None
    if code == "near-miss" and meant is None:
        return _NOTHING
    is_unquoted = bool(unquoted_literal(statement.condition))
    if not (meant or is_unquoted or statement.slips):
        return Advice(missing=missing_values(statement, verdict))
    condition = quoted(statement.condition) if is_unquoted else statement.condition
    resource = meant or statement.resource
    return _itself_or_advice(replace(statement, resource=resource, condition=condition), context)


# --- statements that are too broad ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Action:
    """What a statement of an alternative lets somebody do: a verb on a type, or permissions."""

    verb: str | None
    resource: str | None
    permissions: tuple[str, ...] = ()


class _Search:
    """Looks for the alternatives of one over-broad statement."""

    def __init__(self, statement: Statement, verdict: Verdict, context: Context) -> None:
        self._statement = statement
        self._verdict = verdict
        self._context = context
        self._codes = {finding.code for finding in verdict.findings}
        self._reach = granted(statement).reach & verdict.permissions
        self._before = [Policy("", (*_defines(context), render(statement)))]

    def advice(self) -> Advice:
        """The first alternative found for each thing the statement lets somebody do."""
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for actions in self._actions():
            alternative = next(self._alternatives(actions), None)
            if alternative is not None:
                found.setdefault(*alternative)
        if not found:
            return Advice(missing=missing_values(self._statement, self._verdict))
        dropped = tuple(dict.fromkeys(one for gone in found.values() for one in gone))
        return Advice(tuple(found), unfilled(self._statement.condition), dropped)

    def _alternatives(
        self, actions: list[list[_Action]]
    ) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Statements that pass every test, with what they leave out."""
        wide = not self._codes.isdisjoint({"tenancy-wide", "crosses-tenancies"})
        anyone = "any-principal" in self._codes
        for subject, gone in self._subjects():
            for condition in narrowed(self._statement.condition, target=wide, caller=anyone):
                for places in self._places():
                    for some in actions:
                        texts = self._tried(some, subject, condition, places)
                        if texts:
                            yield texts, (*gone, *condition.dropped)

    def _tried(
        self, actions: list[_Action], subject: Subject, condition: Narrowed, places: list[Location]
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
        if not all(map(self._is_fine, statements)):
            return ()
        texts = tuple(dict.fromkeys(map(render, statements)))
        return texts if self._adds_nothing(texts) else ()

    def _is_fine(self, statement: Statement) -> bool:
        verdict = judge(statement, self._context)
        reach = verdict.permissions & self._reach
        if verdict.verdict != "ok" or not reach:
            return False
        return statement.condition == self._statement.condition or self._allows_something(statement, reach)

    def _allows_something(self, statement: Statement, reach: frozenset[str]) -> bool:
        """Whether a condition that was changed can still hold."""
        twin = twin_of(statement, self._context)
        found = witnesses(twin, render(twin), reach, tenancy_of(statement, self._context))
        return next(found, None) is not None

    def _adds_nothing(self, texts: tuple[str, ...]) -> bool:
        """Whether the texts grant nothing new, add up to nothing, and hold no placeholder of the original."""
        if not all(map(_PLACEHOLDER.isdisjoint, texts)):
            return False
        after = [Policy("", (*_defines(self._context), *texts))]
        return not compare(self._before, after) and not find_combinations(after)

    def _actions(self) -> Iterator[list[list[_Action]]]:
        """For each alternative the ways to write its action, the one nearest to the original first.

        Who manages functions and who invokes them are to be different people, so these are two.
        """
        statement, managing = self._statement, self._reach - {_INVOKE}
        for wanted in (self._reach & {_INVOKE}, managing):
            if not wanted:
                continue
            ways = [] if _INVOKE in self._reach and managing else [_as_written(statement)]
            ways += list(_lists(statement, wanted)) if statement.permissions else [_types(wanted)]
            yield ways

    def _subjects(self) -> Iterator[tuple[Subject, tuple[str, ...]]]:
        """The subject, the groups its condition names, and the subject without everybody."""
        subject = self._statement.subject
        yield subject, ()
        if "any-principal" not in self._codes:
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
        if "tenancy-wide" not in self._codes:
            return
        by_id = [Location("compartment", (), ocid) for ocid in self._named("target.compartment.id")]
        by_name = [Location("compartment", (name,)) for name in self._named("target.compartment.name")]
        yield from filter(None, (by_id, by_name))

    def _named(self, variable: str) -> list[str]:
        """The literals of a variable in the condition."""
        leaves = [leaf for leaf in equalities(self._statement.condition) if leaf.variable == variable]
        texts = (value.text for leaf in leaves for value in leaf.values if isinstance(value, Text))
        return list(dict.fromkeys(texts))


def _as_written(statement: Statement) -> list[_Action]:
    return [_Action(statement.verb, statement.resource, statement.permissions)]


def _types(wanted: frozenset[str]) -> list[_Action]:
    """The narrowest types with what is wanted."""
    if wanted == {_INVOKE}:
        return [_Action("use", "fn-invocation")]
    prefixes = (("fn-function", "FN_FUNCTION_"), ("fn-app", "FN_APP_"))
    return [
        _Action("manage", name)
        for name, prefix in prefixes
        if any(permission.startswith(prefix) for permission in wanted)
    ]


def _lists(statement: Statement, wanted: frozenset[str]) -> Iterator[list[_Action]]:
    """The list without the other half of its rights over functions; then only what concerns functions."""
    others = granted(statement).reach - wanted
    kept = tuple(name for name in statement.permissions if name not in others)
    yield [_Action(None, None, kept)]
    yield [_Action(None, None, tuple(name for name in kept if name in FUNCTIONS_PERMISSIONS))]


def _defines(context: Context) -> Iterator[str]:
    """What is known of aliases, as statements, so that both sides of a comparison know it too."""
    for name, ocid in context.aliases.items():
        kind = ocid.partition(".")[2].partition(".")[0].lower()
        if kind in ("tenancy", "compartment"):
            yield f"Define {kind} '{name}' as {ocid}"
