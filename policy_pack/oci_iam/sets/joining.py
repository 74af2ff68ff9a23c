"""Which dynamic groups a resource would join that somebody may create, or give tags to.

Looks at the matching rules, not at what the groups may do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from oci_iam.directory import Directory, DynamicGroup, known_id
from oci_iam.matching_rule import Kind, MatchingRule, matches
from oci_iam.request import Principal
from oci_iam.sets.adding_up import first
from oci_iam.sets.held import View
from oci_iam.sets.holdings import Holding
from oci_iam.sets.roster import Roster
from oci_iam.sets.routes import TAG_RIGHTS, TAGGING, tags_of
from oci_iam.sets.scope import Scope, contains, overlap
from oci_iam.sets.set_finding import Contribution, SetFinding
from oci_iam.sets.shelves import Places, Shelf
from oci_iam.statement import Unparsable

__all__ = ["Joining"]

_CREATE = "FN_FUNCTION_CREATE"


class Joining:
    """The dynamic groups seen so far, and who may create functions."""

    def __init__(self, roster: Roster, places: Places, directory: Directory | None) -> None:
        self._roster = roster
        self._directory = directory
        self._groups: Shelf[tuple[DynamicGroup, MatchingRule]] = Shelf(places)
        self._tagged: Shelf[tuple[DynamicGroup, Kind]] = Shelf(places)
        self._has_tagged = False
        self._count = 0
        self._creators: Shelf[Holding] = Shelf(places)

    def completed_by(self, number: int, new: Holding) -> Iterator[SetFinding]:
        """Which groups a holding lets resources join that are not yet made, or not yet tagged."""
        if _CREATE in new.permissions:
            self._creators.put(number, new.scope, new)
            for entry in self._groups.near(new.scope):
                yield from self._joined(new, *entry.thing)
        if self._has_tagged and new.permissions & TAG_RIGHTS:
            for subject, view in self._roster.views(new):
                for group, kind in self._groups_to_tag(new):
                    yield from self._retagged(subject, view, group, kind, new)

    def completed_by_group(
        self, group: DynamicGroup, rule: MatchingRule | Unparsable, members: Iterable[Kind]
    ) -> Iterator[SetFinding]:
        """Whose resources would join a group."""
        if isinstance(rule, Unparsable):
            return
        kinds = tuple(members) or (Kind("", frozenset(), frozenset(), frozenset()),)
        places = dict.fromkeys(place for kind in kinds for place in self._places_of(kind))
        for place in places:
            self._count += 1
            self._groups.put(self._count, place, (group, rule))
        holdings = {entry.number: entry.thing for place in places for entry in self._creators.near(place)}
        for number in sorted(holdings):
            yield from self._joined(holdings[number], group, rule)
        for kind in kinds:
            if kind.tags and not kind.ids:
                yield from self._tagged_group(group, kind)

    def _places_of(self, kind: Kind) -> list[Scope]:
        """Where resources of a kind lie: the compartments it demands, or anywhere."""
        return [Scope(known_id(one, self._directory)) for one in sorted(kind.compartments)] or [Scope()]

    def _joined(self, holding: Holding, group: DynamicGroup, rule: MatchingRule) -> Iterator[SetFinding]:
        if self._would_join(rule, holding.scope):
            yield SetFinding(
                "escalation-joins-dynamic-group",
                holding.subject,
                f"{holding.subject} can create a function in {holding.scope} that is at once a member of "
                f"dynamic group {group.name} and holds all its rights.",
                "Name the functions in the matching rule: "
                "`ALL {resource.type = 'fnfunc', resource.id = '<function-ocid>'}`.",
                (holding.contribution, _contribution(group)),
            )

    def _would_join(self, rule: MatchingRule, scope: Scope) -> bool:
        """Whether a function not yet made, in some compartment of the scope, would match the rule."""
        places = [*_COMPARTMENT.findall(rule.source), scope.id or _SOMEWHERE]
        return any(
            matches(rule, Principal("fnfunc", "ocid1.fnfunc.oc1..notyetmade", place))
            for place in places
            if contains(scope, Scope(known_id(place, self._directory)), self._directory) is not False
        )

    # --- tags --------------------------------------------------------------------------------------

    def _tagged_group(self, group: DynamicGroup, kind: Kind) -> Iterator[SetFinding]:
        self._has_tagged = True
        for place in self._places_of(kind):
            self._count += 1
            self._tagged.put(self._count, place, (group, kind))
            for type_ in _types(kind):
                for key in self._roster.holders_near(tags_of(type_), place):
                    yield from self._retagged(key, self._roster.view(key), group, kind, None)

    def _groups_to_tag(self, new: Holding) -> list[tuple[DynamicGroup, Kind]]:
        anywhere = "TAG_NAMESPACE_USE" in new.permissions
        return [entry.thing for entry in self._tagged.near(Scope() if anywhere else new.scope)]

    def _retagged(
        self, subject: str, view: View, group: DynamicGroup, kind: Kind, new: Holding | None
    ) -> Iterator[SetFinding]:
        """What makes the subject able to give a resource the tags by which it joins the group."""
        for type_ in _types(kind):
            parts = self._parts(view, kind, type_, new)
            if parts:
                texts = dict.fromkeys(part.contribution for part in parts)
                yield SetFinding(
                    "escalation-tags",
                    subject,
                    f"{subject} can give {_WORDS[type_]} in {parts[0].scope} the tags by which it becomes a "
                    f"member of dynamic group {group.name} and holds all its rights.",
                    "Name the members in the matching rule by `resource.id`, or give `use tag-namespaces` to "
                    "a group of its own: `… where target.tag-namespace.name = '<namespace>'`.",
                    (*texts, _contribution(group)),
                )

    def _parts(self, view: View, kind: Kind, type_: str, new: Holding | None) -> list[Holding]:
        """The right over the resource and the one over the tags; ``new`` among them where one is given."""
        places = self._places_of(kind) if kind.compartments else [None]

        def changes(one: Holding) -> bool:
            return place is None or overlap(one.scope, place, self._directory)

        for place in places:
            change = _rather(new, TAGGING[type_], changes) or first(view, tags_of(type_), changes, place)
            tag = _rather(new, _TAGS, lambda one: _may_tag(one, kind)) or first(
                view, "TAG_NAMESPACE_USE", lambda one: _may_tag(one, kind)
            )
            if change is not None and tag is not None and (new is None or new in (change, tag)):
                return [change, tag]
        return []


_TAGS = frozenset({"TAG_NAMESPACE_USE"})
_WORDS = {"fnfunc": "a function", "instance": "an instance"}


def _types(kind: Kind) -> tuple[str, ...]:
    """The types of resources of a kind whose tags are looked at here."""
    return tuple(TAGGING) if not kind.type else tuple(one for one in TAGGING if one == kind.type)


def _rather(new: Holding | None, rights: frozenset[str], fits: Callable[[Holding], bool]) -> Holding | None:
    """The new holding, where it gives one of the rights and fits."""
    return new if new is not None and new.permissions & rights and fits(new) else None


def _may_tag(holding: Holding, kind: Kind) -> bool:
    """Whether a right to use tag namespaces is one to use those of a kind."""
    named = holding.certain.get("target.tag-namespace.name")
    return named is None or kind.tags <= named


def _contribution(group: DynamicGroup) -> Contribution:
    return Contribution(f"dynamic group '{group.name}'", group.matching_rule)


_COMPARTMENT = re.compile(r"ocid1\.compartment\.[a-z0-9._-]+", re.IGNORECASE)
_SOMEWHERE = "ocid1.compartment.oc1..anywhere"
