"""Questions about resource-types: their permissions, families, target variables, and what is guarded.

Answers from the table in `rows`. Knows nothing of statements. Names are as the parser gives them: lower case.
"""

from __future__ import annotations

from functools import lru_cache

from oci_iam.catalogue.rows import ResourceType, table

__all__ = [
    "ResourceType",
    "family_only",
    "is_family",
    "is_guarded",
    "is_known",
    "members",
    "resource_type",
    "types_with",
]

_ALL = "all-resources"


def resource_type(name: str) -> ResourceType | None:
    """The type of this name, or of the name that this is another spelling of; None for a family, and for a
    name of which the catalogue has no permissions."""
    known = table()
    return known.rows.get(known.spellings.get(name, name))


def members(name: str) -> tuple[str, ...]:
    """The member types of a family as far as they have rows, the type itself, or all types for
    ``all-resources``. Empty for another name, and for a family none of whose members has a row."""
    known = table()
    if name == _ALL:
        return tuple(known.rows)
    if name in known.families:
        return known.families[name]
    found = resource_type(name)
    return () if found is None else (found.name,)


def is_family(name: str) -> bool:
    """Whether the name is that of a family. ``…-family`` always is one, in the catalogue or not."""
    return name in table().families or name.endswith("-family")


def family_only(name: str) -> bool:
    """Whether the family is the narrowest form that its service documents."""
    return name in table().family_only


def is_known(name: str) -> bool:
    """Whether OCI has a type or family of this name, as far as the catalogue knows, with permissions or
    without."""
    known = table()
    return name == _ALL or bool(members(name)) or name in known.families or name in known.known


def is_guarded(permission: str) -> bool | None:
    """Whether the permission reads or changes data, secrets, keys, code, identity or configuration, or runs
    something; None for one that the catalogue does not know. In capitals, as statements write it."""
    found = _by_permission().get(permission)
    return None if found is None else any(permission in each.guarded for each in found)


def types_with(permission: str) -> tuple[ResourceType, ...]:
    """The types of which some verb yields the permission, in the order of the catalogue."""
    return _by_permission().get(permission, ())


@lru_cache(maxsize=1)
def _by_permission() -> dict[str, tuple[ResourceType, ...]]:
    found: dict[str, tuple[ResourceType, ...]] = {}
    for row in table().rows.values():
        for permission in row.permissions:
            found[permission] = (*found.get(permission, ()), row)
    return found
