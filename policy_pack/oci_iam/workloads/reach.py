"""What the action part of a statement yields of D: data, secrets, keys, code, identity, settings, running.

D is the set of guarded permissions of the catalogue. Where the catalogue does not know everything, a mark
such as ``manage some-type`` (with a space, so that it is no permission) stands for what it does not know.
Knows nothing of who asks, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from oci_iam.catalogue.permissions import ALL_RESOURCES, VERBS
from oci_iam.catalogue.types import (
    ResourceType,
    family_only,
    is_family,
    is_guarded,
    is_known,
    members,
    resource_type,
    types_with,
)
from oci_iam.statement import Comparison, Condition, Statement, Text, leaves

__all__ = ["Held", "held_by", "held_by_list", "held_by_verb", "is_mark", "without_marks"]

Names = frozenset[str]
_NONE: Names = frozenset()


class Held(NamedTuple):
    """What an action holds of D, before the condition.

    ``naming``: for each the variables whose literals name its target; nothing where none is documented.
    ``unknown``: those of which the catalogue does not say whether a target can be named. ``in_tenancy``:
    those that OCI takes in the tenancy only. ``types`` are the types meant, and ``family`` whether the action
    says a family (or ``all-resources``) that is not the narrowest documented form.
    """

    guarded: Names
    naming: Mapping[str, Names]
    unknown: Names
    in_tenancy: Names
    types: tuple[ResourceType, ...]
    family: bool

    @property
    def variables(self) -> Names:
        """Every variable that names a target of something held."""
        return _NONE.union(*self.naming.values())


def held_by(statement: Statement) -> Held:
    """What a statement's action holds of D, with the permissions that its condition adds by naming them."""
    if statement.verb is None:
        return held_by_list(statement.permissions)
    held = held_by_verb(statement.verb, statement.resource or "")
    if statement.condition is None or not held.guarded:
        return held
    named = frozenset(_named(statement.condition))
    return _with_named(held, named) if named else held


def is_mark(name: str) -> bool:
    """Whether a member of ``Held.guarded`` stands for permissions that the catalogue does not know."""
    return " " in name


@lru_cache(maxsize=4096)
def without_marks(reach: Names) -> Names:
    """The permissions of a reach that have names."""
    return frozenset(name for name in reach if not is_mark(name))


# --- a verb on a type ----------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def held_by_verb(verb: str, resource: str) -> Held:
    """What a verb on a type, a family or an unknown name holds of D."""
    if verb == "inspect":
        return _NOTHING
    row = resource_type(resource)
    mark = f"{verb} {resource}"
    if row is not None and verb in VERBS:
        return _of_types((row,), verb, mark if _reads_and_writes(row, verb) else "", family=False)
    if resource in _ONE_MEMBER and len(members(resource)) == 1:
        return held_by_verb(verb, members(resource)[0])
    if family_only(resource):
        return _of_types(_rows(resource), verb, mark, family=False)._replace(unknown=_NONE)
    if is_family(resource) or resource == ALL_RESOURCES:
        return _of_family(resource, verb, mark)
    unknown = _NONE if is_known(resource) else frozenset({mark})  # of a known name no page says a variable
    return Held(frozenset({mark}), {}, unknown, _NONE, (), family=False)


def _of_family(resource: str, verb: str, mark: str) -> Held:
    """A family's mark stands for all it holds. To read of it is part of D where data of a known type is."""
    rows = _rows(resource)
    held = _of_types(rows, verb, mark, family=True)
    return _NOTHING if rows and verb == "read" and len(held.guarded) == 1 else held


_NOTHING = Held(_NONE, {}, _NONE, _NONE, (), family=False)
_ONE_MEMBER = frozenset(
    {
        "apm-family",
        "events-family",
        "instance-agent-command-execution-family",
        "instance-agent-command-family",
        "instance-agent-family",
        "serviceconnector-family",
    }
)
"""Families that hold one type, and so widen nothing (the services' policy pages)."""


