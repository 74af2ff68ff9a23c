"""What the action part of a statement stands for: permissions, and what is known of a name.

A type without a row in the catalogue is either known to have nothing to do with functions or unknown;
neither can be judged to yield a functions permission, and ``near_miss`` keeps misspelt functions types from
passing as unknown ones.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from oci_iam.catalogue.permissions import (
    FAMILIES,
    FUNCTIONS_PERMISSIONS,
    FUNCTIONS_REACH,
    FUNCTIONS_TYPES,
    ROWS,
    permissions_of,
)
from oci_iam.catalogue.resource_types import UNRELATED
from oci_iam.language.near_miss import distance, is_near, near_miss
from oci_iam.statement import Statement

__all__ = ["Grant", "granted", "granted_by_list", "granted_by_verb", "only_looks"]


class Grant(NamedTuple):
    """What the action part of a statement stands for, before its condition.

    ``standing``: ``functions`` (names a functions type, a functions permission or ``all-resources``),
    ``known`` or ``unknown`` (another resource-type), ``near-miss``. ``reach`` is the part of
    ``permissions`` in FUNCTIONS_REACH. ``meant`` is the name a near miss misses.
    """

    standing: Literal["functions", "known", "unknown", "near-miss"]
    permissions: frozenset[str]
    reach: frozenset[str]
    meant: str = ""


_LONGEST_NAME = 64
"""How much of a misspelt permission is compared with real ones; none of them is half as long."""


@lru_cache(maxsize=4096)
def granted_by_verb(verb: str, resource: str) -> Grant:
    """What ``<verb> <resource>`` stands for."""
    permissions = permissions_of(verb, resource)
    reach = permissions & FUNCTIONS_REACH
    if resource in FUNCTIONS_TYPES:
        return Grant("functions", permissions, reach)
    if resource in ROWS or resource in FAMILIES or resource in UNRELATED:
        return Grant("known", permissions, reach)
    meant = near_miss(resource)
    if meant:
        return Grant("near-miss", permissions, reach, meant)
    return Grant("unknown", permissions, reach)


@lru_cache(maxsize=4096)
def granted_by_list(permissions: tuple[str, ...]) -> Grant:
    """What ``{PERMISSION, ...}`` stands for; a name beginning ``FN`` that does not exist is a near miss."""
    named = frozenset(permissions)
    for name in permissions:
        if name not in FUNCTIONS_PERMISSIONS and (name.startswith("FN") or is_near(name, "FN_INVOCATION", 2)):
            shown = name[:_LONGEST_NAME]
            meant = min(sorted(FUNCTIONS_PERMISSIONS), key=lambda known: distance(shown, known))
            return Grant("near-miss", named, named & FUNCTIONS_REACH, meant)
    standing: Literal["functions", "known"] = "functions" if named & FUNCTIONS_PERMISSIONS else "known"
    return Grant(standing, named, named & FUNCTIONS_REACH)


def granted(statement: Statement) -> Grant:
    """What the action part of this statement stands for."""
    if statement.verb is None:
        return granted_by_list(statement.permissions)
    return granted_by_verb(statement.verb, statement.resource or "")


def only_looks(statement: Statement) -> bool:
    """Whether the verb yields nothing that matters on any type, so that it does not matter which is meant."""
    return statement.verb in ("inspect", "read", "associate")
