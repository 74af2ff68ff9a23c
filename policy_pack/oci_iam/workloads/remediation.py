"""Writes what to put in place of a workload's statement, in the author's own words where there are any.

Proposes text only; placeholders stand in angle brackets for what the statement does not say.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_iam.catalogue.types import ResourceType
from oci_iam.language.rendering import render_condition, render_subject
from oci_iam.remediation import is_anyone, pins_to_write, place_to_write
from oci_iam.statement import AllOf, Comparison, Statement
from oci_iam.ways.normal_form import Way
from oci_iam.ways.pins import pins_principal
from oci_iam.workloads.reach import Held
from oci_iam.workloads.ways import names_target_or_caller

__all__ = ["narrower_workload"]

_SHOWN = 4
"""How many types of a family are named."""


def narrower_workload(statement: Statement, held: Held, way: Way) -> str:
    """One sentence with the narrowest documented statement for what the way leaves."""
    try:
        return _proposal(statement, held, way)
    except ValueError:  # a statement built in code can hold a name that no text can
        return "Name the principal and the compartment in characters that a policy statement can contain."


_NOT_ACROSS = (
    "No documented variable names the target, so no such statement across tenancies is narrow: grant it"
    " within one tenancy."
)


def _proposal(statement: Statement, held: Held, way: Way) -> str:
    if statement.kind != "allow" and not any(held.naming.get(each) for each in way.reach):
        return _NOT_ACROSS
    rows = [row for row in held.types if not way.reach.isdisjoint(row.guarded)]
    row = min(rows, key=lambda row: _order(row, held, way)) if rows else None
    before, action = "Write", _action(statement)
    if row is not None and (held.family or not any(way.reach <= row.guarded for row in rows)):
        shown = ", ".join(f"`{row.name}`" for row in rows[:_SHOWN]) + (", …" if len(rows) > _SHOWN else "")
        before = f"Write one statement for each type that the task needs ({shown}), such as"
        action = _action_on(statement, row)
    conditions = list(_conditions(statement, held, way, row))
    where = "" if not conditions else " where " + conditions[0]
    if len(conditions) > 1:
        where = " where all {" + ", ".join(conditions) + "}"
    who = f"{statement.kind.capitalize()} {render_subject(statement.subject)}"
    return f"{before} `{who} to {action} in {place_to_write(statement)}{where}`."


def _order(row: ResourceType, held: Held, way: Way) -> tuple[bool, bool]:
    """Sorts first the type to show: of a family one that the author named a target of, of a list one that is
    still without; of both before a type whose target has no name."""
    named = any(way.of(variable) for variable in row.names_target)
    return not row.names_target, named is not held.family


def _action(statement: Statement) -> str:
    if statement.verb is None:
        return "{" + ", ".join(statement.permissions) + "}"
    return f"{statement.verb} {statement.resource}"


def _action_on(statement: Statement, row: ResourceType) -> str:
    """The part of the action that is about one type."""
    if statement.verb is None:
        return "{" + ", ".join(name for name in statement.permissions if name in row.guarded) + "}"
    return f"{statement.verb} {row.name}"


def _conditions(statement: Statement, held: Held, way: Way, row: ResourceType | None) -> Iterator[str]:
    """The author's own conditions as far as they are about the type, and those that pin the principal and
    name the target where they do not."""
    condition = statement.condition
    others = held.variables - row.names_target if row is not None else frozenset[str]()
    parts = condition.conditions if isinstance(condition, AllOf) else (condition,) if condition else ()
    for part in parts:
        if not (isinstance(part, Comparison) and part.variable in others):
            yield render_condition(part)
    if any(map(is_anyone, statement.subject.members)) and not pins_principal(way):
        written = render_condition(condition) if condition is not None else ""
        yield from (pin for pin in pins_to_write(condition) if pin not in written)
    variables = row.names_target if row is not None else held.variables
    if variables and not any(map(way.of, variables)) and not names_target_or_caller(way, held):
        yield _target(min(variables, key=_preferred))


def _preferred(variable: str) -> tuple[bool, str]:
    return not variable.endswith(".id"), variable


def _target(variable: str) -> str:
    _, thing, attribute = (*variable.split(".", 2), "")[:3]
    what = "OCID" if attribute in ("id", "ocid") else attribute or "name"
    return f"{variable} = '<{what} of the {thing}>'"
