"""Which permissions a word means: a permission's name, an operation's, or a verb on a resource-type."""

from __future__ import annotations

import re
from typing import NamedTuple

from oci_iam._near_miss import distance
from oci_iam.catalogue.operations import OPERATIONS
from oci_iam.catalogue.permissions import VERBS, permissions_of
from oci_iam.catalogue.types import types_with
from oci_iam.inputs import Unusable

__all__ = ["Wish", "permissions_asked"]

_PERMISSION = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+").fullmatch


class Wish(NamedTuple):
    """The permissions asked about, all of which are needed, and the operation, if one was named."""

    permissions: tuple[str, ...]
    operation: str | None = None


def permissions_asked(text: str) -> Wish:
    """The permissions of a permission's name, an operation's name, or `VERB RESOURCE-TYPE`."""
    words = text.split()
    if len(words) == 2:
        return Wish(_of_verb(words[0].lower(), words[1].lower()))
    if len(words) == 1 and _PERMISSION(text):
        return Wish((_permission(text.upper()),))
    needed = OPERATIONS.get(text.lower()) if len(words) == 1 else None
    if needed is None:
        raise Unusable(
            f"PERMISSION: '{text}' is neither a permission, nor an operation that the catalogue knows,"
            " nor VERB RESOURCE-TYPE"
        )
    return Wish((needed,), text)


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
