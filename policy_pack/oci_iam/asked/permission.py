"""Which permissions a word means: a permission's name, an operation's, or a verb on a resource-type."""

from __future__ import annotations

import re
from typing import NamedTuple

from oci_iam.catalogue.operations import named
from oci_iam.catalogue.permissions import VERBS, permissions_of
from oci_iam.catalogue.types import types_with
from oci_iam.inputs import Unusable
from oci_iam.language.near_miss import distance

__all__ = ["Wish", "permissions_asked"]

_PERMISSION = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+").fullmatch


class Wish(NamedTuple):
    """The permissions asked about, and the operation, if one was named.

    ``needed``: of each of these groups of ways one way is needed, and of a way all its permissions.
    """

    permissions: tuple[str, ...]
    needed: tuple[tuple[tuple[str, ...], ...], ...]
    operation: str | None = None

    def is_met_by(self, granted: frozenset[str]) -> bool:
        """Whether somebody with these permissions may do what was asked about."""
        return all(any(granted.issuperset(way) for way in ways) for ways in self.needed)


def permissions_asked(text: str) -> Wish:
    """The permissions of a permission's name, an operation's name, or `VERB RESOURCE-TYPE`."""
    words = text.split()
    if len(words) == 2:
        return _all_of(_of_verb(words[0].lower(), words[1].lower()))
    if len(words) == 1 and _PERMISSION(text):
        return _all_of((_permission(text.upper()),))
    return _of_operation(text)


def _all_of(permissions: tuple[str, ...]) -> Wish:
    return Wish(permissions, ((permissions,),))


def _of_operation(text: str) -> Wish:
    """Where what an operation needs depends on something, all cases are asked about."""
    rows = named(text.strip())
    if not rows:
        raise Unusable(
            f"PERMISSION: '{text}' is neither a permission, nor an operation that the catalogue knows,"
            " nor VERB RESOURCE-TYPE"
        )
    services = sorted({row.service for row in rows})
    if len(services) > 1:
        raise Unusable(
            f"PERMISSION: '{text}' is an operation of {' and of '.join(services)}: give a permission"
        )
    permissions = tuple(dict.fromkeys(name for row in rows for name in row.permissions))
    if not permissions:
        raise Unusable(f"PERMISSION: the operation '{text}' needs no permission")
    cases: dict[str, tuple[tuple[str, ...], ...]] = {}
    for row in rows:
        cases[row.when] = (*cases.get(row.when, ()), row.permissions)
    return Wish(permissions, tuple(cases.values()), rows[0].name)


def _of_verb(verb: str, resource: str) -> tuple[str, ...]:
    if verb not in VERBS:
        raise Unusable(f"PERMISSION: expected one of {', '.join(VERBS)}, found '{verb}'")
    found = tuple(sorted(permissions_of(verb, resource)))
    if not found:
        raise Unusable(f"PERMISSION: the catalogue knows no permission that '{verb} {resource}' yields")
    return found


def _permission(name: str) -> str:
    if not types_with(name):
        known = permissions_of("manage", "all-resources")
        nearest = min(sorted(known), key=lambda one: distance(name, one))
        if distance(name, nearest) <= 2 or name.startswith("FN_"):
            raise Unusable(f"PERMISSION: there is no permission {name}; did you mean {nearest}?")
    return name
