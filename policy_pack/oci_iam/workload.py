"""Judges one statement, or those of one policy, by what they let a workload do.

A workload is a dynamic group, or `any-user`/`any-group`. D are the permissions that read or change data,
secrets, keys, code, identity or configuration, or run something (the guarded ones of the catalogue). A
workload's statement that yields something of D is over-broad when

w1. it applies to the whole tenancy, unless a literal names the target or OCI takes the type only there,
w2. its subject is `any-user` or `any-group` and the condition does not pin the principal,
w3. it says a family or `all-resources`, unless target and permissions are both confined or the family is the
    narrowest documented form, or
w4. it crosses tenancies, unless a literal names the target.

It is unscoped when nothing of this is so, yet a target could be named and is not. What the catalogue does not
know counts as part of D. A condition is judged way by way, as for functions (`judge`).

Does not know what exists, and not what several statements add up to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from oci_iam.catalogue.permissions import VERBS
from oci_iam.judging.refused import (
    SLIP_NOTES,
    refused_in_any_case,
    refused_where_narrow,
    too_large,
    unparsable,
)
from oci_iam.language.parser import parse
from oci_iam.language.tenancy import is_tenancy_wide, with_aliases
from oci_iam.language.variables import unknown_variables
from oci_iam.language.wording import slice_of, whom
from oci_iam.statement import Statement, Subject, Unparsable
from oci_iam.verdict import Context, Finding
from oci_iam.ways.normal_form import Way
from oci_iam.ways.pins import pins_principal, why_unpinned
from oci_iam.workloads.reach import Held, held_by, is_mark, without_marks
from oci_iam.workloads.remediation import narrower_workload
from oci_iam.workloads.text import may_grant_workload
from oci_iam.workloads.ways import names_target, names_target_or_caller, ways_of
from oci_iam.workloads.wording import doing, where

__all__ = ["WorkloadVerdict", "WorkloadVerdictName", "is_workload", "judge_workload", "judge_workload_policy"]

WorkloadVerdictName: TypeAlias = Literal["ok", "over-broad", "unscoped", "unjudgeable", "none"]


@dataclass(frozen=True, slots=True)
class WorkloadVerdict:
    """The answer for one statement, as to workloads.

    ``none``: its subject is no workload, or it yields nothing of D. ``ok``: what it yields is narrow enough.
    ``unscoped``: so it is, yet a target could be named and is not. ``over-broad``: it is not narrow enough.
    ``unjudgeable``: it cannot be read with certainty and may yield something of D. ``permissions`` are those
    of D that it can yield, as far as they have names. ``notes`` never refuse anything.
    """

    verdict: WorkloadVerdictName
    findings: tuple[Finding, ...] = ()
    permissions: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


_NO_CONTEXT = Context()
_NONE = WorkloadVerdict("none")
_WOULD = "grant a workload more than names and states"
_EXAMPLE = (
    "Allow dynamic-group <name> to read objects in compartment <name> where target.bucket.name = '<bucket>'"
)
_WORKLOADS = frozenset({"dynamic-group", "any-user", "any-group"})
_ANYONE = frozenset({"any-user", "any-group"})


def judge_workload(
    statement: str | Statement | Unparsable, context: Context | None = None
) -> WorkloadVerdict:
    """The verdict on one statement, given as text or already parsed."""
    if isinstance(statement, str):
        statement = parse(statement)
    if isinstance(statement, Unparsable):
        if may_grant_workload(statement):
            return WorkloadVerdict("unjudgeable", (unparsable(statement, _EXAMPLE),))
        return _NONE
    if statement.kind == "define" or statement.kind == "deny" or not is_workload(statement.subject):
        return _NONE
    held = held_by(statement)
    if not held.guarded:
        return _NONE
    return _judge(statement, held, context or _NO_CONTEXT)


def judge_workload_policy(
    statements: Iterable[str | Statement | Unparsable], context: Context | None = None
) -> tuple[WorkloadVerdict, ...]:
    """A verdict for each statement of one policy, in their order; its own ``define`` statements count."""
    parsed = [parse(item) if isinstance(item, str) else item for item in statements]
    context = with_aliases(parsed, context or _NO_CONTEXT)
    return tuple(judge_workload(item, context) for item in parsed)


def is_workload(subject: Subject) -> bool:
    """Whether a dynamic group, any-user or any-group is among those a subject names."""
    return any(member.kind in _WORKLOADS for member in subject.members)


# --- a statement that may yield something of D ---------------------------------------------------------


def _judge(statement: Statement, held: Held, context: Context) -> WorkloadVerdict:
    form = ways_of(statement.condition, held)
    if not form.ways:
        return _NONE
    refused = refused_in_any_case(statement, context, _WOULD)
    if refused is not None:
        return WorkloadVerdict("unjudgeable", (refused,))
    permissions = without_marks(frozenset[str]().union(*(way.reach for way in form.ways)))
    notes = _notes(statement, held)
    findings = tuple(_over_broad(statement, held, form.ways, context))
    if findings and not form.complete:
        return WorkloadVerdict("unjudgeable", (too_large(statement),), notes=notes)
    if findings:
        return WorkloadVerdict("over-broad", findings, permissions, notes)
    refused = refused_where_narrow(statement, context, _WOULD)
    if refused is not None:
        return WorkloadVerdict("unjudgeable", (refused,), notes=notes)
    unscoped = _first(_rule_unscoped, statement, held, form.ways)
    if unscoped is None:
        return WorkloadVerdict("ok", (), permissions, notes)
    if not form.complete:
        return WorkloadVerdict("unjudgeable", (too_large(statement),), notes=notes)
    return WorkloadVerdict("unscoped", (unscoped,), permissions, notes)


Rule: TypeAlias = Callable[[Statement, Held, Way], Finding | None]


def _over_broad(
    statement: Statement, held: Held, ways: tuple[Way, ...], context: Context
) -> Iterable[Finding]:
    rules: list[Rule] = []
    if is_tenancy_wide(statement.location, context):
        rules.append(_rule_scope)
    if statement.kind != "allow":
        rules.append(_rule_crossing)
    if any(member.kind in _ANYONE for member in statement.subject.members):
        rules.append(_rule_subject)
    if held.family:
        rules.append(_rule_family)
    for rule in rules:
        found = _first(rule, statement, held, ways)
        if found is not None:
            yield found


def _first(rule: Rule, statement: Statement, held: Held, ways: tuple[Way, ...]) -> Finding | None:
    return next(filter(None, (rule(statement, held, way) for way in ways)), None)


def _notes(statement: Statement, held: Held) -> tuple[str, ...]:
    notes = []
    if held.unknown and statement.verb in VERBS:
        notes.append(
            f"The resource-type `{statement.resource}` is unknown to this model: it counts as one that holds"
            " data."
        )
    if statement.condition is not None:
        notes += unknown_variables(statement.condition, of_functions=False)
    return (*notes, *(SLIP_NOTES[slip] for slip in statement.slips))


# --- the rules -----------------------------------------------------------------------------------------


def _rule_scope(statement: Statement, held: Held, way: Way) -> Finding | None:
    if way.reach <= held.in_tenancy or names_target(way, held):
        return None
    return Finding(
        "workload-tenancy-wide",
        f"The statement lets {whom(statement.subject)} {doing(statement, way.reach)} in every compartment of"
        " the tenancy.",
        slice_of(statement, statement.spans[2]),
        narrower_workload(statement, held, way),
    )


def _rule_crossing(statement: Statement, held: Held, way: Way) -> Finding | None:
    if names_target(way, held):
        return None
    return Finding(
        "workload-crosses-tenancies",
        f"The statement lets {whom(statement.subject)} {doing(statement, way.reach)} across tenancies without"
        " naming the target.",
        slice_of(statement, (statement.spans[1][0], statement.spans[2][1])),
        narrower_workload(statement, held, way),
    )


def _rule_subject(statement: Statement, held: Held, way: Way) -> Finding | None:
    if pins_principal(way):
        return None
    broad = next(member.kind for member in statement.subject.members if member.kind in _ANYONE)
    return Finding(
        "workload-any-principal",
        f"The subject is {broad}, and {why_unpinned(way)}, so more principals than intended can"
        f" {doing(statement, way.reach)} {where(statement)}.",
        slice_of(statement, statement.spans[0]),
        narrower_workload(statement, held, way),
    )


def _rule_family(statement: Statement, held: Held, way: Way) -> Finding | None:
    if not any(map(is_mark, way.reach)) and names_target(way, held):
        return None
    return Finding(
        "workload-whole-family",
        f"The statement lets {whom(statement.subject)} {doing(statement, way.reach)} {where(statement)}, and"
        f" `{statement.resource}` holds more types than one task needs.",
        slice_of(statement, statement.spans[1]),
        narrower_workload(statement, held, way),
    )


def _rule_unscoped(statement: Statement, held: Held, way: Way) -> Finding | None:
    if names_target_or_caller(way, held):
        return None
    return Finding(
        "workload-unscoped",
        f"The statement lets {whom(statement.subject)} {doing(statement, way.reach)} {where(statement)}, and"
        " names no target.",
        slice_of(statement, statement.spans[3] if statement.condition else statement.spans[1]),
        narrower_workload(statement, held, way),
    )
