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

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from oci_iam.answering.doubts import Doubting, key_of, request_facts, rule_of, without_assumed
from oci_iam.answering.stand_ins import traits_of_members
from oci_iam.decision import (
    OF_THE_PRINCIPAL,
    Trial,
    blocks_permission,
    yields_permission,
)
from oci_iam.directory import Directory, full_name
from oci_iam.language.rendering import render_condition, render_subject
from oci_iam.matching_rule import MatchingRule, parse_matching_rule
from oci_iam.policy import Aliases, Policy, entries
from oci_iam.questions import Target
from oci_iam.request import Principal
from oci_iam.statement import Condition, Member, Statement, Subject
from oci_iam.ways.residual import residual

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
    condition (empty: none), ``users`` those of the directory (None for a group it does not know), ``rule``
    the matching rule of a dynamic group. Everyone in the subject who meets the condition is meant, and nobody
    else.
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
    permission = permission.upper()
    search = _Search(permission, target, policies, directory)
    doubting = Doubting(target.request(Principal(""), permission), directory, is_placed)
    doubts = (Doubt(one.text, str(one.policy), doubting.why(one)) for one in entries(policies))
    return Holders(permission, tuple(search.abilities()), tuple(doubt for doubt in doubts if doubt.why))


class _Read(NamedTuple):
    """One statement that was read, of a policy with its aliases."""

    statement: Statement
    policy: Policy
    aliases: Aliases


class _Search:
    """One question before one directory."""

    def __init__(
        self,
        permission: str,
        target: Target,
        policies: Sequence[Policy],
        directory: Directory,
    ) -> None:
        self._permission, self._target, self._directory = permission, target, directory
        self._policies = policies
        self._nobody = self._trial(Principal(""))
        self._facts = request_facts(self._nobody.request, directory)
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

    def _statements(self) -> Iterator[_Read]:
        for entry in entries(self._policies):
            if isinstance(entry.read, Statement):
                yield _Read(entry.read, entry.policy, entry.aliases)

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
        rule = rule_of(member, one.aliases, self._directory)
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
        if member.kind == "group" and key_of(member, one.aliases, self._directory.groups) is None:
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
        known = without_assumed(trial.variables, self._target.compartment_id)
        return residual(one.statement.condition, known, OF_THE_PRINCIPAL)


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
