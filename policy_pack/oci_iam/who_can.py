"""Answers who may do something by a set of policies: everybody whom ``decide`` allows.

A principal is named by an answer exactly when ``decide`` allows it, under the conditions that the answer
shows; what cannot be decided is a doubt, never left out. Does not judge whether a grant is too broad.

How an answer is found::

    every allow statement ─► yields the permission, covers the compartment ─► what of its condition is left,
      once permission, target and place are known ─► one ability for each member of its subject
                                                     ─► the users the directory knows, one by one
    a statement that cannot be read, or whose place or permissions are not known, is a doubt
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from oci_iam._rendering import render_condition, render_subject
from oci_iam._residual import residual
from oci_iam.catalogue.permissions import ROWS
from oci_iam.decision import (
    OF_THE_PRINCIPAL,
    Trial,
    blocks_permission,
    variables_of,
    yields_permission,
)
from oci_iam.directory import Directory, DynamicGroup, Group, full_name
from oci_iam.granted import granted
from oci_iam.matching_rule import MatchingRule, parse_matching_rule
from oci_iam.policy import Aliases, Policy, aliases_of, read
from oci_iam.questions import Target
from oci_iam.request import Principal
from oci_iam.stand_ins import traits_of_members
from oci_iam.statement import Condition, Member, Statement, Subject, Unparsable

__all__ = ["Ability", "Denial", "Doubt", "Holder", "Holders", "who_can"]


class Denial(NamedTuple):
    """A deny statement that takes an ability from whoever is in its subject, under its condition."""

    subject: str
    condition: str
    statement: str
    policy: str


class Holder(NamedTuple):
    """A user that the directory knows, what is left of the condition for this user, and the denials that may
    apply."""

    id: str
    name: str
    condition: str
    unless: tuple[Denial, ...]


class Ability(NamedTuple):
    """Who may by one member of one statement's subject.

    ``subject`` is that member as a statement writes it, ``condition`` what is left of the statement's
    condition (empty: none), ``users`` those of the directory (None for a group it does not know), ``rule`` the
    matching rule of a dynamic group. Everyone in the subject who meets the condition is meant, and nobody else.
    """

    subject: str
    condition: str
    statement: str
    policy: str
    users: tuple[Holder, ...] | None
    rule: str
    unless: tuple[Denial, ...]


class Doubt(NamedTuple):
    """A statement that may grant the permission, as far as can be told, and why that is all that can be."""

    statement: str
    policy: str
    why: str


class Holders(NamedTuple):
    """Who may do one thing: ``decide`` allows exactly those, and ``doubts`` may allow more."""

    permission: str
    abilities: tuple[Ability, ...]
    doubts: tuple[Doubt, ...]


def who_can(
    permission: str,
    target: Target,
    policies: Sequence[Policy],
    directory: Directory,
    *,
    is_placed: bool = True,
) -> Holders:
    """Everybody whom the policies allow the permission on the target.

    ``is_placed`` says that the directory knows where the target's compartment lies; else statements about
    other compartments are doubts, because one of those may contain it.
    """
    search = _Search(permission.upper(), target, policies, directory, is_placed)
    return Holders(permission.upper(), tuple(search.abilities()), tuple(search.doubts()))


@dataclass(frozen=True, slots=True)
class _Read:
    """One statement that was read, of a policy with its aliases."""

    statement: Statement
    policy: Policy
    aliases: Aliases


_Groups: TypeAlias = Mapping[str, Group] | Mapping[str, DynamicGroup]


class _Search:
    """One question before one directory."""

    def __init__(
        self,
        permission: str,
        target: Target,
        policies: Sequence[Policy],
        directory: Directory,
        is_placed: bool,
    ) -> None:
        self._permission, self._target, self._directory = permission, target, directory
        self._policies, self._is_placed = policies, is_placed
        self._nobody = self._trial(Principal(""))
        facts = variables_of(self._nobody.request, directory)
        self._facts = self._known({name: facts[name] for name in facts if name not in OF_THE_PRINCIPAL})
        members = (ocid for group in directory.groups.values() for ocid in group.members)
        self._users = {
            ocid: self._trial(Principal("user", ocid, name=directory.users.get(ocid)))
            for ocid in sorted({*members, *directory.users})
        }
        self._denials = [
            one for one in self._statements() if one.statement.denied == "allow" and self._denies(one)
        ]

    def _trial(self, principal: Principal) -> Trial:
        return Trial(self._target.request(principal, self._permission), self._directory)

    def _known(self, variables: Mapping[str, str | frozenset[str]]) -> dict[str, str | frozenset[str]]:
        """Without the OCID of a compartment that is known by its name only."""
        known = dict(variables)
        if not self._target.compartment_id.startswith("ocid1."):
            known.pop("target.compartment.id", None)
        return known

    def _statements(self) -> Iterator[_Read]:
        for policy in self._policies:
            aliases = aliases_of(tuple(policy.statements))
            for text in policy.statements:
                statement = read(text)
                if isinstance(statement, Statement):
                    yield _Read(statement, policy, aliases)

    def _covers(self, one: _Read) -> bool:
        return self._nobody.covers(one.statement.location, one.policy, one.aliases)

    def _denies(self, one: _Read) -> bool:
        return (
            self._directory.deny_enabled
            and blocks_permission(one.statement, self._permission)
            and self._covers(one)
        )

    # --- abilities

    def abilities(self) -> Iterator[Ability]:
        for one in self._statements():
            statement = one.statement
            if (
                statement.kind == "allow"
                and yields_permission(statement, self._permission)
                and self._covers(one)
            ):
                for member in statement.subject.members:
                    ability = self._ability(one, member)
                    if ability is not None:
                        yield ability

    def _ability(self, one: _Read, member: Member) -> Ability | None:
        if member.kind == "resource":  # nobody, as far as Oracle's pages tell: a doubt
            return None
        rule = self._rule(member, one.aliases)
        left = self._left(one.statement.condition, member, rule)
        if left is False:
            return None
        return Ability(
            _shown(member),
            _written(left),
            one.statement.source,
            str(one.policy),
            self._holders(one, member),
            rule,
            tuple(self._all_denials()),
        )

    def _left(self, condition: Condition | None, member: Member, rule: str) -> Condition | bool:
        """What is left of a condition for anybody in a member of a subject."""
        traits, absent = _of_member(member, rule)
        known = self._facts | traits
        return residual(condition, known, absent)

    def _all_denials(self) -> Iterator[Denial]:
        for deny in self._denials:
            left = residual(deny.statement.condition, self._facts)
            if left is not False:
                yield _denial(deny, left)

    def _holders(self, one: _Read, member: Member) -> tuple[Holder, ...] | None:
        if member.kind in ("service", "dynamic-group"):
            return ()
        if member.kind == "group" and self._group_key(member, one.aliases, self._directory.groups) is None:
            return None
        alone = _Read(_with_subject(one.statement, member), one.policy, one.aliases)
        found = (self._holder(alone, ocid, trial) for ocid, trial in self._users.items())
        return tuple(holder for holder in found if holder is not None)

    def _holder(self, one: _Read, ocid: str, trial: Trial) -> Holder | None:
        left = self._left_for(one, trial)
        if left is False:
            return None
        denials = []
        for deny in self._denials:
            denied = False if _is_exempt(trial) else self._left_for(deny, trial)
            if denied is True:
                return None
            if denied is not False:
                denials.append(_denial(deny, denied))
        return Holder(ocid, self._directory.users.get(ocid, ""), _written(left), tuple(denials))

    def _left_for(self, one: _Read, trial: Trial) -> Condition | bool:
        """What is left of a statement's condition for one user; False for who is not in its subject."""
        if not trial.speaks_of(one.statement, one.aliases):
            return False
        known = self._known(trial.variables)
        return residual(one.statement.condition, known, OF_THE_PRINCIPAL)

    def _rule(self, member: Member, aliases: Aliases) -> str:
        if member.kind != "dynamic-group":
            return ""
        groups = self._directory.dynamic_groups
        key = self._group_key(member, aliases, groups)
        return groups[key].matching_rule if key is not None else ""

    @staticmethod
    def _group_key(member: Member, aliases: Aliases, groups: _Groups) -> str | None:
        ocid = member.id or aliases.group(member)
        for key, group in groups.items():
            if ocid is not None:
                if key.casefold() == ocid.casefold():
                    return key
            elif full_name(group.domain, group.name) == full_name(member.domain, member.name or ""):
                return key
        return None

    # --- doubts

    def doubts(self) -> Iterator[Doubt]:
        for policy in self._policies:
            aliases = aliases_of(tuple(policy.statements))
            for text in policy.statements:
                statement = read(text)
                why = (
                    f"not understood: {statement.reason}"
                    if isinstance(statement, Unparsable)
                    else self._doubt(_Read(statement, policy, aliases))
                )
                if why:
                    yield Doubt(text, str(policy), why)

    def _doubt(self, one: _Read) -> str:
        """Why a statement may grant what nobody can tell; empty where it certainly does not, or does."""
        statement = one.statement
        if statement.kind not in ("allow", "admit"):
            return ""
        covers = self._covers(one)
        if not covers and not self._may_cover(one):
            return ""
        if not yields_permission(statement, self._permission):
            return self._may_yield(statement)
        if statement.kind == "admit":
            return "it admits principals of another tenancy"
        if any(member.kind == "resource" for member in statement.subject.members):
            return "whom the subject `resource` means is not documented"
        if not covers and self._left_for_somebody(one):
            return "nothing tells whether its compartment contains the target's"
        return self._unreadable_rule(one)

    def _left_for_somebody(self, one: _Read) -> bool:
        left = residual(one.statement.condition, self._facts)
        return left is not False

    def _may_cover(self, one: _Read) -> bool:
        location, directory = one.statement.location, self._directory
        if location.tenancy is not None or location.kind != "compartment":
            return False
        scope = self._nobody.named(location, one.policy, one.aliases)
        if scope is None:
            return True  # a compartment that the directory does not know
        if not directory.covers(one.policy.compartment_id, scope) and scope in directory.compartments:
            return False
        return not self._is_placed and scope != self._target.compartment_id

    def _may_yield(self, statement: Statement) -> str:
        meant = granted(statement)
        action = statement.resource or ", ".join(statement.permissions)
        if meant.standing == "near-miss":
            return f"`{action}` is not a known name; `{meant.meant}` may be meant"
        in_catalogue = any(self._permission in names for row in ROWS.values() for names in row[:4])
        if statement.permissions or in_catalogue or statement.resource in ROWS:
            return ""
        return f"which permissions `{statement.verb} {action}` holds is not known"

    def _unreadable_rule(self, one: _Read) -> str:
        for member in one.statement.subject.members:
            rule = self._rule(member, one.aliases)
            if rule and isinstance(parse_matching_rule(rule), Unparsable):
                return f"the matching rule of {_shown(member)} is not understood"
        return ""


