"""The narrowest statements that allow an API operation, from the catalogue. Judges nothing.

What the catalogue cannot know stands in angle brackets: who, where, which target.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from oci_iam.catalogue.operations import Operation
from oci_iam.catalogue.permissions import VERBS, permissions_of
from oci_iam.catalogue.rows import Mark, ResourceType, table
from oci_iam.catalogue.types import family_only, is_guarded, resource_type

__all__ = ["Narrowest", "narrowest", "rank"]


class Narrowest(NamedTuple):
    """``statements`` together allow the operation; none where it needs no permission. ``missing``: what
    stands in angle brackets in them. ``mark``: the weakest of the types' marks, which says how well the
    permissions are known.
    """

    statements: tuple[str, ...]
    missing: tuple[str, ...]
    mark: Mark


_WEAKEST: tuple[Mark, ...] = ("UNCONFIRMED", "PUBLIC", "DOC")
_PLACEHOLDER = re.compile(r"<[a-z-]+>")


def narrowest(operation: Operation) -> Narrowest:
    """The narrowest statements for one way in which an operation is allowed.

    One for each resource-type involved: with a verb where one permission is needed and the verb yields
    nothing else that is guarded, else with a list. A type whose permissions are inferred always stands with a
    verb.
    """
    left = list(operation.permissions)
    statements = []
    types = [row for row in map(resource_type, operation.types) if row]
    for row in types:
        needed = tuple(name for name in left if name in row.permissions)
        if needed:
            left = [name for name in left if name not in needed]
            statements.append(_statement(row, needed, operation))
    missing = dict.fromkeys(name for text in statements for name in _PLACEHOLDER.findall(text))
    mark = min((row.mark for row in types), key=_WEAKEST.index)
    return Narrowest(tuple(statements), tuple(missing), mark)


def _statement(row: ResourceType, needed: tuple[str, ...], operation: Operation) -> str:
    place = "tenancy" if row.tenancy_only else "compartment id <compartment-ocid>"
    variable = _target(row, operation)
    where = f" where {variable} = '{_placeholder(variable)}'" if variable else ""
    return f"Allow dynamic-group <dynamic-group> to {_action(row, needed)} in {place}{where}"


def _action(row: ResourceType, needed: tuple[str, ...]) -> str:
    verb = next(verb for verb in VERBS if permissions_of(verb, row.name).issuperset(needed))
    more = permissions_of(verb, row.name).difference(needed)
    if row.mark == "UNCONFIRMED":
        families = (name for name, members in table().families.items() if row.name in members)
        return f"{verb} {next(filter(family_only, families), row.name)}"
    listed = len(needed) > 1 or any(map(is_guarded, more))
    return f"{{{', '.join(needed)}}}" if listed else f"{verb} {row.name}"


def _target(row: ResourceType, operation: Operation) -> str:
    """The variable that names the target best: the type's own thing before another, an id before a name."""
    known = row.names_target & operation.names_target
    return min(known, key=lambda name: rank(name, row.name), default="")


def rank(variable: str, name: str) -> tuple[bool, bool, int]:
    """How well a variable names a target: the type's own thing before another, an id before a name."""
    _, thing, *_ = variable.split(".")
    return thing not in name, not variable.endswith("id"), -len(variable)


def _placeholder(variable: str) -> str:
    thing = variable.removeprefix("target.").replace(".", "-")
    return (
        f"<{thing.removesuffix('-ocid').removesuffix('-id')}-ocid>" if thing.endswith("id") else f"<{thing}>"
    )
