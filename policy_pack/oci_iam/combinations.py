"""Finds what several statements add up to, when each of them is allowed alone.

Looks at sets only: a finding here never changes the verdict of one statement (``judge``). What is asked::

    family-use-in-pieces      separate grants that together say `use functions-family`
    family-manage-in-pieces   separate grants that together say `manage functions-family`
    manage-and-invoke         one subject both changes and invokes functions of one place
    escalation-policies       function rights beside the right to write policies
    escalation-dynamic-groups ... beside the right to rewrite a dynamic group's matching rule
    escalation-groups         ... beside the rights to put a user into a group
    escalation-credentials    ... beside the rights to give another user a credential
    escalation-domains        ... beside the right to change an identity domain
    escalation-identity-providers  ... beside the right to change an identity provider
    escalation-image-push     ... beside the right to push images functions run from
    escalation-tags           function rights by tags beside the rights to change these tags; or the rights to
                              tag a resource so that it joins a dynamic group
    escalation-joins-dynamic-group   a created function would join a dynamic group by lying in its compartment
    escalation-function-code  the right to replace the code of a function that may do more than its changer
    escalation-instance-commands   the right to run commands on an instance that may do more
    escalation-service-invokes     the right to change what a service does that invokes functions

How a new holding is added up::

    statement ─► holdings (_holdings) ─► filed by principal, feature and place (_roster, _held, _shelves)
                                      ─► with what the same principal holds (_adding_up)
                                      ─► with dynamic groups that its resources would join (_joining)
                                      ─► with principals the subject can make act for it (_control)

It knows a subject by how statements name it. That two groups share a member is seen nowhere here, and a group
named once by name and once by OCID is one only where a directory says so. One function under two forms is
seen: pinned by OCID in ``any-user``, and named by the rule of a dynamic group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from oci_iam.directory import Directory, DynamicGroup, full_name
from oci_iam.matching_rule import MatchingRule, kinds, parse_matching_rule
from oci_iam.policy import Policy
from oci_iam.sets.adding_up import AddingUp
from oci_iam.sets.control import Controls
from oci_iam.sets.holdings import MANAGE_FAMILY, Holding, holdings, key_of_group, keys_of_kind, memberships
from oci_iam.sets.joining import Joining
from oci_iam.sets.roster import Roster
from oci_iam.sets.routes import ROUTE_NEEDS
from oci_iam.sets.set_finding import Contribution, SetFinding
from oci_iam.sets.shelves import Places

__all__ = ["Combinations", "Contribution", "SetFinding", "find_combinations"]

_OF_INTEREST = ROUTE_NEEDS | MANAGE_FAMILY


class Combinations:
    """What the policies seen so far add up to. ``add`` answers with what the new policy completes.

    A policy changes nothing for those before it, so adding costs no more than looking up what the new
    statements add up with. Not safe for several threads at once: whoever shares it holds a lock.
    """

    def __init__(self, directory: Directory | None = None) -> None:
        places = Places(directory)
        self._directory = directory
        self._numbers = count()
        self._roster = Roster(places)
        self._adding_up = AddingUp(self._roster, directory)
        self._joining = Joining(self._roster, places, directory)
        self._controls = Controls(self._roster, places, directory)
        self._seen: set[tuple[str, tuple[Contribution, ...]]] = set()
        for group in directory.dynamic_groups.values() if directory else ():
            self.add_dynamic_group(group)

    def add(self, policy: Policy) -> tuple[SetFinding, ...]:
        """Takes a policy in, and returns the findings that need at least one of its statements."""
        return self._unseen(
            finding for holding in holdings(policy, self._directory) for finding in self._added(holding)
        )

    def add_dynamic_group(self, group: DynamicGroup) -> tuple[SetFinding, ...]:
        """Takes a dynamic group in, and returns the findings that need to know who its members are."""
        return self._unseen(self._group_added(group))

    def still_holds(self, finding: SetFinding) -> bool:
        """Whether a finding is true beside all that was added after it: somebody may turn out to hold of his
        own what he gains by another."""
        return self._controls.still_holds(finding)

    def _added(self, new: Holding) -> Iterator[SetFinding]:
        number = next(self._numbers)
        self._roster.put(number, new)
        yield from self._joining.completed_by(number, new)
        for child, parent in memberships(new):
            yield from self._related(child, parent)
        if new.permissions & _OF_INTEREST:
            yield from self._adding_up.completed_by(new)
        yield from self._controls.completed_by(number, new)

    def _group_added(self, group: DynamicGroup) -> Iterator[SetFinding]:
        rule = parse_matching_rule(group.matching_rule)
        members = kinds(rule) if isinstance(rule, MatchingRule) else ()
        yield from self._joining.completed_by_group(group, rule, members)
        key = f"dynamic-group {full_name(group.domain, group.name)}"
        by_id = key if group.id is None else key_of_group("dynamic-group", group.id, self._directory)
        for child, parent in ((key, by_id), (by_id, key)):
            yield from self._related(child, parent)
        for kind in members:
            for child in keys_of_kind(kind):
                yield from self._related(child, key)
        for one in dict.fromkeys((key, by_id)):
            yield from self._controls.completed_by_group(one, members)

    def _related(self, child: str, parent: str) -> Iterator[SetFinding]:
        """What the holdings of a principal and of something it turns out to be a member of add up to."""
        if self._roster.relate(child, parent):
            for key in self._roster.above(parent):
                yield from self._completed_for(child, key)

    def _completed_for(self, child: str, key: str) -> Iterator[SetFinding]:
        for holding in self._roster.held_by(key):
            if holding.permissions & _OF_INTEREST:
                yield from self._adding_up.completed_for(child, holding)

    def _unseen(self, findings: Iterable[SetFinding]) -> tuple[SetFinding, ...]:
        new: list[SetFinding] = []
        for finding in findings:
            key = (finding.code, finding.contributions)
            if key not in self._seen:
                self._seen.add(key)
                new.append(finding)
        return tuple(new)


def find_combinations(
    policies: Iterable[Policy | str],
    dynamic_groups: Iterable[DynamicGroup] = (),
    directory: Directory | None = None,
) -> tuple[SetFinding, ...]:
    """Every finding about the set. Plain statements are taken as those of one policy."""
    combinations = Combinations(directory)
    for group in dynamic_groups:
        combinations.add_dynamic_group(group)
    given = tuple(policies)
    loose = tuple(policy for policy in given if isinstance(policy, str))
    found: list[SetFinding] = []
    for policy in (Policy("", loose), *(policy for policy in given if isinstance(policy, Policy))):
        found += combinations.add(policy)
    return tuple(finding for finding in found if combinations.still_holds(finding))
