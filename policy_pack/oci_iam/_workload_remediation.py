"""Writes what to put in place of a workload's statement, in the author's own words where there are any.

Proposes text only; placeholders stand in angle brackets for what the statement does not say.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_iam._normal_form import Way
from oci_iam._pins import pins_principal
from oci_iam._rendering import render_condition, render_subject
from oci_iam._workload_reach import Held
from oci_iam._workload_ways import names_target_or_caller
from oci_iam.catalogue.types import ResourceType
from oci_iam.remediation import is_anyone, pins_to_write, place_to_write
from oci_iam.statement import AllOf, Statement

__all__ = ["narrower_workload"]

_SHOWN = 4
"""How many types of a family are named."""


def narrower_workload(statement: Statement, held: Held, way: Way) -> str:
    """One sentence with the narrowest documented statement for what the way leaves."""
    try:
        return _proposal(statement, held, way)
    except ValueError:  # a statement built in code can hold a name that no text can
        return "Name the principal and the compartment in characters that a policy statement can contain."


def _proposal(statement: Statement, held: Held, way: Way) -> str:
    types = [row for row in held.types if not way.reach.isdisjoint(row.guarded)]
    before = "Write"
    action = _action(statement)
    if held.family and types:
        action = f"{statement.verb} {types[0].name}"
        shown = ", ".join(f"`{row.name}`" for row in types[:_SHOWN])
        more = ", …" if len(types) > _SHOWN else ""
        before = f"Write one statement for each type that the task needs ({shown}{more}), such as"
    conditions = list(_conditions(statement, held, way, types[0] if types else None))
    where = "" if not conditions else " where " + conditions[0]
    if len(conditions) > 1:
        where = " where all {" + ", ".join(conditions) + "}"
    who = f"{statement.kind.capitalize()} {render_subject(statement.subject)}"
    return f"{before} `{who} to {action} in {place_to_write(statement)}{where}`."


def _action(statement: Statement) -> str:
    if statement.verb is None:
        return "{" + ", ".join(statement.permissions) + "}"
    return f"{statement.verb} {statement.resource}"


def _conditions(statement: Statement, held: Held, way: Way, row: ResourceType | None) -> Iterator[str]:
    """The author's own conditions, and those that pin the principal and name the target where they do not."""
    condition = statement.condition
    if isinstance(condition, AllOf):
        yield from map(render_condition, condition.conditions)
    elif condition is not None:
        yield render_condition(condition)
    if any(map(is_anyone, statement.subject.members)) and not pins_principal(way):
        written = render_condition(condition) if condition is not None else ""
        yield from (pin for pin in pins_to_write(condition) if pin not in written)
    variables = row.names_target if row is not None else held.variables
    if variables and not names_target_or_caller(way, held):
        yield _target(min(variables, key=_preferred))


def _preferred(variable: str) -> tuple[bool, str]:
    return not variable.endswith(".id"), variable


def _target(variable: str) -> str:
    _, thing, attribute = (*variable.split(".", 2), "")[:3]
    what = "OCID" if attribute in ("id", "ocid") else attribute or "name"
    return f"{variable} = '<{what} of the {thing}>'"
