"""Reads what exists in a tenancy, for questions about who may do what: a tenancy file or a stack export.

A tenancy file is one JSON object; every list may be left out, and a key that is none of these is refused::

    {"tenancy": "ocid1.tenancy.oc1..…",
     "deny_enabled": false,
     "compartments":   [{"id": "ocid1.compartment.…", "name": "Apps", "parent": "ocid1.…"}],
     "users":          [{"id": "ocid1.user.…", "name": "ada"}],
     "groups":         [{"id": "ocid1.group.…", "name": "callers", "domain": "Default", "members": ["ada"]}],
     "dynamic_groups": [{"id": "ocid1.dynamicgroup.…", "name": "workers", "domain": "Default", "rule": "…"}],
     "policies":       [{"name": "p", "compartment": "ocid1.…", "statements": ["Allow …"]}]}

``parent`` and ``compartment`` are the tenancy where they are left out, members are OCIDs or names of
``users``. Judges and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from oci_iam.directory import Compartment, Directory, DynamicGroup, Group
from oci_iam.inputs import Unusable
from oci_iam.items import Item, Place, Source
from oci_iam.json_lines import line_of, lines
from oci_iam.ocid import ocid_type
from oci_iam.policy import Policy

__all__ = ["TenancyFile", "as_document", "of_tenancy_file", "tenancy_file"]


class TenancyFile(NamedTuple):
    """What a tenancy file says: who and what exists, and the policies."""

    directory: Directory
    policies: tuple[Policy, ...]


_LISTS = ("compartments", "users", "groups", "dynamic_groups", "policies")


def tenancy_file(document: Mapping[str, Any], name: str) -> TenancyFile:
    """Reads the document. Raises Unusable, with the place, for what is not as documented."""
    reading = _Reading(name)
    reading.keys(document, "", required=("tenancy",), optional=("deny_enabled", *_LISTS))
    tenancy = reading.ocid(document, "", "tenancy", "tenancy")
    deny = document.get("deny_enabled", False)
    if not isinstance(deny, bool):
        raise reading.unexpected("deny_enabled", "true or false", deny)
    users = dict(reading.users(document))
    by_name = {user.casefold(): ocid for ocid, user in users.items()}
    directory = Directory(
        tenancy,
        dict(reading.compartments(document)),
        dict(reading.groups(document, by_name)),
        dict(reading.dynamic_groups(document)),
        deny,
        users,
    )
    return TenancyFile(directory, tuple(reading.policies(document, tenancy)))


def of_tenancy_file(document: Any, text: str, name: str) -> Source | None:
    """What the document holds, where it is meant as a tenancy file; else None. Raises Unusable."""
    if not isinstance(document, dict) or "tenancy" not in document:
        return None
    directory, policies = tenancy_file(document, name)
    at = lines(text)
    items = tuple(
        Item(
            statement,
            Place(name, line_of(at, ("policies", number, "statements", index)), policy.name),
            policy.name,
            fields={"statement": statement},
        )
        for number, policy in enumerate(policies)
        for index, statement in enumerate(policy.statements)
    )
    groups = tuple(directory.dynamic_groups.values())
    return Source(name, items, policies, groups, is_export=True, directory=directory, is_tenancy=True)


class _Reading:
    """Reads one document; what is wrong is named by its place."""

    def __init__(self, name: str) -> None:
        self._name = name

    def unexpected(self, place: str, expected: str, found: Any) -> Unusable:
        """One line on a value that is not what was expected."""
        shown = repr(found) if isinstance(found, str | int | float | None) else f"a {type(found).__name__}"
        return Unusable(f"{self._name}: {place}: expected {expected}, found {shown[:80]}")

    def keys(
        self, row: Any, place: str, required: tuple[str, ...], optional: tuple[str, ...]
    ) -> Mapping[str, Any]:
        """The row, if it is an object with these keys and no other."""
        where = place or "the file"
        if not isinstance(row, dict):
            raise self.unexpected(where, "an object", row)
        for key in required:
            if key not in row:
                raise Unusable(f'{self._name}: {where}: "{key}" is missing')
        for key in row:
            if key not in required and key not in optional:
                known = ", ".join((*required, *optional))
                raise Unusable(f'{self._name}: {where}: "{key}" is not a key; there are: {known}')
        return row

    def string(self, row: Mapping[str, Any], place: str, key: str, otherwise: str | None = None) -> str:
        value = row.get(key, otherwise)
        if not isinstance(value, str) or not value.strip():
            raise self.unexpected(f"{place}{key}", "a string that is not blank", value)
        return value

    def ocid(
        self, row: Mapping[str, Any], place: str, key: str, *types: str, otherwise: str | None = None
    ) -> str:
        value = row.get(key, otherwise)
        if not isinstance(value, str) or (
            ocid_type(value) not in types if types else not value.startswith("ocid1.")
        ):
            raise self.unexpected(f"{place}{key}", f"the OCID of a {' or '.join(types) or 'resource'}", value)
        return value

    def rows(
        self, document: Mapping[str, Any], key: str, required: tuple[str, ...], *optional: str
    ) -> Iterator[tuple[Mapping[str, Any], str]]:
        listed = document.get(key, [])
        if not isinstance(listed, list):
            raise self.unexpected(key, "a list", listed)
        seen: set[str] = set()
        for index, row in enumerate(listed):
            place = f"{key}[{index}]"
            self.keys(row, place, required, optional)
            ocid = str(row.get("id", index))
            if ocid in seen:
                raise Unusable(f"{self._name}: {place}.id: {ocid} is given twice")
            seen.add(ocid)
            yield row, f"{place}."

    def users(self, document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for row, at in self.rows(document, "users", ("id", "name")):
            yield self.ocid(row, at, "id", "user"), self.string(row, at, "name")

    def compartments(self, document: Mapping[str, Any]) -> Iterator[tuple[str, Compartment]]:
        for row, at in self.rows(document, "compartments", ("id", "name"), "parent"):
            parent = row.get("parent")
            if parent is not None:
                parent = self.ocid(row, at, "parent", "compartment", "tenancy")
            is_below_root = parent is None or ocid_type(parent) == "tenancy"
            name = self.string(row, at, "name")
            yield (
                self.ocid(row, at, "id", "compartment"),
                Compartment(name, None if is_below_root else parent),
            )

    def groups(self, document: Mapping[str, Any], users: Mapping[str, str]) -> Iterator[tuple[str, Group]]:
        for row, at in self.rows(document, "groups", ("id", "name"), "domain", "members"):
            members = row.get("members", [])
            if not isinstance(members, list):
                raise self.unexpected(f"{at}members", "a list", members)
            named = frozenset(
                self._member(member, f"{at}members[{index}]", users) for index, member in enumerate(members)
            )
            yield self.ocid(row, at, "id"), Group(self.string(row, at, "name"), named, self._domain(row, at))

    def _member(self, member: Any, place: str, users: Mapping[str, str]) -> str:
        if isinstance(member, str) and ocid_type(member) == "user":
            return member
        known = users.get(member.casefold()) if isinstance(member, str) else None
        if known is None:
            raise self.unexpected(place, "the OCID of a user, or the name of one of `users`", member)
        return known

    def _domain(self, row: Mapping[str, Any], at: str) -> str | None:
        return None if row.get("domain") is None else self.string(row, at, "domain")

    def dynamic_groups(self, document: Mapping[str, Any]) -> Iterator[tuple[str, DynamicGroup]]:
        for row, at in self.rows(document, "dynamic_groups", ("id", "name", "rule"), "domain"):
            name, rule = self.string(row, at, "name"), self.string(row, at, "rule")
            yield self.ocid(row, at, "id"), DynamicGroup(name, rule, self._domain(row, at))

    def policies(self, document: Mapping[str, Any], tenancy: str) -> Iterator[Policy]:
        for row, at in self.rows(document, "policies", ("statements",), "name", "compartment"):
            statements = row["statements"]
            if not isinstance(statements, list) or not all(isinstance(one, str) for one in statements):
                raise self.unexpected(f"{at}statements", "a list of strings", statements)
            compartment = self.ocid(row, at, "compartment", "compartment", "tenancy", otherwise=tenancy)
            yield Policy(compartment, tuple(statements), self.string(row, at, "name", at.rstrip(".")))


def as_document(directory: Directory, policies: tuple[Policy, ...] = ()) -> dict[str, Any]:
    """The tenancy file that says this, in one order; ``tenancy_file`` reads it again."""
    return {
        "tenancy": directory.tenancy_id,
        "deny_enabled": directory.deny_enabled,
        "compartments": [
            {"id": ocid, "name": one.name, "parent": one.parent_id or directory.tenancy_id}
            for ocid, one in sorted(directory.compartments.items())
        ],
        "users": [{"id": ocid, "name": name} for ocid, name in sorted(directory.users.items())],
        "groups": [
            _without_none(
                {"id": ocid, "name": one.name, "domain": one.domain, "members": sorted(one.members)}
            )
            for ocid, one in sorted(directory.groups.items())
        ],
        "dynamic_groups": [
            _without_none({"id": ocid, "name": one.name, "domain": one.domain, "rule": one.matching_rule})
            for ocid, one in sorted(directory.dynamic_groups.items())
        ],
        "policies": [
            {"name": one.name, "compartment": one.compartment_id, "statements": list(one.statements)}
            for one in policies
        ],
    }


def _without_none(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}
