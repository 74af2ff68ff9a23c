"""Writes the statements to put in place of one that is too broad, from its own subject and location.

Proposes text only; placeholders stand in angle brackets for what the statement does not say.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_iam._rendering import render_location, render_subject
from oci_iam._tenancy import is_root
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Location, Member, Statement, Subject, Text

__all__ = ["is_anyone", "narrower", "pins_to_write", "place_to_write"]

_INVOKE = frozenset({"FN_INVOCATION"})
_ANYONE = frozenset({"any-user", "any-group", "resource"})
_EVERY_USER = "all domain users"


def is_anyone(member: Member) -> bool:
    """Whether a member of a subject is as good as everybody: any-user, any-group, an undocumented resource,
    or the group every identity domain has, of all its users."""
    if member.kind == "group":
        return member.name is not None and member.name.strip().lower() == _EVERY_USER
    return member.kind in _ANYONE


def narrower(statement: Statement, reach: frozenset[str]) -> str:
    """One sentence with the statement (or statements) to write instead."""
    try:
        return _proposal(statement, reach)
    except ValueError:  # a statement built in code can hold a name that no text can
        return "Name the principal and the compartment in characters that a policy statement can contain."


def _proposal(statement: Statement, reach: frozenset[str]) -> str:
    opening = "Allow" if statement.kind == "deny" else statement.kind.capitalize()
    subject, principal = _subject(statement.subject, statement.condition)
    place = place_to_write(statement)
    target = "target.function.id = '<OCID of the function>'"
    written = []
    if not reach or reach & _INVOKE:
        written.append(
            f"{opening} {subject} to use fn-invocation in {place} where {_where(principal, target)}"
        )
    crossing = statement.kind != "allow"
    for resource, prefix, name in (
        ("fn-function", "FN_FUNCTION_", target),
        ("fn-app", "FN_APP_", "target.app.id = '<OCID of the application>'"),
    ):
        if any(permission.startswith(prefix) for permission in reach):
            conditions = (*principal, name) if crossing else principal
            where = f" where {_where((), *conditions)}" if conditions else ""
            written.append(f"{opening} {subject} to manage {resource} in {place}{where}")
    return "Write " + ", and if needed ".join(f"`{text}`" for text in written) + "."


def _where(before: tuple[str, ...], *conditions: str) -> str:
    every = (*before, *conditions)
    return every[0] if len(every) == 1 else "all {" + ", ".join(every) + "}"


def _subject(subject: Subject, condition: Condition | None) -> tuple[str, tuple[str, ...]]:
    """The subject to write, and the conditions that pin the principal where the subject does not."""
    broad = next(filter(is_anyone, subject.members), None)
    if broad is None:
        return render_subject(subject), ()
    text = render_subject(Subject((broad,), subject.tenancy))
    if broad.kind == "group":
        return text.replace(render_subject(Subject((broad,))), "group <name>"), ()
    if text.startswith("resource"):
        text = "any-user" + render_subject(subject).partition(str(subject.members[0].name))[2]
    return text, pins_to_write(condition)


_OF_THE_GATEWAY = "request.resource.compartment.id"
"""How the API Gateway page writes the compartment of a gateway; other pages write another variable."""


def pins_to_write(condition: Condition | None) -> tuple[str, str]:
    """The type and compartment to write, with the one type the author wrote where there is one."""
    written = [
        value.text
        for leaf in _leaves(condition)
        if leaf.variable == "request.principal.type" and leaf.op == "="
        for value in leaf.values
        if isinstance(value, Text) and value.text.isalnum()
    ]
    kind = written[0] if len(set(written)) == 1 else "<type>"
    of = _OF_THE_GATEWAY if kind.lower() == "apigateway" else "request.principal.compartment.id"
    return f"request.principal.type = '{kind}'", f"{of} = '<OCID of its compartment>'"


def _leaves(condition: Condition | None) -> Iterator[Comparison]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.conditions:
            yield from _leaves(part)
    elif isinstance(condition, Comparison):
        yield condition


def place_to_write(statement: Statement) -> str:
    location = statement.location
    is_tenancy = is_root(location.path) or (location.id or "").lower().startswith("ocid1.tenancy.")
    if location.kind == "compartment" and not is_tenancy:
        return render_location(location)
    if statement.kind == "endorse":
        tenancy = location.tenancy or "<alias of the tenancy>"
        return (
            f"tenancy {tenancy}" if location.kind != "compartment" else render_location(Location("tenancy"))
        )
    return "compartment <name>"
