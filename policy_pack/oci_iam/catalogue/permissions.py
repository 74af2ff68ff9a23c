"""What a verb on a resource-type yields, and the permissions that matter to functions.

The rows stand in the one table of the catalogue (`rows`); a verb adds to the verbs before it (inspect < read
< use < manage). What a type without a row stands for says `granted`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from oci_iam.catalogue.rows import ResourceType, table

__all__ = [
    "ALL_RESOURCES",
    "FAMILIES",
    "FUNCTIONS_PERMISSIONS",
    "FUNCTIONS_REACH",
    "FUNCTIONS_TYPES",
    "ROWS",
    "VERBS",
    "permissions_of",
]

VERBS = ("inspect", "read", "use", "manage")
ALL_RESOURCES = "all-resources"

ROWS: Mapping[str, ResourceType] = MappingProxyType(table().rows)
"""Every resource-type whose permissions are known."""

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(table().families)
"""Members of each family as far as they have rows; only ``functions-family`` is certainly complete."""

FUNCTIONS_TYPES = frozenset(FAMILIES["functions-family"]) | {"functions-family", ALL_RESOURCES}

FUNCTIONS_PERMISSIONS = frozenset(
    name for member in FAMILIES["functions-family"] for name in ROWS[member].permissions
)
"""Every permission of the Functions service, the harmless ones too."""

FUNCTIONS_REACH = frozenset(
    {
        "FN_INVOCATION",
        "FN_FUNCTION_CREATE",
        "FN_FUNCTION_UPDATE",
        "FN_FUNCTION_DELETE",
        "FN_APP_CREATE",
        "FN_APP_UPDATE",
        "FN_APP_DELETE",
    }
)
"""The permissions (F in the design) by which a function can be run, changed or removed."""


@lru_cache(maxsize=4096)
def permissions_of(verb: str, resource: str) -> frozenset[str]:
    """All permissions known for a verb on a resource-type, a family or ``all-resources``; empty for other
    types. Another spelling of a type's name stands for the type."""
    if verb not in VERBS:
        return frozenset()
    members: Iterable[str] = ROWS if resource == ALL_RESOURCES else FAMILIES.get(resource, (resource,))
    named = table().spellings
    upto = VERBS.index(verb) + 1
    rows = (ROWS.get(named.get(member, member)) for member in members)
    return frozenset(name for row in rows if row for names in row.added[:upto] for name in names)
