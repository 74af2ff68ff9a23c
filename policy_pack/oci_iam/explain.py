"""Draws what was read of a statement, or marks the place where reading stopped.

Plain ASCII, readable without colour, for a terminal or a log. Says nothing a verdict does not: the last line
is ``judge``'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_iam._parser import parse
from oci_iam._rendering import render_condition, render_location, render_subject
from oci_iam.catalogue.permissions import FUNCTIONS_REACH
from oci_iam.conditions import literals
from oci_iam.granted import granted
from oci_iam.judge import judge
from oci_iam.statement import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FunctionCall,
    Presence,
    Statement,
    Unparsable,
)
from oci_iam.verdict import Verdict

__all__ = ["explain"]

_LABEL = 10
_MOST_PERMISSIONS = 12


def explain(text: str) -> str:
    """A drawing of one statement: subject, permissions, scope, what each condition confines, and the verdict.

    For a text that cannot be read: its line, a caret below the place, and the reason.
    """
    statement = parse(text)
    if isinstance(statement, Unparsable):
        return _ascii("\n".join(_error(statement)))
    if statement.definition is not None:
        known = statement.definition
        return _ascii(f"define    {known.kind} {known.name}\n`- as      {known.id}")
    verdict = judge(statement)
    return _ascii("\n".join([*_drawing(statement, verdict), *_verdict(verdict)]))


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode("ascii")


def _error(broken: Unparsable) -> Iterator[str]:
    """The line that holds the position, a caret under it, and why."""
    start = max(broken.text.rfind(end, 0, broken.position) for end in "\r\n") + 1
    ends = [at for at in (broken.text.find(end, broken.position) for end in "\r\n") if at >= 0]
    line = broken.text[start : min(ends, default=len(broken.text))]
    column = broken.position - start
    if column > 90:  # a long line is shown from shortly before the place
        line, column = "..." + line[column - 60 :], 63
    shown = "".join(character if character.isprintable() else " " for character in line)
    yield shown[:110]
    yield " " * column + "^"
    yield f"unjudgeable: {broken.reason}"


def _drawing(statement: Statement, verdict: Verdict) -> Iterator[str]:
    kind = statement.kind if statement.denied in (None, "allow") else f"deny {statement.denied}"
    yield kind
    yield _row("who", render_subject(statement.subject))
    yield _row("may not" if statement.kind == "deny" else "may", _action(statement))
    for line in _permissions(statement, verdict):
        yield f"|  {line}"
    yield _row("where", _scope(statement))
    if statement.partner is not None:
        yield _row("with", f"{statement.partner.resource} in {render_location(statement.partner.location)}")
    if statement.condition is None:
        yield _row("if", "always")
    else:
        first, *rest = _condition(statement.condition)
        yield _row("if", first)
        for line in rest:
            yield "|" + " " * (_LABEL + 2) + line


def _row(label: str, text: str) -> str:
    return f"|- {label:<{_LABEL}}{text}"


def _action(statement: Statement) -> str:
    if statement.verb is None:
        return "{" + ", ".join(statement.permissions) + "}"
    return f"{statement.verb} {statement.resource}"


def _permissions(statement: Statement, verdict: Verdict) -> Iterator[str]:
    """What the action yields, and what of it the condition takes away."""
    grant = granted(statement)
    if not grant.permissions:
        known = f"a name similar to {grant.meant}" if grant.meant else "no known permission"
        yield f"  ({known})"
        return
    left = grant.permissions if statement.kind == "deny" else verdict.permissions
    ordered = sorted(grant.permissions, key=_by_weight)
    for name in ordered[:_MOST_PERMISSIONS]:
        marks = "* " if name in FUNCTIONS_REACH else "  "
        yield marks + name + ("" if name in left else "   (taken away by the condition)")
    if len(ordered) > _MOST_PERMISSIONS:
        yield f"  and {len(ordered) - _MOST_PERMISSIONS} more"
    if grant.reach:
        yield "  (* reaches functions)"


def _by_weight(permission: str) -> tuple[bool, bool, str]:
    """What reaches functions first, then what else concerns them."""
    return permission not in FUNCTIONS_REACH, not permission.startswith("FN_"), permission


def _scope(statement: Statement) -> str:
    location = statement.location
    text = render_location(location)
    if location.kind == "tenancy" and location.tenancy is None:
        return f"{text}, every compartment of it"
    if (location.id or "").lower().startswith("ocid1.tenancy."):
        return f"{text}, which is the tenancy with every compartment of it"
    return f"{text} and every compartment below it" if location.kind == "compartment" else text


def _condition(condition: Condition) -> Iterator[str]:
    if isinstance(condition, AllOf | AnyOf):
        yield "all of" if isinstance(condition, AllOf) else "any of"
        for part in condition.conditions:
            first, *rest = _condition(part)
            yield f"|- {first}"
            yield from (f"|  {line}" for line in rest)
        return
    yield f"{render_condition(condition)}   [{_effect(condition)}]"


def _effect(leaf: Comparison | Presence | FunctionCall) -> str:
    """What the abstract reading makes of a leaf."""
    if literals(leaf) is not None and isinstance(leaf, Comparison):
        if leaf.variable in ("request.permission", "request.operation"):
            return "takes permissions away"
        return f"confines {leaf.variable}"
    return "confines nothing"


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield f"`- {'verdict':<{_LABEL}}{verdict.verdict}"
    for finding in verdict.findings:
        yield f"   ! {finding.code}: {finding.message}"
        yield f"     here:    {' '.join(finding.fragment.split())}"
        yield f"     instead: {finding.remediation}"
    for note in verdict.notes:
        yield f"   - {note}"
