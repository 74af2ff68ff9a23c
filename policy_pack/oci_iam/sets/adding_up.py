"""What the statements of one principal add up to: a family in pieces, changing beside invoking, routes.

For each principal only what the new holding completes is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from oci_iam.catalogue.permissions import FUNCTIONS_REACH
from oci_iam.directory import Directory
from oci_iam.sets.held import CHANGING, INVOKING, WHOLES, View, features
from oci_iam.sets.holdings import MANAGE_FAMILY, Holding
from oci_iam.sets.roster import Roster
from oci_iam.sets.routes import INVOKE, REACH, ROUTES, Route
from oci_iam.sets.scope import Scope, contains
from oci_iam.sets.set_finding import Contribution, SetFinding

__all__ = ["AddingUp", "contributions", "first"]

_MANAGING = FUNCTIONS_REACH - {INVOKE}


class AddingUp:
    """Asks for each principal that a new holding concerns what it completes."""

    def __init__(self, roster: Roster, directory: Directory | None) -> None:
        self._roster = roster
        self._directory = directory

    def completed_by(self, new: Holding) -> Iterator[SetFinding]:
        """What a new holding completes. What several principals get by it is said once."""
        told: set[str] = set()
        for subject, view in self._roster.views(new):
            for finding in self._completed(subject, new, view):
                if finding.code not in told:
                    told.add(finding.code)
                    yield finding

    def completed_for(self, key: str, new: Holding) -> Iterator[SetFinding]:
        """What a holding completes for one principal."""
        return self._completed(key, new, self._roster.view(key))

    def _completed(self, subject: str, new: Holding, view: View) -> Iterator[SetFinding]:
        if new.permissions & MANAGE_FAMILY:
            yield from self._family(subject, new, view)
            yield from _manages_and_invokes(subject, new, view)
        for route in ROUTES:
            parts = _walks(route, new, view)
            if parts:
                message = f"{subject} has rights on functions and {route.message}."
                yield SetFinding(route.code, subject, message, route.remediation, contributions(parts, view))

    # --- pieces ------------------------------------------------------------------------------------

    def _family(self, subject: str, new: Holding, view: View) -> Iterator[SetFinding]:
        """Grants without a target that together hold what `manage` (or else `use`) of the family holds."""
        if new.confined:
            return
        for verb, whole in WHOLES.items():
            parts = self._pieces(verb, whole, new, view)
            if parts:
                yield SetFinding(
                    f"family-{verb}-in-pieces",
                    subject,
                    f"{subject} holds in separate grants what `{verb} functions-family` grants at once in"
                    f" {_narrowest(parts).scope}.",
                    "Name the function where invocation is granted: `… to use fn-invocation in compartment "
                    "id <compartment-ocid> where target.function.id = '<function-ocid>'`.",
                    contributions(parts, view),
                )
                return

    def _pieces(self, verb: str, whole: frozenset[str], new: Holding, view: View) -> list[Holding]:
        """The fewest-first holdings, `new` among them, that cover the whole in one place; none if none do."""
        if whole <= new.permissions:
            return []
        around = _others(new, (held.pieces_over(verb, new.scope) for held in view))
        before = _union(around)
        if whole <= before | new.permissions and not whole <= before:
            return _cover(whole, new, around)
        if any(new.permissions & whole <= one.permissions for one in around if self._is_around(one, new)):
            return []  # what is said before takes the new one's part in every place
        near = _others(new, (held.pieces_near(verb, new.scope) for held in view))
        if whole <= _union(near) | new.permissions:
            return self._pieces_elsewhere(whole, new, near)
        return []

    def _is_around(self, one: Holding, new: Holding) -> bool:
        return contains(one.scope, new.scope, self._directory) is True

    def _pieces_elsewhere(self, whole: frozenset[str], new: Holding, near: list[Holding]) -> list[Holding]:
        """The same in a place that the new holding reaches and that another one names."""
        for place in dict.fromkeys(piece.scope for piece in near):
            if place == new.scope or contains(new.scope, place, self._directory) is False:
                continue
            around = [piece for piece in near if contains(piece.scope, place, self._directory) is not False]
            before = _union(around)
            if whole <= before | new.permissions and not whole <= before:
                return _cover(whole, new, around)
        return []


def _others(new: Holding, pieces: Iterable[list[Holding]]) -> list[Holding]:
    return [piece for some in pieces for piece in some if piece is not new]


def _union(holdings: Iterable[Holding]) -> frozenset[str]:
    return frozenset(permission for holding in holdings for permission in holding.permissions)


def _cover(whole: frozenset[str], new: Holding, others: list[Holding]) -> list[Holding]:
    """The new holding, and of the others, largest first, those that add something of the whole."""
    parts = [new]
    missing = whole - new.permissions
    for piece in sorted(others, key=lambda piece: -len(piece.permissions & whole)):
        if missing & piece.permissions:
            parts.append(piece)
            missing -= piece.permissions
    return parts


def _narrowest(parts: list[Holding]) -> Holding:
    return max(parts, key=lambda part: (bool(part.scope.id or part.scope.path), len(part.scope.path)))


# --- both rights ---------------------------------------------------------------------------------------


def _manages_and_invokes(subject: str, new: Holding, view: View) -> Iterator[SetFinding]:
    pair = _pair(new, view)
    if pair:
        yield SetFinding(
            "manage-and-invoke",
            subject,
            f"{subject} both changes and invokes functions in"
            f" {_narrowest(pair).scope}, so nobody else need see what it runs there.",
            "Let another group invoke them: `Allow group <invokers> to use fn-invocation in"
            " compartment id <compartment-ocid> where target.function.id = '<function-ocid>'`.",
            contributions(pair, view),
        )


def _pair(new: Holding, view: View) -> list[Holding]:
    """The holding that changes and the one that invokes, of which one is new; rather with another."""
    manages, invokes = bool(new.permissions & _MANAGING), INVOKE in new.permissions
    for held in view:
        invoker = held.first_meeting(INVOKING, new) if manages else None
        manager = held.first_meeting(CHANGING, new) if invokes else None
        if invoker is not None and (manager is None or invoker.number <= manager.number):
            return [new, invoker.thing]
        if manager is not None:
            return [manager.thing, new]
    return [new, new] if manages and invokes else []


# --- routes --------------------------------------------------------------------------------------------


def _walks(route: Route, new: Holding, view: View) -> list[Holding]:
    """The holdings, `new` among them, that make a route together with the right it begins at. One alone does
    where its statement is not refused anyway."""
    supplies = any(permission in new.permissions for permission in route.needs)
    begins = _has(new, route.of)
    if not supplies and not begins:
        return []
    if begins:
        parts = _parts(route, new, new, view)
        if parts and not (new.refused and all(part is new for part in parts)):
            return parts
    if supplies:
        near = new.scope if route.in_place else None
        start = first(view, route.of, lambda one: one is not new, near)
        if start is not None:
            return _parts(route, start, new, view)
    return []


def _has(holding: Holding, feature: str) -> bool:
    if feature == REACH:
        return bool(holding.permissions & FUNCTIONS_REACH)
    return bool(holding.tags) and feature in set(features(holding))


def _parts(route: Route, start: Holding, new: Holding, view: View) -> list[Holding]:
    """The holding a route begins at, and one that supplies each need, rather another, the new one before all;
    empty where one is missing."""
    near = start.scope if route.in_place else None
    parts = [start]
    for need in route.needs:
        if new is not start and need in new.permissions:
            parts.append(new)
            continue
        other = first(view, need, lambda one: one is not start, near)
        if other is None and need not in start.permissions:
            return []
        parts.append(other or start)
    return parts


def first(
    view: View, feature: str, fits: Callable[[Holding], bool], near: Scope | None = None
) -> Holding | None:
    """The first holding of a principal that has a feature and fits."""
    for held in view:
        entry = held.first(feature, fits, near)
        if entry is not None:
            return entry.thing
    return None


def contributions(parts: Iterable[Holding], view: View) -> tuple[Contribution, ...]:
    """The statements of the parts, each once, in the order they were added."""
    found = {part.contribution for part in parts}
    places = (
        {one: (tier, held.numbers[one]) for one in found if one in held.numbers}
        for tier, held in reversed(tuple(enumerate(view)))
    )
    order = {one: place for some in places for one, place in some.items()}
    return tuple(sorted(found, key=order.__getitem__))
