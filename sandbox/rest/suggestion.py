"""The statement that would allow a request, and the compartment to attach it to."""

from __future__ import annotations

from oci_iam import Directory, Request
from oci_iam.catalogue.permissions import VERBS, permissions_of
from oci_iam.catalogue.types import types_with

_NAMING = (
    "target.function.id",
    "target.bucket.name",
    "target.secret.id",
    "target.queue.id",
    "target.stream.id",
)
"""Variables that name one thing, the narrowest first."""


def statement_for(request: Request, directory: Directory) -> str:
    """One statement that grants what was asked, as narrowly as the catalogue knows how to."""
    conditions = [*_who_conditions(request, directory), *_what_conditions(request)]
    where = f" where all {{{', '.join(conditions)}}}" if len(conditions) > 1 else ""
    if len(conditions) == 1:
        where = f" where {conditions[0]}"
    wish, place = _wish(request.permission), _place(request, directory)
    return f"Allow {_subject(request, directory)} to {wish} in {place}{where}"


def place_for(request: Request, directory: Directory) -> str:
    """Where the policy with that statement belongs: OCI takes it in the compartment or any above it."""
    if request.compartment_id == directory.tenancy_id:
        return f"the tenancy ({directory.tenancy_id})"
    return (
        f"compartment {directory.name_of(request.compartment_id)} ({request.compartment_id}), or one above it"
    )


def _subject(request: Request, directory: Directory) -> str:
    if request.principal.service:
        return f"service {request.principal.service}"
    groups = sorted(directory.groups_of(request.principal))
    return f"group id {groups[0]}" if groups else "any-user"


def _who_conditions(request: Request, directory: Directory) -> list[str]:
    principal = request.principal
    if directory.groups_of(principal) or principal.is_service:
        return []
    if principal.is_user:
        return [f"request.user.id = '{principal.id}'"]
    return [f"request.principal.type = '{principal.type}'", f"request.principal.id = '{principal.id}'"]


def _what_conditions(request: Request) -> list[str]:
    for name in _NAMING:
        if name in request.target:
            return [f"{name} = '{request.target[name]}'"]
    return []


def _wish(permission: str) -> str:
    """The verb and resource-type that yield the permission with the fewest others, else the permission
    itself."""
    best: tuple[int, str] | None = None
    for resource in types_with(permission):
        for verb in VERBS:
            yielded = permissions_of(verb, resource.name)
            if permission in yielded and (best is None or len(yielded) < best[0]):
                best = (len(yielded), f"{verb} {resource.name}")
    return best[1] if best else f"{{{permission}}}"


def _place(request: Request, directory: Directory) -> str:
    if request.compartment_id == directory.tenancy_id:
        return "tenancy"
    return f"compartment id {request.compartment_id}"
