"""Writes one sentence with what to put in place of a statement that is too broad, in its own words.

Proposes text only; placeholders stand in angle brackets for what the statement does not say. ``advice`` goes
further, for whoever asks: whole statements without placeholders, each of them tried.
"""

from __future__ import annotations

from collections.abc import Callable

from oci_iam.language.rendering import render_location, render_subject
from oci_iam.language.tenancy import is_root
from oci_iam.ocid import ocid_type
from oci_iam.statement import Comparison, Condition, Location, Member, Statement, Subject, Text, leaves

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
    written = []
    if not reach or reach & _INVOKE:
        where = _where(principal, _target("target.function.id", statement.condition))
        written.append(f"`{opening} {subject} to use fn-invocation in {place} where {where}`")
    managing = []
    for resource, prefix, variable in (
        ("fn-function", "FN_FUNCTION_", "target.function.id"),
        ("fn-app", "FN_APP_", "target.app.id"),
    ):
        if any(permission.startswith(prefix) for permission in reach):
            crossing = (_target(variable, statement.condition),) if statement.kind != "allow" else ()
            conditions = (*principal, *crossing)
            where = f" where {_where((), *conditions)}" if conditions else ""
            managing.append(f"`{opening} {subject} to manage {resource} in {place}{where}`")
    written += [" with ".join(managing)] if managing else []
    return "Write " + ", or, for whoever manages them instead, ".join(written) + "."


_NAMED = {"target.function.id": ("fnfunc", "function"), "target.app.id": ("fnapp", "application")}


def _target(variable: str, condition: Condition | None) -> str:
    """The comparison that names the target, with the OCIDs the author wrote where there are some."""
    kind, thing = _NAMED[variable]
    found = _written(condition, variable, lambda text: ocid_type(text) == kind)
    if len(found) > 1:
        listed = ", ".join(f"'{ocid}'" for ocid in found)
        return f"{variable} in ({listed})"
    name = found[0] if found else f"<OCID of the {thing}>"
    return f"{variable} = '{name}'"


def _written(condition: Condition | None, variable: str, test: Callable[[str], object]) -> list[str]:
    """The literals an author compared a variable with for equality, as far as they pass a test."""
    values = (
        value.text
        for leaf in leaves(condition)
        if isinstance(leaf, Comparison) and leaf.variable == variable and leaf.op in ("=", "in")
        for value in leaf.values
        if isinstance(value, Text) and test(value.text)
    )
    return list(dict.fromkeys(values))


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


def pins_to_write(condition: Condition | None) -> tuple[str, ...]:
    """What pins the principal, with the one type the author wrote where there is one.

    A compartment does not narrow users, who are named themselves; a Kubernetes workload takes three values.
    """
    written = _written(condition, "request.principal.type", str.isalnum)
    kind = written[0] if len({one.lower() for one in written}) == 1 else "<type>"
    if kind.lower() == "user":
        return ("request.user.id = '<OCID of the user>'",)
    of_type = f"request.principal.type = '{kind}'"
    if kind.lower() == "workload":
        return of_type, *_ACCOUNT
    of = _OF_THE_GATEWAY if kind.lower() == "apigateway" else "request.principal.compartment.id"
    return of_type, f"{of} = '<OCID of its compartment>'"


_ACCOUNT = (
    "request.principal.cluster_id = '<OCID of its cluster>'",
    "request.principal.namespace = '<namespace>'",
    "request.principal.service_account = '<service account>'",
)


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
