"""Which principal a word means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from oci_iam.answering.stand_ins import dynamic_group_member, group_member
from oci_iam.asked.place import Known, there_are
from oci_iam.directory import Directory, DynamicGroup, Group, full_name
from oci_iam.inputs import Unusable
from oci_iam.ocid import ocid_type
from oci_iam.request import Principal
from oci_iam.statement import Member
from oci_iam.ways.principals import bare, fitting, is_principal

__all__ = ["Asker", "asker"]


class Asker(NamedTuple):
    """A principal, the directory in which it is in its groups, and how a statement names it, where it stands
    for the members of a group."""

    principal: Principal
    directory: Directory
    member: Member | None = None


def asker(text: str, known: Known, compartment_id: str | None = None) -> Asker:
    """The principal of `user:NAME`, `user:OCID`, `group:NAME`, `dynamic-group:NAME`, `service:NAME`,
    `TYPE:OCID` or an OCID alone; ``compartment_id`` is where a resource lies."""
    kind, colon, name = text.partition(":")
    if not colon and text.startswith("ocid1."):
        kind, name = _kind_of(text), text
    read = {"user": _user, "group": _group, "dynamic-group": _dynamic_group, "service": _service}.get(
        kind.lower()
    )
    if not kind or not name.strip():
        raise Unusable(
            "PRINCIPAL: expected user:NAME, group:NAME, dynamic-group:NAME, service:NAME, TYPE:OCID or an"
            f" OCID, found '{text}'"
        )
    if read is None:
        return Asker(_resource(kind, name, compartment_id), known.directory)
    if compartment_id is not None:
        raise Unusable(f"--principal-compartment is where a resource lies; PRINCIPAL is '{text}'")
    return read(name, known)


def _kind_of(ocid: str) -> str:
    kind = ocid_type(ocid) or ""
    return {"dynamicgroup": "dynamic-group"}.get(kind, kind)


def _user(name: str, known: Known) -> Asker:
    directory = known.directory
    if ocid_type(name) == "user":
        return Asker(Principal("user", name, name=directory.users.get(name)), directory)
    found = sorted(ocid for ocid, one in directory.users.items() if one.casefold() == name.casefold())
    if len(found) != 1:
        problem = "several users have this name; give an OCID" if found else "no such user is known"
        raise Unusable(f"PRINCIPAL: user:{name}: {problem}; {there_are(directory.users.values())}")
    return Asker(Principal("user", found[0], name=directory.users[found[0]]), directory)


def _group(name: str, known: Known) -> Asker:
    groups = known.directory.groups
    key = _key(name, groups, "group")
    directory = known.directory
    if key is None:
        if known.is_complete:
            shown = there_are(group.name for group in groups.values())
            raise Unusable(f"PRINCIPAL: group:{name}: the directory has no such group; {shown}")
        domain, own = _domain_and_name(name)
        key = name
        directory = replace(directory, groups={**groups, key: Group(own, frozenset(), domain)})
    principal, joined = group_member(key, directory)
    return Asker(principal, joined, _as_member("group", key, directory.groups[key]))


def _dynamic_group(name: str, known: Known) -> Asker:
    groups = known.directory.dynamic_groups
    key = _key(name, groups, "dynamicgroup")
    directory = known.directory
    if key is None:
        if known.is_complete:
            shown = there_are(group.name for group in groups.values())
            raise Unusable(
                f"PRINCIPAL: dynamic-group:{name}: the directory has no such dynamic group; {shown}"
            )
        domain, own = _domain_and_name(name)
        key = name
        assumed = DynamicGroup(own, "resource.type = 'resource'", domain)
        directory = replace(directory, dynamic_groups={**groups, key: assumed})
    found = dynamic_group_member(key, directory)
    if found is None:
        raise Unusable(
            f"PRINCIPAL: dynamic-group:{name}: its matching rule cannot be read, so nothing is in it"
        )
    return Asker(*found, _as_member("dynamic-group", key, directory.dynamic_groups[key]))


def _service(name: str, known: Known) -> Asker:
    return Asker(Principal("service", service=name), known.directory)


def _resource(kind: str, ocid: str, compartment_id: str | None) -> Principal:
    found = ocid_type(ocid)
    if found is None or not is_principal(ocid):
        raise Unusable(f"PRINCIPAL: {kind}:{ocid}: expected the OCID of something that makes requests")
    if not fitting(frozenset({ocid.casefold()}), frozenset({bare(kind.casefold())})):
        raise Unusable(f"PRINCIPAL: expected the OCID of a {kind}, found one of a {found}")
    return Principal(kind, ocid, compartment_id)


def _domain_and_name(name: str) -> tuple[str | None, str]:
    domain, slash, own = name.partition("/")
    return (domain, own) if slash else (None, name)


def _key(name: str, groups: Mapping[str, Group] | Mapping[str, DynamicGroup], kind: str) -> str | None:
    """The OCID of a group by OCID or by name."""
    if name.startswith("ocid1."):
        if ocid_type(name) != kind:
            raise Unusable(f"PRINCIPAL: expected the OCID of a {kind}, found '{name}'")
        return next((key for key in groups if key.casefold() == name.casefold()), None)
    wanted = full_name(*_domain_and_name(name))
    return next((key for key, one in groups.items() if full_name(one.domain, one.name) == wanted), None)


def _as_member(kind: str, key: str, group: Group | DynamicGroup) -> Member:
    if kind == "group":
        return (
            Member("group", id=key)
            if key.startswith("ocid1.")
            else Member("group", group.name, None, group.domain)
        )
    if key.startswith("ocid1."):
        return Member("dynamic-group", id=key)
    return Member("dynamic-group", group.name, None, group.domain)
