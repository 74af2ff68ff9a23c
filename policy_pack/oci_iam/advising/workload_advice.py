"""How a statement that lets a workload do too much may be replaced: by its own words about single types."""

from __future__ import annotations

from collections.abc import Iterator

from oci_iam.advising.narrowing import equalities
from oci_iam.advising.replacement import Action, Refusal
from oci_iam.catalogue.types import ResourceType, types_with
from oci_iam.combinations import find_combinations
from oci_iam.judge import judge
from oci_iam.language.rendering import render
from oci_iam.statement import Statement
from oci_iam.verdict import Context
from oci_iam.workload import WorkloadVerdict, judge_workload
from oci_iam.workloads.reach import Held, held_by, held_by_verb

__all__ = ["missing_of_types", "missing_of_workload", "workload_refusal"]

_MOST_TYPES = 12
"""How many types of a family are listed; of more (`all-resources`) it is for the author to say which."""


def workload_refusal(statement: Statement, verdict: WorkloadVerdict, context: Context) -> Refusal:
    """What ``judge_workload`` refuses of a statement, or calls unscoped."""
    codes = {finding.code for finding in verdict.findings}
    held = held_by(statement)

    def left(candidate: Statement) -> frozenset[str]:
        found = judge_workload(candidate, context)
        is_fine = found.verdict == "ok" and not judge(candidate, context).refused
        return found.permissions if is_fine else frozenset()

    return Refusal(
        tenancy_wide="workload-tenancy-wide" in codes,
        anyone="workload-any-principal" in codes,
        targets=tuple(sorted(held.variables)),
        actions=tuple(_actions(statement, held)),
        left=left,
        known=frozenset(one.code for one in find_combinations([render(statement)])) - {"manage-and-invoke"},
    )


def _actions(statement: Statement, held: Held) -> Iterator[tuple[tuple[Action, ...], ...]]:
    """The types of a family whose target the condition names, together; else each type for itself, because
    all of them in pieces are the family again. Of a list the permissions whose target the condition names."""
    as_written = (Action(statement.verb, statement.resource, statement.permissions),)
    named = {leaf.variable for leaf in equalities(statement.condition)}
    if statement.permissions:
        kept = tuple(name for name in statement.permissions if _names_one(types_with(name), named))
        yield (as_written, (Action(None, None, kept),)) if kept else (as_written,)
        return
    verb = statement.verb or ""
    rows = [row for row in held.types if held.family and held_by_verb(verb, row.name).guarded]
    together = [row.name for row in rows if _names_one((row,), named)][:_MOST_TYPES]
    for names in _apart(verb, together):
        yield (as_written, tuple(Action(verb, name) for name in names)) if names else (as_written,)
    if not together and len(rows) <= _MOST_TYPES:
        yield from (((Action(verb, row.name),),) for row in rows)


def _apart(verb: str, names: list[str]) -> Iterator[list[str]]:
    """The types in two where some manage functions and some invoke them: that is not for one principal."""
    invoking = [name for name in names if name == "fn-invocation"]
    if verb != "manage" or not invoking or len(names) == 1:
        yield names
        return
    yield [name for name in names if name not in invoking]
    yield [name for name in names if name not in ("fn-app", "fn-function")]


def _names_one(rows: tuple[ResourceType, ...], named: set[str]) -> bool:
    return any(not row.names_target.isdisjoint(named) for row in rows)


def missing_of_workload(statement: Statement, verdict: WorkloadVerdict) -> Iterator[str]:
    """What to supply, in words, for the findings about a workload."""
    held = held_by(statement)
    named = {leaf.variable for leaf in equalities(statement.condition)}
    for finding in verdict.findings:
        if finding.code == "workload-any-principal":
            yield "the OCID of the principal, or its type with the OCID of its compartment"
        elif finding.code == "workload-whole-family":
            yield "the type that is needed, instead of the family"
        elif held.variables and held.variables.isdisjoint(named):
            yield f"a value of {_variables(held.variables)}"
        elif finding.code == "workload-tenancy-wide":
            yield "the name or OCID of the compartment"


def missing_of_types(statement: Statement) -> Iterator[str]:
    """What to supply for the types of a family whose target is not named: nothing is written for them."""
    named = {leaf.variable for leaf in equalities(statement.condition)}
    unnamed: dict[frozenset[str], list[str]] = {}
    for row in held_by(statement).types:
        if row.names_target and row.names_target.isdisjoint(named):
            unnamed.setdefault(row.names_target, []).append(f"`{row.name}`")
    for variables, types in unnamed.items():
        yield f"a value of {_variables(variables)} (for {', '.join(types[:_MOST_TYPES])})"


def _variables(names: frozenset[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(names)[:_SHOWN])


_SHOWN = 3
