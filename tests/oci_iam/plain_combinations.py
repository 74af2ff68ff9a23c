"""What statements add up to, worked out the plain way: each new holding against every one before it.

A second opinion on ``oci_iam.sets.adding_up``, which looks things up. Its cost grows with the square of the
set and beyond, so it is for small ones. It takes the holdings and the routes as given: only the adding up is
done again. Knows no dynamic groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from oci_iam import Contribution, Directory, Policy
from oci_iam.catalogue.permissions import FUNCTIONS_REACH
from oci_iam.sets.held import WHOLES, features
from oci_iam.sets.holdings import MANAGE_FAMILY, Holding, holdings
from oci_iam.sets.routes import INVOKE, ROUTES, Route
from oci_iam.sets.scope import contains, overlap

Found = tuple[str, frozenset[Contribution]]
"""The code of a finding and its statements."""


def plain_combinations(policies: Iterable[Policy], directory: Directory | None) -> list[set[Found]]:
    """For each policy what it completes. Every holding has one key at most, or is everyone's."""
    held: dict[str, list[Holding]] = {}
    everyones: list[Holding] = []
    seen: set[Found] = set()
    answers = []
    for policy in policies:
        answer = set()
        for new in holdings(policy, directory):
            own = everyones if new.everyone else held.setdefault(new.keys[0], [])
            own.append(new)
            subjects = [own] if not new.everyone else [[], *held.values()]
            told: set[str] = set()
            for some in subjects:
                everything = [*(one for one in some if some is not everyones), *everyones]
                for code, parts in _completed(new, everything, directory):
                    if code not in told:
                        told.add(code)
                        answer.add((code, frozenset(part.contribution for part in parts)))
        answers.append(answer - seen)
        seen |= answer
    return answers


def _completed(
    new: Holding, held: list[Holding], directory: Directory | None
) -> Iterator[tuple[str, list[Holding]]]:
    near = [one for one in held if one.permissions & MANAGE_FAMILY and _overlap(one, new, directory)]
    if new.permissions & MANAGE_FAMILY:
        if not new.confined:
            yield from _family(new, [one for one in near if not one.confined], directory)
        yield from _pair(new, near)
    for route in ROUTES:
        parts = _route(route, new, held, directory)
        if parts:
            yield route.code, parts


def _overlap(one: Holding, other: Holding, directory: Directory | None) -> bool:
    return overlap(one.scope, other.scope, directory)


def _family(
    new: Holding, near: list[Holding], directory: Directory | None
) -> Iterator[tuple[str, list[Holding]]]:
    for verb, whole in WHOLES.items():
        others = [one for one in near if one is not new and not whole <= one.permissions]
        for place in dict.fromkeys(one.scope for one in (new, *others)):
            if whole <= new.permissions or contains(new.scope, place, directory) is False:
                continue
            around = [one for one in others if contains(one.scope, place, directory) is not False]
            before = frozenset[str]().union(*(one.permissions for one in around))
            if whole <= before | new.permissions and not whole <= before:
                missing, parts = whole - new.permissions, [new]
                for piece in sorted(around, key=lambda one: -len(one.permissions & whole)):
                    if missing & piece.permissions:
                        parts.append(piece)
                        missing -= piece.permissions
                yield f"family-{verb}-in-pieces", parts
                return


def _pair(new: Holding, near: list[Holding]) -> Iterator[tuple[str, list[Holding]]]:
    for other in (*(one for one in near if one is not new), new):
        shared = new.targets.keys() & other.targets.keys()
        if not all(new.targets[name] & other.targets[name] for name in shared):
            continue
        for manager, invoker in ((new, other), (other, new)):
            if manager.permissions & (FUNCTIONS_REACH - {INVOKE}) and INVOKE in invoker.permissions:
                yield "manage-and-invoke", [manager, invoker]
                return


def _route(route: Route, new: Holding, held: list[Holding], directory: Directory | None) -> list[Holding]:
    ordered = [new, *(one for one in held if one is not new)]
    for start in ordered:
        if route.of not in set(features(start)):
            continue
        parts = [start]
        for need in route.needs:
            fitting = [
                one
                for one in ordered
                if need in one.permissions and (not route.in_place or _overlap(one, start, directory))
            ]
            parts += [next((one for one in fitting if one is not start), start)] if fitting else []
        alone = all(part is start for part in parts)
        complete = len(parts) > len(route.needs) and any(part is new for part in parts)
        if complete and not (alone and start.refused):
            return parts
    return []
