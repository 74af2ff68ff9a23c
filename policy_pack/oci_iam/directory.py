"""A tenancy as IAM sees it: compartments, groups and dynamic groups, with who belongs to which.

Holds what is, not what is allowed: see ``decision``. A compartment nobody listed is taken as a child of the
root compartment, so that a directory need not know the whole tenancy; it is then in nobody's subtree but the
root's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from oci_iam.matching_rule import MatchingRule, matches, parse_matching_rule
from oci_iam.request import Principal

__all__ = ["DEFAULT_DOMAIN", "Compartment", "Directory", "DynamicGroup", "Group", "full_name", "known_id"]

DEFAULT_DOMAIN = "Default"
"""The identity domain a name belongs to when a statement or a group gives none (subject.htm)."""


def full_name(domain: str | None, name: str) -> str:
    """A group's name with its domain, for comparing: names compare without case, no domain is the default."""
    return f"{(domain or DEFAULT_DOMAIN).casefold()}/{name.casefold()}"


@dataclass(frozen=True, slots=True)
class Compartment:
    """A compartment's name and its parent's OCID. ``parent_id`` None means: right below the root."""

    name: str
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group of users; ``members`` are user OCIDs, ``domain`` None is the default identity domain."""

    name: str
    members: frozenset[str] = frozenset()
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class DynamicGroup:
    """A group of resources, its members given by a matching rule. A rule that cannot be read has none.

    ``id`` is its OCID, for those who give a group without a directory; a directory has it as the key.
    """

    name: str
    matching_rule: str
    domain: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """One tenancy: its compartments, groups and dynamic groups by OCID.

    ``deny_enabled`` says whether the tenancy opted in to deny statements (off by default, denypolicies.htm).
    ``users`` are the names of users by OCID, as far as they are known.
    """

    tenancy_id: str
    compartments: Mapping[str, Compartment] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, Group] = field(default_factory=lambda: MappingProxyType({}))
    dynamic_groups: Mapping[str, DynamicGroup] = field(default_factory=lambda: MappingProxyType({}))
    deny_enabled: bool = False
    users: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def ancestry(self, compartment_id: str) -> tuple[str, ...]:
        """The compartment and all above it, the tenancy last."""
        chain: list[str] = []
        current = compartment_id
        while current != self.tenancy_id and current not in chain:
            chain.append(current)
            known = self.compartments.get(current)
            current = (known.parent_id if known else None) or self.tenancy_id
        return (*chain, self.tenancy_id)

    def covers(self, outer_id: str, inner_id: str) -> bool:
        """Whether the inner compartment is the outer one or lies somewhere below it."""
        return outer_id in self.ancestry(inner_id)

    def at_path(self, start_id: str, path: tuple[str, ...]) -> str | None:
        """The compartment at a path of names below a start, or None.

        A path may begin with the start's own name too: Oracle writes both for a policy attached to the
        compartment it names. A child of that name goes first. The root has no name to be found by: only
        `tenancy` and its OCID mean everything.
        """
        found = self._below(start_id, path)
        own = self.compartments.get(start_id) if start_id != self.tenancy_id else None
        if found is None and own is not None and own.name.casefold() == path[0].casefold():
            return self._below(start_id, path[1:])
        return found

    def _below(self, start_id: str, path: tuple[str, ...]) -> str | None:
        current = start_id
        for name in path:
            child = self._child(current, name.casefold())
            if child is None:
                return None
            current = child
        return current

    def _child(self, parent_id: str, folded_name: str) -> str | None:
        for compartment_id, compartment in self.compartments.items():
            parent = compartment.parent_id or self.tenancy_id
            is_child = parent == parent_id and compartment_id != self.tenancy_id
            if is_child and compartment.name.casefold() == folded_name:
                return compartment_id
        return None

    def name_of(self, compartment_id: str) -> str:
        """A compartment's name, ``tenancy`` for the root, else the OCID."""
        if compartment_id == self.tenancy_id:
            return "tenancy"
        known = self.compartments.get(compartment_id)
        return known.name if known else compartment_id

    def named(self, ocid: str) -> Group | DynamicGroup | None:
        """The group or dynamic group of an OCID; OCIDs compare without case."""
        for groups in (self.groups, self.dynamic_groups):
            found: Group | DynamicGroup | None = groups.get(ocid)
            if found is None:
                folded = ocid.casefold()
                found = next((group for key, group in groups.items() if key.casefold() == folded), None)
            if found is not None:
                return found
        return None

    def groups_of(self, principal: Principal) -> dict[str, Group]:
        """The groups a user is a member of; resources and services are in none."""
        if not principal.is_user or principal.id is None:
            return {}
        return {key: group for key, group in self.groups.items() if principal.id in group.members}

    def dynamic_groups_of(self, principal: Principal) -> dict[str, DynamicGroup]:
        """The dynamic groups whose rule matches a resource; users and services are in none."""
        if principal.is_user or principal.is_service:
            return {}
        return {key: group for key, group in self.dynamic_groups.items() if _is_member(group, principal)}


def _is_member(group: DynamicGroup, principal: Principal) -> bool:
    rule = _rule(group.matching_rule)
    return isinstance(rule, MatchingRule) and matches(rule, principal)


_rule = lru_cache(maxsize=1024)(parse_matching_rule)


def known_id(ocid: str, directory: Directory | None) -> str:
    """A compartment's OCID as the directory spells it, in lower case where it does not know it: OCIDs compare
    without case."""
    if directory is None or ocid in directory.compartments or ocid == directory.tenancy_id:
        return ocid if directory is not None else ocid.casefold()
    folded = ocid.casefold()
    if folded == ocid:
        return ocid
    known = (directory.tenancy_id, *directory.compartments)
    return next((one for one in known if one.casefold() == folded), folded)
