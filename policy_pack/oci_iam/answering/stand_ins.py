"""Somebody who is in a group: a principal to ask questions for where no member is named.

A stand-in is a member of that one group; what its dynamic group's rule certainly says of every member is said
of it too. Does not decide anything.
"""

from __future__ import annotations

from dataclasses import replace

from oci_iam.conditions import must
from oci_iam.directory import Directory
from oci_iam.matching_rule import MatchingRule, matches, parse_matching_rule
from oci_iam.request import Principal

__all__ = ["dynamic_group_member", "group_member", "traits_of_members"]

_USER = "ocid1.user.oc1..any-member"
_RESOURCE = "ocid1.resource.oc1..any-member"


def group_member(key: str, directory: Directory) -> tuple[Principal, Directory]:
    """A user, and the directory with this user in the group of that OCID and in no other."""
    group = directory.groups[key]
    joined = replace(group, members=group.members | {_USER})
    return Principal("user", _USER, name=f"in group {group.name}"), replace(
        directory, groups={**directory.groups, key: joined}
    )


def dynamic_group_member(key: str, directory: Directory) -> tuple[Principal, Directory] | None:
    """A resource, and the directory in which it is in the dynamic group of that OCID; None where the rule
    cannot be read, since then nothing is."""
    group = directory.dynamic_groups[key]
    rule = parse_matching_rule(group.matching_rule)
    if not isinstance(rule, MatchingRule):
        return None
    traits = traits_of_members(rule)
    member = Principal(
        traits.get("type", "resource"),
        traits.get("id", _RESOURCE),
        traits.get("compartment.id"),
        name=f"in dynamic-group {group.name}",
    )
    if matches(rule, member):
        return member, directory
    # a stand-in has no tags, and one OCID of several is none: let it join by name
    joined = replace(group, matching_rule=f"resource.id = '{member.id}'")
    return member, replace(directory, dynamic_groups={**directory.dynamic_groups, key: joined})


def traits_of_members(rule: MatchingRule) -> dict[str, str]:
    """What every member certainly has, where that is one value: ``type``, ``id``, ``compartment.id``."""
    sure = {name: next(iter(values)) for name, values in must(rule.condition).items() if len(values) == 1}
    of_instances = {name for name in sure if name.startswith("instance.")}
    traits = {name.partition(".")[2]: value for name, value in sure.items() if not name.startswith("tag.")}
    return traits | ({"type": "instance"} if of_instances else {})
