"""Why a statement may grant a permission though nobody can tell whether it does. Fails closed.

What ``decide`` takes for granting nothing because it is not understood, or because the directory does not
know a place, may grant everything it could mean.
"""

from __future__ import annotations

from collections.abc import Mapping

from oci_iam.catalogue.permissions import permissions_of
from oci_iam.catalogue.types import members, types_with
from oci_iam.decision import OF_THE_PRINCIPAL, Trial, variables_of, yields_permission
from oci_iam.directory import Directory, DynamicGroup, Group, full_name
from oci_iam.granted import granted
from oci_iam.language.rendering import render_subject
from oci_iam.matching_rule import parse_matching_rule
from oci_iam.policy import Aliases, Entry
from oci_iam.request import Request
from oci_iam.statement import Member, Statement, Subject, Unparsable
from oci_iam.ways.residual import residual

__all__ = ["NOT_KNOWN", "Doubting", "key_of", "request_facts", "rule_of", "without_assumed"]

NOT_KNOWN = "not known yet: "
"""Begins what stands for a statement of which something is not known: no statement begins so."""


class Doubting:
    """One request without its principal, before one directory.

    ``is_placed`` says that the directory knows where the request's compartment lies.
    """

    def __init__(self, request: Request, directory: Directory, is_placed: bool) -> None:
        self._permission, self._directory, self._is_placed = request.permission, directory, is_placed
        self._compartment_id = request.compartment_id
        self._trial = Trial(request, directory)
        self._facts = request_facts(request, directory)

    def why(self, one: Entry) -> str:
        """Why the text may grant the permission; empty where it certainly does, or certainly does not."""
        statement = one.read
        if isinstance(statement, Unparsable):
            if statement.text.startswith(NOT_KNOWN):
                return "something in it is not known yet"
            return f"not understood: {statement.reason}"
        if statement.kind not in ("allow", "admit") or residual(statement.condition, self._facts) is False:
            return ""
        covers = self._trial.covers(statement.location, one.policy, one.aliases)
        if not covers and not self._may_cover(one, statement):
            return ""
        if not yields_permission(statement, self._permission):
            return self._may_yield(statement)
        if statement.kind == "admit":
            return "it admits principals of another tenancy"
        if any(member.kind == "resource" for member in statement.subject.members):
            return "whom the subject `resource` means is not documented"
        if not covers:
            return "nothing tells whether its compartment contains the target's"
        return self._unreadable_rule(statement, one.aliases)

    def _may_cover(self, one: Entry, statement: Statement) -> bool:
        location, directory = statement.location, self._directory
        if location.tenancy is not None or location.kind != "compartment":
            return False
        scope = self._trial.named(location, one.policy, one.aliases)
        if scope is None:
            return True  # a compartment that the directory does not know
        attached, target = one.policy.compartment_id, self._compartment_id
        reaches = directory.covers(attached, scope) or not (self._knows(attached) and self._knows(scope))
        by_name = not any(place.startswith("ocid1.") for place in (scope, target))
        contains = directory.covers(scope, target) or not (self._is_placed or by_name)
        return reaches and contains

    def _knows(self, place: str) -> bool:
        return place == self._directory.tenancy_id or place in self._directory.compartments

    def _may_yield(self, statement: Statement) -> str:
        meant = granted(statement)
        if meant.standing == "near-miss":
            possible = permissions_of(statement.verb, meant.meant) if statement.verb else {meant.meant}
            name = statement.resource or ", ".join(statement.permissions)
            return f"`{name}` may mean `{meant.meant}`" if self._permission in possible else ""
        if statement.permissions or types_with(self._permission) or members(statement.resource or ""):
            return ""
        return f"which permissions `{statement.verb} {statement.resource}` holds is not known"

    def _unreadable_rule(self, statement: Statement, aliases: Aliases) -> str:
        for member in statement.subject.members:
            rule = rule_of(member, aliases, self._directory)
            if rule and isinstance(parse_matching_rule(rule), Unparsable):
                return f"the matching rule of {render_subject(Subject((member,)))} is not understood"
        return ""


def request_facts(request: Request, directory: Directory) -> dict[str, str | frozenset[str]]:
    """The variables of a request that do not depend on who asks."""
    facts = variables_of(request, directory)
    others = {name: facts[name] for name in facts if name not in OF_THE_PRINCIPAL}
    return without_assumed(others, request.compartment_id)


def without_assumed(
    variables: Mapping[str, str | frozenset[str]], compartment_id: str
) -> dict[str, str | frozenset[str]]:
    """The variables without the OCID of a compartment that is known by its name only."""
    is_known = compartment_id.startswith("ocid1.")
    return {name: value for name, value in variables.items() if is_known or name != "target.compartment.id"}


def rule_of(member: Member, aliases: Aliases, directory: Directory) -> str:
    """The matching rule of a member that is a dynamic group of the directory; empty for another one."""
    if member.kind != "dynamic-group":
        return ""
    key = key_of(member, aliases, directory.dynamic_groups)
    return directory.dynamic_groups[key].matching_rule if key is not None else ""


def key_of(
    member: Member, aliases: Aliases, groups: Mapping[str, Group] | Mapping[str, DynamicGroup]
) -> str | None:
    """The OCID by which the directory holds a member's group, or None."""
    ocid = member.id or aliases.group(member)
    for key, group in groups.items():
        if ocid is not None:
            if key.casefold() == ocid.casefold():
                return key
        elif full_name(group.domain, group.name) == full_name(member.domain, member.name or ""):
            return key
    return None