def _reads_and_writes(row: ResourceType, verb: str) -> bool:
    """Whether a verb changes something though no permission alone is guarded: in doubt it is part of D.

    Metrics are such a type: what is read and what is written matter little each, `use` is both.
    """
    changes = {"use": row.use, "manage": row.use + row.manage}.get(verb, ())
    return bool(changes) and not row.guarded


def _rows(resource: str) -> tuple[ResourceType, ...]:
    return tuple(row for name in members(resource) if (row := resource_type(name)) is not None)


def _of_types(rows: tuple[ResourceType, ...], verb: str, mark: str, *, family: bool) -> Held:
    """What a verb holds of these types; ``mark`` (if any) stands for what their rows do not say."""
    naming: dict[str, Names] = {mark: _NONE.union(*(row.names_target for row in rows))} if mark else {}
    elsewhere: set[str] = set()
    for row in rows:
        for name in _up_to(row, verb) & row.guarded:
            naming[name] = naming.get(name, _NONE) | row.names_target
            if not row.tenancy_only:
                elsewhere.add(name)
    unknown = _NONE if rows else frozenset(naming)
    if not rows or not all(row.tenancy_only for row in rows):
        elsewhere.add(mark)
    return Held(frozenset(naming), naming, unknown, frozenset(naming) - elsewhere, rows, family)


def _up_to(row: ResourceType, verb: str) -> Names:
    by_verb = (row.inspect, row.read, row.use, row.manage)
    upto = VERBS.index(verb) + 1 if verb in VERBS else len(VERBS)
    return frozenset(name for names in by_verb[:upto] for name in names)


# --- a permission list, and permissions named in a condition ---------------------------------------------


@lru_cache(maxsize=4096)
def held_by_list(permissions: tuple[str, ...]) -> Held:
    """What a permission list holds of D."""
    guarded = tuple(filter(_may_be_guarded, permissions))
    naming: dict[str, Names] = {}
    in_tenancy = set()
    types: dict[str, ResourceType] = {}
    for name in guarded:
        rows = types_with(name)
        naming[name] = _NONE.union(*(row.names_target for row in rows))
        types.update((row.name, row) for row in rows)
        if rows and all(row.tenancy_only for row in rows):
            in_tenancy.add(name)
    unknown = frozenset(name for name in guarded if is_guarded(name) is None)
    in_order = tuple(types.values())
    return Held(frozenset(guarded), naming, unknown, frozenset(in_tenancy), in_order, family=False)


def _may_be_guarded(permission: str) -> bool:
    """In doubt yes; what only inspects or lists never is."""
    known = is_guarded(permission)
    return not permission.endswith(("_INSPECT", "_LIST")) if known is None else known


def _with_named(held: Held, named: Names) -> Held:
    """With the permissions a condition names that the types may have though no row says so."""
    added = frozenset(name for name in named - held.guarded if _may_be_held(name, held))
    if not added:
        return held
    return held._replace(
        guarded=held.guarded | added,
        naming={**held.naming, **dict.fromkeys(added, held.variables)},
        unknown=held.unknown | added if held.unknown else held.unknown,
    )


def _may_be_held(permission: str, held: Held) -> bool:
    """Whether an action may hold a permission of D that none of its rows has: one that no row has, anything
    where the action is unknown, and of a family (whose rows may not be all) what its services have."""
    if not _may_be_guarded(permission):
        return False
    if held.unknown or is_guarded(permission) is None:
        return True
    rows = types_with(permission)
    if not any(map(is_mark, held.guarded)) or any(row in held.types for row in rows):
        return False  # all its rows are there, or this one is and says that another verb adds it
    services = {row.service for row in held.types}
    return any(row.service in services for row in rows)


def _named(condition: Condition) -> Iterator[str]:
    """The permissions a condition compares with for equality."""
    for leaf in leaves(condition):
        if isinstance(leaf, Comparison) and leaf.variable == "request.permission":
            yield from _texts(leaf.values if leaf.op in ("=", "in") else ())


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Text) and value.text and "*" not in value.text:
            yield value.text.upper()
