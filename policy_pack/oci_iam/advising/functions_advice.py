"""How a statement too broad for functions may be replaced: in its own words, one kind of right each."""

from __future__ import annotations

from collections.abc import Iterator

from oci_iam.advising.replacement import Action, Refusal
from oci_iam.catalogue.permissions import FUNCTIONS_PERMISSIONS
from oci_iam.granted import granted
from oci_iam.judge import judge
from oci_iam.statement import Statement
from oci_iam.verdict import Context, Verdict
from oci_iam.ways.normal_form import TARGET_VARIABLES

__all__ = ["functions_refusal"]

_INVOKE = "FN_INVOCATION"


def functions_refusal(statement: Statement, verdict: Verdict, context: Context) -> Refusal:
    """What ``judge`` refuses of a statement."""
    codes = {finding.code for finding in verdict.findings}
    reach = granted(statement).reach & verdict.permissions

    def left(candidate: Statement) -> frozenset[str]:
        found = judge(candidate, context)
        return found.permissions & reach if found.verdict == "ok" else frozenset()

    return Refusal(
        tenancy_wide="tenancy-wide" in codes,
        anyone="any-principal" in codes,
        targets=TARGET_VARIABLES if codes & {"tenancy-wide", "crosses-tenancies"} else (),
        actions=tuple(_actions(statement, reach)),
        left=left,
    )


def _actions(statement: Statement, reach: frozenset[str]) -> Iterator[tuple[tuple[Action, ...], ...]]:
    """Who manages functions and who invokes them are to be different people, so these are alternatives: what
    is written for both adds up to a finding."""
    for wanted in filter(None, (reach & {_INVOKE}, reach - {_INVOKE})):
        others = _lists(statement, wanted) if statement.permissions else iter((_types(wanted),))
        yield (_as_written(statement), *others)


def _as_written(statement: Statement) -> tuple[Action, ...]:
    return (Action(statement.verb, statement.resource, statement.permissions),)


def _types(wanted: frozenset[str]) -> tuple[Action, ...]:
    """The narrowest types with what is wanted."""
    if wanted == {_INVOKE}:
        return (Action("use", "fn-invocation"),)
    prefixes = (("fn-function", "FN_FUNCTION_"), ("fn-app", "FN_APP_"))
    return tuple(
        Action("manage", name)
        for name, prefix in prefixes
        if any(permission.startswith(prefix) for permission in wanted)
    )


def _lists(statement: Statement, wanted: frozenset[str]) -> Iterator[tuple[Action, ...]]:
    """The list without the other half of its rights over functions; then only what concerns functions."""
    others = granted(statement).reach - wanted
    kept = tuple(name for name in statement.permissions if name not in others)
    yield (Action(None, None, kept),)
    yield (Action(None, None, tuple(name for name in kept if name in FUNCTIONS_PERMISSIONS)),)
