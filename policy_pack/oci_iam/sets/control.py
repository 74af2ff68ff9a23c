"""Whom somebody can make act for him, and what he gains by it.

Who may replace the code of a function, run commands on an instance, or change what a service does that
invokes functions, acts with the rights of that function, instance or service. Said is that only where it
gives more than he has: rights on functions or on identities, or such as reach out of the place in which he
may make the change. Where a function lies that is known by its OCID alone is taken from where its grants
apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, product
from typing import NamedTuple

from oci_iam.catalogue.types import is_guarded
from oci_iam.directory import Directory, known_id
from oci_iam.matching_rule import Kind
from oci_iam.sets.holdings import Holding, key_of_principal, keys_of_kind, kinds_of
from oci_iam.sets.roster import Roster
from oci_iam.sets.routes import CONTROLS, INVOKE, PRIVILEGES, Control
from oci_iam.sets.scope import Scope, contains
from oci_iam.sets.set_finding import SetFinding
from oci_iam.sets.shelves import Places, Shelf

__all__ = ["Controls"]

_MOST_TOLD = 20
"""How many findings one new statement gets at most of those that it completes with others."""


_TYPES = tuple(dict.fromkeys(control.type for control in CONTROLS))
_NOWHERE_KNOWN = Scope("(a compartment that no statement tells)")
"""Lies in the whole tenancy, and in no compartment that is named."""


class _Power(NamedTuple):
    """What a principal holds that is of this kind."""

    holding: Holding
    kind: Kind


class Controls:
    """Who controls what, and what the controlled may do."""

    def __init__(self, roster: Roster, places: Places, directory: Directory | None) -> None:
        self._roster = roster
        self._places = places
        self._directory = directory
        self._kinds: dict[str, tuple[Kind, ...]] = {}
        self._powers: dict[str, Shelf[_Power]] = {}
        self._powers_of: dict[str, list[_Power]] = {}
        self._controllers: dict[str, Shelf[Holding]] = {}
        self._controllers_of: dict[str, list[Holding]] = {}
        self._count = 0
        self._told: dict[tuple[object, ...], list[tuple[Control, Holding, Holding]]] = {}

    def still_holds(self, finding: SetFinding) -> bool:
        """Whether a finding is true beside all that was added after it; True of one that is not of these."""
        told = self._told.get((finding.code, finding.contributions))
        return told is None or any(self._gained(*one) for one in told)

    def completed_by(self, number: int, new: Holding) -> Iterator[SetFinding]:
        """What a new holding lets its subject gain by others, or others by its subject."""
        for control in CONTROLS:
            if control.need in new.permissions and not (control.any_target and new.names_target):
                yield from self._taken(control, number, new)
        kinds = chain(kinds_of(new), *(self._kinds.get(key, ()) for key in new.keys))
        yield from self._given(new, tuple(kinds))

    def completed_by_group(self, key: str, members: tuple[Kind, ...]) -> Iterator[SetFinding]:
        """What others gain by the members of a dynamic group."""
        known = self._kinds.get(key, ())
        self._kinds[key] = (*known, *(kind for kind in members if kind not in known))
        for holding in self._roster.held_by(key):
            yield from self._given(holding, members)

    # --- the new holding controls ------------------------------------------------------------------

    def _taken(self, control: Control, number: int, new: Holding) -> Iterator[SetFinding]:
        shelf = self._controllers.setdefault(control.need, Shelf(self._places))
        shelf.put(number, new.scope, new)
        named = new.targets.get("target.function.id", frozenset())
        for one in named:
            self._controllers_of.setdefault(one, []).append(new)
        powers = self._powers.get(control.type)
        near = [entry.thing for entry in powers.near(new.scope)] if powers is not None else []
        by_name = [power for one in sorted(named) for power in self._powers_of.get(one, ())]
        told = 0
        for power in (*by_name, *near):
            for finding in self._gain(control, new, power):
                told += 1
                yield finding
            if told >= _MOST_TOLD:
                return

    # --- the new holding is of somebody who can be controlled --------------------------------------

    def _given(self, new: Holding, kinds: Iterable[Kind]) -> Iterator[SetFinding]:
        for kind in kinds:
            power = _Power(new, kind)
            if self._matters(power):
                self._file(power)
                for control in CONTROLS:
                    if kind.type in ("", control.type):
                        yield from self._who_gains(control, power)

    def _file(self, power: _Power) -> None:
        self._count += 1
        types = (power.kind.type,) if power.kind.type else _TYPES  # a rule without a type takes all in
        for kind, place in product(types, self._homes(power)):
            self._powers.setdefault(kind, Shelf(self._places)).put(self._count, place, power)
        for one in power.kind.ids:
            self._powers_of.setdefault(one, []).append(power)

    def _matters(self, power: _Power) -> bool:
        return bool(power.holding.permissions & PRIVILEGES) or not power.holding.names_target

    def _homes(self, power: _Power) -> list[Scope]:
        """Where a principal lies: in the compartments its grant or rule demands. One known by its OCID alone
        lies where its grant applies, one known by nothing but its type anywhere."""
        if power.kind.compartments:
            return [Scope(known_id(one, self._directory)) for one in sorted(power.kind.compartments)]
        if not power.kind.ids:
            return [Scope()]
        return [_NOWHERE_KNOWN if _is_nowhere_known(power) else power.holding.scope]

    def _who_gains(self, control: Control, power: _Power) -> Iterator[SetFinding]:
        shelf = self._controllers.get(control.need)
        near = [] if shelf is None else [e.thing for place in self._homes(power) for e in shelf.near(place)]
        by_name = [one for ocid in sorted(power.kind.ids) for one in self._controllers_of.get(ocid, ())]
        told: set[str] = set()
        for holding in (*by_name, *near):
            if control.need in holding.permissions and holding.subject not in told:
                for finding in self._gain(control, holding, power):
                    told.add(holding.subject)
                    yield finding
            if len(told) >= _MOST_TOLD:
                return

    # --- what is gained ----------------------------------------------------------------------------

    def _gain(self, control: Control, holding: Holding, power: _Power) -> Iterator[SetFinding]:
        other = power.holding
        if self._is_same(holding, power) or not _may_mean(holding, power):
            return
        gained = self._gained(control, holding, other)
        if gained:
            texts = tuple(dict.fromkeys((other.contribution, holding.contribution)))
            self._told.setdefault((control.code, texts), []).append((control, holding, other))
            names = ", ".join(sorted(gained)[:3]) + (" and more" if len(gained) > 3 else "")
            yield SetFinding(
                control.code,
                holding.subject,
                f"{holding.subject} can {control.what} in {holding.scope} that acts as {other.subject}, and"
                f" so gains what that may do in {other.scope}: {names}.",
                control.remediation,
                texts,
            )

    def _is_same(self, holding: Holding, power: _Power) -> bool:
        """Whether the subject is the very principal, or a group of which it is a member."""
        mine = set(holding.keys)
        members = [self._roster.above(key) for key in keys_of_kind(power.kind)]
        return not mine.isdisjoint(power.holding.keys) or (
            bool(members) and all(not mine.isdisjoint(keys) for keys in members)
        )

    def _is_itself(self, holding: Holding, other: Holding) -> bool:
        """Whether all that the other may invoke is the subject: a function gains nothing by running itself,
        as the one that rotates a secret, and so may update it, would."""
        named = other.targets.get("target.function.id", frozenset())
        if len(named) != 1 or len(holding.keys) != 1:
            return False
        kinds = self._kinds.get(holding.keys[0], ())
        is_member = len(kinds) == 1 and kinds[0].ids == named and kinds[0].type in ("", "fnfunc")
        return is_member or holding.keys[0] == key_of_principal(*named)

    def _gained(self, control: Control, holding: Holding, other: Holding) -> frozenset[str]:
        """What the other may do that the subject may not."""
        if control.only_invoking:
            gained = frozenset() if self._is_itself(holding, other) else other.permissions & {INVOKE}
        else:
            gained = other.permissions & PRIVILEGES
            beyond = contains(holding.scope, other.scope, self._directory) is False
            if beyond and not other.names_target:
                gained |= frozenset(name for name in other.permissions if is_guarded(name))
        if not gained:
            return gained
        for held in self._roster.view(holding.keys[0] if holding.keys else ""):
            for own in held.everything_over(other.scope):
                if contains(own.scope, other.scope, self._directory) is True:
                    gained -= own.permissions
        return gained


def _may_mean(holding: Holding, power: _Power) -> bool:
    """Whether a right may be one over a principal: it names it, or reaches where it lies."""
    named, ids = holding.targets.get("target.function.id"), power.kind.ids
    if named is not None and ids:
        return bool(named & ids)
    return not holding.scope.path or not _is_nowhere_known(power)


def _is_nowhere_known(power: _Power) -> bool:
    scope = power.holding.scope
    return bool(power.kind.ids) and not power.kind.compartments and not scope.id and not scope.path
