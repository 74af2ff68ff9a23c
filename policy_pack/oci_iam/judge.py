"""Judges one statement, or the statements of one policy, by what they can grant on functions.

A statement that can yield a permission to invoke, create, update or delete a function or application is
over-broad when

1. it applies to the whole tenancy,
2. any-user or any-group (or an opaque ``resource``) may use it and the condition does not pin the principal,
3. it says ``use`` or ``manage`` of ``functions-family`` or ``all-resources``, or
4. it crosses tenancies (``endorse``, ``admit``),

each unless its condition certainly confines it to named functions or applications (which does not help 2).
Rule 3 spares the form Oracle documents for services that invoke functions: ``use functions-family`` with the
principal's type and compartment, or its OCID, certainly confined. A condition is judged way by way (see
``ways.normal_form``): every way in which it can hold must be narrow by itself.

Does not know which statements already exist: sets of statements have rules of their own, and never change
the verdict of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from oci_iam.catalogue.permissions import ALL_RESOURCES
from oci_iam.conditions import yielded
from oci_iam.granted import Grant, granted, only_looks
from oci_iam.judging.harmless import harmless_kind, harmless_reading
from oci_iam.judging.refused import (
    SLIP_NOTES,
    refused_in_any_case,
    refused_where_narrow,
    too_large,
    unparsable,
)
from oci_iam.language.literals import unquoted_literal
from oci_iam.language.parser import parse
from oci_iam.language.tenancy import is_tenancy_wide, with_aliases
from oci_iam.language.variables import unknown_variables
from oci_iam.language.wording import doing, names, slice_of, whom
from oci_iam.remediation import is_anyone, narrower
from oci_iam.statement import Statement, Unparsable
from oci_iam.verdict import Context, Finding, Verdict
from oci_iam.ways.normal_form import NormalForm, Way, normal_form
from oci_iam.ways.pins import is_service_form, names_target, pins_principal, why_unpinned

__all__ = ["judge", "judge_policy", "names_functions"]

_NO_CONTEXT = Context()
_FAMILIES = frozenset({"functions-family", ALL_RESOURCES})
_REACHES = "reach functions"


def judge(statement: str | Statement | Unparsable, context: Context | None = None) -> Verdict:
    """The verdict on one statement, given as text or already parsed."""
    if isinstance(statement, str):
        statement = parse(statement)
    if isinstance(statement, Unparsable):
        return _harmless_text(statement) or Verdict("unjudgeable", (unparsable(statement),))
    if statement.kind == "define":
        return _UNRELATED
    grant = granted(statement)
    if statement.kind == "deny":
        return _DENIES if grant.standing == "functions" else _UNRELATED
    if grant.standing == "near-miss" and not only_looks(statement):
        return _near_miss(statement, grant)
    if grant.reach:
        verdict = _judge_reach(statement, grant, context or _NO_CONTEXT)
    else:
        verdict = _harmless(statement, grant)
    if statement.condition is None:
        return verdict
    only_functions = grant.standing == "functions" and statement.resource != ALL_RESOURCES
    notes = tuple(unknown_variables(statement.condition, of_functions=only_functions))
    return replace(verdict, notes=(*verdict.notes, *notes)) if notes else verdict


def judge_policy(
    statements: Iterable[str | Statement | Unparsable], context: Context | None = None
) -> tuple[Verdict, ...]:
    """A verdict for each statement of one policy, in their order.

    What the policy's own ``define`` statements say holds for all of them, wherever it stands. An alias
    defined more than once, or also in ``context``, is taken for a tenancy when any of its definitions is
    one.
    """
    parsed = [parse(item) if isinstance(item, str) else item for item in statements]
    context = with_aliases(parsed, context or _NO_CONTEXT)
    return tuple(judge(item, context) for item in parsed)


# --- the short answers ---------------------------------------------------------------------------------

_UNRELATED = Verdict("unrelated")
_DENIES = Verdict("ok", notes=("A deny grants nothing; whether deny takes effect depends on the tenancy.",))


def _harmless_text(text: Unparsable) -> Verdict | None:
    """The verdict on a text that OCI refuses and none of whose readings reaches functions; else None."""
    widest = harmless_reading(text)
    found = harmless_kind(text, widest)
    if found is None:
        return None
    note, is_about_functions = found
    if widest is not None:
        verdict = judge(widest)
        return replace(verdict, notes=(*verdict.notes, note))
    return Verdict("ok" if is_about_functions else "unrelated", notes=(note,))


def _near_miss(statement: Statement, grant: Grant) -> Verdict:
    said = statement.resource or "one of the permissions"
    return Verdict(
        "unjudgeable",
        (
            Finding(
                "near-miss",
                f"`{said}` is unknown to this model and resembles `{grant.meant}`.",
                slice_of(statement, statement.spans[1]),
                f"If `{grant.meant}` is meant: {narrower(statement, grant.reach)}",
            ),
        ),
    )


def _harmless(statement: Statement, grant: Grant) -> Verdict:
    if statement.condition is None and not statement.slips:
        return _harmless_plain(statement.verb, statement.resource, grant)
    permissions = yielded(statement.condition, grant.permissions) - grant.reach
    plain = _harmless_plain(statement.verb, statement.resource, grant)
    slips = [*statement.slips, *(["quotes"] if unquoted_literal(statement.condition) else [])]
    return Verdict(plain.verdict, (), permissions, plain.notes + tuple(SLIP_NOTES[slip] for slip in slips))


@lru_cache(maxsize=4096)
def _harmless_plain(verb: str | None, resource: str | None, grant: Grant) -> Verdict:
    notes: tuple[str, ...] = ()
    if grant.standing == "unknown" and verb is not None:
        notes = (f"The resource-type `{resource}` is unknown to this model; it is not a functions type.",)
    elif grant.standing == "near-miss":
        notes = (
            f"The resource-type `{resource}` is unknown to this model; whatever is meant"
            f" (`{grant.meant}`?), `{verb}` reaches no function.",
        )
    concerns_functions = grant.standing == "functions" or grant.standing == "near-miss"
    return Verdict("ok" if concerns_functions else "unrelated", (), grant.permissions, notes)


# --- statements that can reach functions ---------------------------------------------------------------


def _judge_reach(statement: Statement, grant: Grant, context: Context) -> Verdict:
    form = normal_form(statement.condition, grant.reach)
    permissions = _left(statement, grant, form)
    if not form.ways:
        return _harmless(statement, grant)
    refused = refused_in_any_case(statement, context, _REACHES)
    if refused is not None:
        return Verdict("unjudgeable", (refused,))
    findings: list[Finding] = []
    rules = [_rule_subject, _rule_family]
    if statement.kind != "allow":
        rules.insert(0, _rule_crossing)
    if is_tenancy_wide(statement.location, context):
        rules.insert(0, _rule_scope)
    for rule in rules:
        found = next(filter(None, (rule(statement, way) for way in form.ways)), None)
        if found is not None:
            findings.append(found)
    if findings and not form.complete:
        return Verdict("unjudgeable", (too_large(statement),))
    if findings:
        return Verdict("over-broad", tuple(findings), permissions)
    refused = refused_where_narrow(statement, context, _REACHES)
    if refused is not None:
        return Verdict("unjudgeable", (refused,))
    return Verdict("ok", (), permissions)


def _left(statement: Statement, grant: Grant, form: NormalForm) -> frozenset[str]:
    """The permissions the statement can yield: of those that reach functions, what some way leaves."""
    reach = frozenset[str]().union(*(way.reach for way in form.ways))
    return yielded(statement.condition, grant.permissions) - (grant.reach - reach)


def _rule_scope(statement: Statement, way: Way) -> Finding | None:
    if names_target(way):
        return None
    return Finding(
        "tenancy-wide",
        f"The statement lets {whom(statement.subject)} {doing(way.reach)} in every compartment of the"
        f" tenancy ({names(way.reach)}).",
        slice_of(statement, statement.spans[2]),
        narrower(statement, way.reach),
    )


def _rule_crossing(statement: Statement, way: Way) -> Finding | None:
    if names_target(way):
        return None
    return Finding(
        "crosses-tenancies",
        f"The statement lets {whom(statement.subject)} {doing(way.reach)} across tenancies"
        f" ({names(way.reach)}).",
        slice_of(statement, (statement.spans[1][0], statement.spans[2][1])),
        narrower(statement, way.reach),
    )


def _rule_subject(statement: Statement, way: Way) -> Finding | None:
    broad = next(filter(is_anyone, statement.subject.members), None)
    if broad is None or pins_principal(way):
        return None
    who = _BROAD.get(broad.kind, broad.kind)
    return Finding(
        "any-principal",
        f"The subject is {who}, and {why_unpinned(way)}, so more principals than intended can"
        f" {doing(way.reach)} ({names(way.reach)}).",
        slice_of(statement, statement.spans[0]),
        narrower(statement, way.reach),
    )


_BROAD = {"resource": "an undocumented `resource` subject", "group": "every user of an identity domain"}


def _rule_family(statement: Statement, way: Way) -> Finding | None:
    resource = statement.resource
    if resource not in _FAMILIES or names_target(way):
        return None
    if resource == "functions-family" and statement.verb == "use" and is_service_form(way):
        return None
    return Finding(
        "whole-family",
        f"`{statement.verb} {resource}` lets {whom(statement.subject)} {doing(way.reach)}"
        f" without naming one ({names(way.reach)}).",
        slice_of(statement, statement.spans[1]),
        narrower(statement, way.reach),
    )


def names_functions(statement: Statement) -> bool:
    """Whether every way in which the statement can reach functions names them, or their application, by
    OCID."""
    return all(map(names_target, normal_form(statement.condition, granted(statement).reach).ways))
