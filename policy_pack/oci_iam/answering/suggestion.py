"""The statement that would let one refused request through, and no other principal or target than asked for.

Built from the request, then tried with ``decide``: what does not help is not suggested. Knows nothing of what
a reader wants beyond that request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from oci_iam.catalogue.permissions import VERBS, permissions_of
from oci_iam.catalogue.types import types_with
from oci_iam.decision import decide
from oci_iam.directory import Directory
from oci_iam.judge import judge
from oci_iam.language.rendering import render
from oci_iam.ocid import ocid_type
from oci_iam.policy import Policy
from oci_iam.request import Principal, Request
from oci_iam.statement import AllOf, Comparison, Condition, Location, Member, Statement, Subject, Text

__all__ = ["Suggestion", "suggestion"]


class Suggestion(NamedTuple):
    """A statement for a policy attached to the tenancy; ``refused`` says why the judge would refuse it,
    and is empty where it would not."""

    statement: str
    refused: str


def suggestion(
    request: Request, policies: Sequence[Policy], directory: Directory, member: Member | None
) -> Suggestion | None:
    """The statement, or None where none helps: a deny outweighs it, or the principal cannot be named.

    ``member`` is how a subject names the principal; without it a user goes by a group of the directory.
    """
    subject = member or _member(request.principal, directory)
    leaves = [*_pins(request.principal, subject), *_targets(request)]
    condition: Condition | None = AllOf(tuple(leaves)) if len(leaves) > 1 else next(iter(leaves), None)
    verb, resource = _action(request.permission.upper())
    statement = Statement(
        "allow",
        Subject((subject,)),
        verb or None,
        resource or None,
        () if verb else (request.permission.upper(),),
        _location(request.compartment_id, directory),
        condition,
    )
    try:
        text = render(statement)
    except ValueError:  # a value that no statement can contain
        return None
    if not decide(request, [*policies, Policy(directory.tenancy_id, (text,))], directory).allowed:
        return None
    verdict = judge(text)
    return Suggestion(text, verdict.findings[0].message if verdict.refused else "")


def _member(principal: Principal, directory: Directory) -> Member:
    if principal.service:
        return Member("service", name=principal.service)
    groups = sorted(directory.groups_of(principal))
    return Member("group", id=groups[0]) if groups else Member("any-user")


def _pins(principal: Principal, subject: Member) -> list[Comparison]:
    if subject.kind != "any-user" or principal.id is None:
        return []
    if principal.is_user:
        return [_is("request.user.id", principal.id)]
    pins = [_is("request.principal.type", principal.type), _is("request.principal.id", principal.id)]
    return pins[1:] if ocid_type(principal.id) == principal.type.casefold() else pins


def _targets(request: Request) -> list[Comparison]:
    return [
        _is(name, value)
        for name, value in sorted(request.target.items())
        if not name.startswith("target.compartment.")
    ]


def _is(variable: str, value: str) -> Comparison:
    return Comparison(variable, "=", (Text(value),))


def _action(permission: str) -> tuple[str, str]:
    """The verb and resource-type that hold this one permission and no other; two empty strings where none
    does."""
    for row in types_with(permission):
        for verb in VERBS:
            if permissions_of(verb, row.name) == {permission}:
                return verb, row.name
    return "", ""


def _location(compartment_id: str, directory: Directory) -> Location:
    if compartment_id == directory.tenancy_id:
        return Location("tenancy")
    if compartment_id.startswith("ocid1."):
        return Location("compartment", id=compartment_id)
    names = [directory.name_of(one) for one in directory.ancestry(compartment_id)[:-1]]
    return Location("compartment", tuple(reversed(names)))