_EMPTY = frozenset[str]()
_OF_RESOURCES = frozenset(
    {
        "request.principal.compartment.id",
        "request.resource.compartment.id",
        "request.instance.id",
        "request.instance.compartment.id",
        "request.dynamicgroup.id",
        "request.dynamicgroup.name",
    }
)
_OF_USERS = frozenset({"request.user.id", "request.groups.id", "request.groups.name"})


def _of_member(member: Member, rule: str) -> tuple[dict[str, str], frozenset[str]]:
    """What is known of everybody in a member of a subject: variables with a value, and those they never
    have."""
    if member.kind == "group":
        return {"request.principal.type": "user"}, _OF_RESOURCES
    if member.kind == "service":
        return {"request.principal.type": "service"}, _OF_USERS | _OF_RESOURCES
    if member.kind != "dynamic-group":
        return {}, _EMPTY
    read_rule = parse_matching_rule(rule) if rule else None
    traits = traits_of_members(read_rule) if isinstance(read_rule, MatchingRule) else {}
    known = {f"request.principal.{name}": value for name, value in traits.items()}
    if "compartment.id" in traits:
        known["request.resource.compartment.id"] = traits["compartment.id"]
    return known, _OF_USERS


def _is_exempt(trial: Trial) -> bool:
    """No deny applies to the default domain's Administrators (denypolicies.htm)."""
    return full_name(None, "Administrators") in trial.group_keys


def _with_subject(statement: Statement, member: Member) -> Statement:
    return replace(statement, subject=Subject((member,)))


def _denial(deny: _Read, left: Condition | bool) -> Denial:
    statement = deny.statement
    return Denial(render_subject(statement.subject), _written(left), statement.source, str(deny.policy))


def _shown(member: Member) -> str:
    return render_subject(Subject((member,)))


def _written(left: Condition | bool) -> str:
    return "" if isinstance(left, bool) else render_condition(left)
