"""Who and what exists by a `pulumi stack export`: compartments, users, groups, memberships, dynamic groups.

Does not read the policies in it. A resource whose name is secret or not known is known by its OCID.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from oci_iam.assumed_directory import UNKNOWN_TENANCY
from oci_iam.directory import Compartment, Directory, DynamicGroup, Group

__all__ = ["export_directory"]


def export_directory(resources: Iterable[Mapping[str, Any]]) -> Directory:
    """The directory of one tenancy; its OCID is that of the first resource that lies in the root."""
    everything = [(str(one.get("type", "")), str(one.get("id", "")), _properties(one)) for one in resources]
    members: dict[str, set[str]] = {}
    for kind, _, values in everything:
        if kind == "oci:Identity/userGroupMembership:UserGroupMembership":
            members.setdefault(_text(values, "groupId"), set()).add(_text(values, "userId"))

    def of(name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        token = f"oci:Identity/{name}:{name[:1].upper()}{name[1:]}"
        return ((ocid, values) for kind, ocid, values in everything if kind == token and ocid)

    return Directory(
        _tenancy(values for _, _, values in everything),
        {
            ocid: Compartment(_text(values, "name") or ocid, _parent(values))
            for ocid, values in of("compartment")
        },
        {
            ocid: Group(_text(values, "name") or ocid, frozenset(members.get(ocid, ())))
            for ocid, values in of("group")
        },
        {
            ocid: DynamicGroup(_text(values, "name") or ocid, _text(values, "matchingRule"))
            for ocid, values in of("dynamicGroup")
        },
        users={ocid: _text(values, "name") or ocid for ocid, values in of("user")},
    )


def _properties(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    sides = (resource.get("inputs"), resource.get("outputs"))
    return {key: value for side in sides if isinstance(side, dict) for key, value in side.items()}


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _parent(values: Mapping[str, Any]) -> str | None:
    parent = _text(values, "compartmentId")
    return parent if parent.startswith("ocid1.compartment.") else None


def _tenancy(everything: Iterable[Mapping[str, Any]]) -> str:
    places = (_text(values, "compartmentId") for values in everything)
    return next((place for place in places if place.startswith("ocid1.tenancy.")), UNKNOWN_TENANCY)
