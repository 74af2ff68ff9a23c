"""What the ways of a condition pin: the functions they name, and who asks. Judges nothing."""

from __future__ import annotations

from typing import NamedTuple

from oci_iam.conditions import leaf_permissions, literals, paths
from oci_iam.ocid import ocid_type
from oci_iam.statement import Comparison, Statement

__all__ = ["Path", "Said", "is_service_form", "live_paths", "pins_principal"]

_ONLY_INVOKE = frozenset({"FN_INVOCATION"})


class Said(NamedTuple):
    """What one leaf of a condition certainly says, whatever stands beside it; empty or False where it says
    nothing. Types are written without hyphens and underscores."""

    reach: frozenset[str]
    names_target: bool = False
    types: frozenset[str] = frozenset()
    types_of_ids: frozenset[str] = frozenset()
    by_compartment: bool = False
    by_resource_compartment: bool = False


class Path(NamedTuple):
    """One way in which a condition holds: what it leaves of the reach, and what its leaves say."""

    said: list[Said]
    reach: frozenset[str]
    names_target: bool


def live_paths(statement: Statement, reach: frozenset[str]) -> list[Path]:
    """The paths on which something of the reach is left."""
    ways = paths(statement.condition)
    said: dict[int, Said] = {}  # by identity: a leaf stands on many paths, and may hold thousands of values
    for leaves in ways:
        for leaf in leaves:
            if id(leaf) not in said:
                said[id(leaf)] = _says(leaf, reach)
    found = (_path([said[id(leaf)] for leaf in leaves], reach) for leaves in ways)
    return [path for path in found if path.reach]


def _path(said: list[Said], reach: frozenset[str]) -> Path:
    names_target = False
    for one in said:
        reach &= one.reach
        names_target = names_target or one.names_target
    return Path(said, reach, names_target)


_TARGETS = {"target.function.id": "fnfunc", "target.app.id": "fnapp"}
_NOT_A_PRINCIPAL = frozenset({"tenancy", "compartment", "group", "dynamicgroup", "policy"})


def _says(leaf: Comparison, reach: frozenset[str]) -> Said:
    left = leaf_permissions(leaf, reach)
    values = literals(leaf)
    if not values:
        return Said(left)
    variable = leaf.variable
    wanted = _TARGETS.get(variable)
    if wanted is not None:
        return Said(left, names_target=_all_of_type(values, wanted))
    if variable == "request.principal.type":
        types = frozenset(map(_bare, values))
        return Said(left, types=types if all(map(str.isalnum, types)) else frozenset())
    if variable == "request.principal.id":
        types = frozenset(_bare(ocid_type(value) or "") for value in values)
        return Said(left, types_of_ids=frozenset() if types & _NOT_A_PRINCIPAL else types)
    if variable == "request.principal.compartment.id":
        return Said(left, by_compartment=_all_of_type(values, "compartment"))
    if variable == "request.resource.compartment.id":
        return Said(left, by_resource_compartment=_all_of_type(values, "compartment"))
    return Said(left)


def _all_of_type(values: frozenset[str], wanted: str) -> bool:
    return all(ocid_type(value) == wanted for value in values)


def _bare(kind: str) -> str:
    return kind.replace("-", "").replace("_", "")


class _Principal(NamedTuple):
    """What a path says for certain about who asks. Empty or False where it says nothing; ``nobody`` when
    no principal is of all the types it asks for."""

    types: frozenset[str] = frozenset()
    by_id: bool = False
    by_compartment: bool = False
    by_resource_compartment: bool = False
    nobody: bool = False


_WITHOUT_COMPARTMENT = frozenset({"user", "service", "group", "dynamicgroup", "anyuser"})
"""Principal types a compartment does not narrow: users live in the tenancy itself, services in none."""

_ID_OF_TYPE = {
    "dbsystem": frozenset({"dbsystem", "dbnode"}),
    "autonomousdatabase": frozenset({"autonomousdatabase", "autonomousdatabase2"}),
    "vaultsecret": frozenset({"vaultsecret", "secret"}),
    "ormjob": frozenset({"ormjob", "ormstack"}),
}


def _principal(path: Path) -> _Principal:
    asked = [one.types for one in path.said if one.types]
    if not asked:
        return _Principal()
    types = asked[0].intersection(*asked[1:])
    if not types:
        return _Principal(nobody=True)
    fitting = types.union(*(ids for kind, ids in _ID_OF_TYPE.items() if kind in types))
    by_id = any(one.types_of_ids and one.types_of_ids <= fitting for one in path.said)
    if types & _WITHOUT_COMPARTMENT:
        return _Principal(types, by_id)
    return _Principal(
        types,
        by_id,
        any(one.by_compartment for one in path.said),
        any(one.by_resource_compartment for one in path.said),
    )


def pins_principal(path: Path, verb: str | None) -> bool:
    who = _principal(path)
    if who.nobody or who.by_id or who.by_compartment:
        return True
    return who.by_resource_compartment and path.reach == _ONLY_INVOKE and verb != "manage"


def is_service_form(path: Path) -> bool:
    """The form Oracle documents for API Gateway and its like: a resource's type, and its id or
    compartment."""
    who = _principal(path)
    if who.types & _WITHOUT_COMPARTMENT:
        return False
    return who.nobody or who.by_id or who.by_compartment or who.by_resource_compartment
