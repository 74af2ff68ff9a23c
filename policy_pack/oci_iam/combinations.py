"""Finds what several statements add up to, when each of them is allowed alone.

Looks at sets only: a finding here never changes the verdict of one statement (``judge``). What is asked::

    family-use-in-pieces      separate grants that together say `use functions-family`
    family-manage-in-pieces   separate grants that together say `manage functions-family`
    manage-and-invoke         one subject both changes and invokes functions of one place
    escalation-policies       function rights beside the right to write policies
    escalation-dynamic-groups ... beside the right to rewrite a dynamic group's matching rule
    escalation-groups         ... beside the rights to put a user into a group
    escalation-credentials    ... beside the rights to add an API key to another user
    escalation-image-push     ... beside the right to push images functions run from
    escalation-joins-dynamic-group   a created function would join a dynamic group by lying in its compartment

It knows a subject by how statements name it. That two groups share a member is seen nowhere here, and a group
named once by name and once by OCID is one only where a directory says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from oci_iam._harmless import harmless_reading
from oci_iam._normal_form import PRINCIPAL_VARIABLES, TARGET_VARIABLES
from oci_iam._routes import ROUTE_NEEDS, ROUTES, Route
from oci_iam._scope import Scope, contains, overlap, scope_of
from oci_iam.catalogue.permissions import FUNCTIONS_REACH, permissions_of
from oci_iam.conditions import must
from oci_iam.directory import Directory, DynamicGroup, full_name
from oci_iam.judge import judge, names_functions
from oci_iam.matching_rule import MatchingRule, matches, parse_matching_rule
from oci_iam.policy import Aliases, Policy, aliases_of, read
from oci_iam.request import Principal
from oci_iam.statement import Member, Statement, Unparsable
from oci_iam.verdict import Context

__all__ = ["Combinations", "Contribution", "SetFinding", "find_combinations"]

_INVOKE = "FN_INVOCATION"
_CREATE = "FN_FUNCTION_CREATE"
_MANAGING = FUNCTIONS_REACH - {_INVOKE}
_USE_FAMILY = permissions_of("use", "functions-family")
_MANAGE_FAMILY = permissions_of("manage", "functions-family")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One statement (or matching rule) that is part of a finding, with the name of where it stands."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class SetFinding:
    """What several statements add up to: a kebab-case ``code``, whom it concerns, one sentence, what to write
    instead, and the statements, those first that stood before."""

    code: str
    subject: str
    message: str
    remediation: str
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class _Holding:
    """What one statement gives one subject; ``everyone``: to no one in particular. ``confined``: to functions
    or applications it names, ``targets`` being those every way of meeting the condition has in common;
    ``refused``: by a verdict of its own."""

    subject: str
    everyone: bool
    permissions: frozenset[str]
    scope: Scope
    confined: bool
    targets: Mapping[str, frozenset[str]]
    contribution: Contribution
    refused: bool


_OF_INTEREST = ROUTE_NEEDS | _MANAGE_FAMILY


class Combinations:
    """What the policies seen so far add up to. ``add`` answers with what the new policy completes.

    A policy changes nothing for those before it, so adding costs no more than comparing the new statements
    with the ones of the same subjects. Not safe for several threads at once: whoever shares it holds a lock.
    """

    def __init__(self, directory: Directory | None = None) -> None:
        self._directory = directory
        self._held: dict[str, list[_Holding]] = {}
        self._everyones: list[_Holding] = []
        self._dynamic_groups: list[DynamicGroup] = []
        self._seen: set[tuple[str, tuple[Contribution, ...]]] = set()
        for group in directory.dynamic_groups.values() if directory else ():
            self.add_dynamic_group(group)

    def add(self, policy: Policy) -> tuple[SetFinding, ...]:
        """Takes a policy in, and returns the findings that need at least one of its statements."""
        return self._unseen(
            finding
            for holding in _holdings(policy, self._directory)
            for finding in self._completed_by(self._kept(holding))
        )

    def add_dynamic_group(self, group: DynamicGroup) -> tuple[SetFinding, ...]:
        """Takes a dynamic group in, and returns whose new functions would be members of it."""
        self._dynamic_groups.append(group)
        everybody = (holding for held in (*self._held.values(), self._everyones) for holding in held)
        return self._unseen(finding for holding in everybody for finding in self._joins(holding, (group,)))

    def _kept(self, holding: _Holding) -> _Holding:
        held = self._everyones if holding.everyone else self._held.setdefault(holding.subject, [])
        held.append(holding)
        return holding

    def _completed_by(self, new: _Holding) -> Iterator[SetFinding]:
        yield from self._joins(new, self._dynamic_groups)
        if not new.permissions & _OF_INTEREST:
            return
        subjects = [new.subject] if not new.everyone else [new.subject, *self._held]
        everyones = [
            one
            for one in self._everyones
            if (one.permissions | new.permissions) & ROUTE_NEEDS or self._is_near(one, new)
        ]
        told: set[str] = set()  # what everybody gets is said once, not once for each subject there is
        for subject in subjects:
            own = [] if subject == new.subject and new.everyone else self._held[subject]
            for finding in _completed(subject, new, [*own, *everyones], self._directory):
                if finding.code not in told:
                    told.add(finding.code)
                    yield finding

    def _is_near(self, one: _Holding, new: _Holding) -> bool:
        return overlap(one.scope, new.scope, self._directory)

    def _joins(self, holding: _Holding, groups: Iterable[DynamicGroup]) -> Iterator[SetFinding]:
        if _CREATE not in holding.permissions:
            return
        for group in groups:
            if _would_join(group, holding.scope, self._directory):
                yield SetFinding(
                    "escalation-joins-dynamic-group",
                    holding.subject,
                    f"{holding.subject} can create a function in {holding.scope} that is at once a member of "
                    f"dynamic group {group.name} and holds all its rights.",
                    "Name the functions in the matching rule: "
                    "`ALL {resource.type = 'fnfunc', resource.id = '<function-ocid>'}`.",
                    (
                        holding.contribution,
                        Contribution(f"dynamic group '{group.name}'", group.matching_rule),
                    ),
                )

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
    return tuple(found)


# --- reading ---------------------------------------------------------------------------------------------


def _holdings(policy: Policy, directory: Directory | None) -> Iterator[_Holding]:
    """What a policy's statements give to whom. What cannot be read gives nothing here: it is refused alone,
    or else read as widely as can be."""
    aliases = aliases_of(tuple(policy.statements))
    tenancy_id = directory.tenancy_id if directory else None
    context = Context(tenancy_id, aliases.names)
    for text in policy.statements:
        statement = read(text)
        if isinstance(statement, Unparsable):
            statement = harmless_reading(statement) or statement
        if isinstance(statement, Statement) and statement.kind in ("allow", "admit"):
            yield from _of_statement(statement, policy, aliases, context, directory)


def _of_statement(
    statement: Statement,
    policy: Policy,
    aliases: Aliases,
    context: Context,
    directory: Directory | None,
) -> Iterator[_Holding]:
    certain = must(statement.condition)
    targets = {name: values for name, values in certain.items() if name in TARGET_VARIABLES}
    verdict = judge(statement, context)
    permissions = verdict.permissions
    if targets:  # a request about anything but functions carries none of these variables
        permissions &= _MANAGE_FAMILY
    reaches = bool(permissions & FUNCTIONS_REACH)  # of what reaches nothing, every way names its functions
    confined = bool(targets) or (reaches and statement.condition is not None and names_functions(statement))
    if not permissions:
        return
    scope = scope_of(statement.location, policy.compartment_id, aliases.places, directory)
    contribution = Contribution(policy.name, statement.source)
    for member in statement.subject.members:
        subject, everyone = _subject(member, statement.subject.tenancy, certain, aliases, directory)
        yield _Holding(
            subject, everyone, permissions, scope, confined, targets, contribution, verdict.refused
        )


def _subject(
    member: Member,
    tenancy: str | None,
    certain: Mapping[str, frozenset[str]],
    aliases: Aliases,
    directory: Directory | None,
) -> tuple[str, bool]:
    """A name for who is meant, the same for the same principals; and whether it is no one in particular."""
    of_tenancy = f" of tenancy {tenancy.casefold()}" if tenancy else ""
    if member.kind in ("any-user", "any-group"):
        who = [
            f"{name.removeprefix('request.')} {'|'.join(sorted(value.casefold() for value in certain[name]))}"
            for name in PRINCIPAL_VARIABLES
            if name in certain
        ]
        return f"{member.kind}{of_tenancy}" + (
            f" with {', '.join(who)}" if who else ""
        ), not who and not tenancy
    ocid = member.id or aliases.group(member)
    if ocid is not None:
        return f"{member.kind} {_name_of(ocid, directory) or 'id ' + ocid.casefold()}{of_tenancy}", False
    if member.kind == "service":
        return f"service {(member.name or '').casefold()}{of_tenancy}", False
    return f"{member.kind} {full_name(member.domain, member.name or '')}{of_tenancy}", False


def _name_of(ocid: str, directory: Directory | None) -> str | None:
    if directory is None:
        return None
    group = directory.groups.get(ocid) or directory.dynamic_groups.get(ocid)
    return None if group is None else full_name(group.domain, group.name)


# --- adding up -------------------------------------------------------------------------------------------


def _completed(
    subject: str, new: _Holding, held: list[_Holding], directory: Directory | None
) -> Iterator[SetFinding]:
    """What `new`, which is among `held`, completes for a subject."""
    if new.permissions & _MANAGE_FAMILY:
        near = [
            one
            for one in held
            if one.permissions & _MANAGE_FAMILY and overlap(one.scope, new.scope, directory)
        ]
        yield from _family(subject, new, near, directory)
        yield from _manages_and_invokes(subject, new, near, directory)
    for route in ROUTES:
        parts = _escalates(route, new, held, directory)
        if parts is not None:
            message = f"{subject} has rights on functions and {route.message}."
            yield SetFinding(route.code, subject, message, route.remediation, _contributions(parts, held))


def _family(
    subject: str, new: _Holding, near: list[_Holding], directory: Directory | None
) -> Iterator[SetFinding]:
    """Grants without a target that together hold all of what `manage` (or else `use`) of the family holds."""
    if new.confined:
        return
    loose = [holding for holding in near if not holding.confined]
    for verb, whole in (("manage", _MANAGE_FAMILY), ("use", _USE_FAMILY)):
        parts = _pieces(whole, new, loose, directory)
        if parts is not None:
            yield SetFinding(
                f"family-{verb}-in-pieces",
                subject,
                f"{subject} holds in separate grants what `{verb} functions-family` grants at once in"
                f" {_narrowest(parts).scope}.",
                "Name the function where invocation is granted: `… to use fn-invocation in compartment id "
                "<compartment-ocid> where target.function.id = '<function-ocid>'`.",
                _contributions(parts, near),
            )
            return


def _pieces(
    whole: frozenset[str], new: _Holding, loose: list[_Holding], directory: Directory | None
) -> list[_Holding] | None:
    """The fewest-first holdings, `new` among them, that cover the whole in one place; None if none do."""
    others = [piece for piece in loose if piece is not new and not whole <= piece.permissions]
    if whole <= new.permissions or not whole <= new.permissions | _union(others):
        return None
    for place in dict.fromkeys(piece.scope for piece in (new, *others)):
        if contains(new.scope, place, directory) is False:
            continue
        around = [piece for piece in others if contains(piece.scope, place, directory) is not False]
        before = _union(around)
        if whole <= before | new.permissions and not whole <= before:
            return _cover(whole, new, around)
    return None


def _union(holdings: Iterable[_Holding]) -> frozenset[str]:
    return frozenset(permission for holding in holdings for permission in holding.permissions)


def _cover(whole: frozenset[str], new: _Holding, others: list[_Holding]) -> list[_Holding]:
    """The new holding, and of the others, largest first, those that add something of the whole."""
    parts = [new]
    missing = whole - new.permissions
    for piece in sorted(others, key=lambda piece: -len(piece.permissions & whole)):
        if missing & piece.permissions:
            parts.append(piece)
            missing -= piece.permissions
    return parts


def _narrowest(parts: list[_Holding]) -> _Holding:
    return max(parts, key=lambda part: (bool(part.scope.id or part.scope.path), len(part.scope.path)))


def _manages_and_invokes(
    subject: str, new: _Holding, near: list[_Holding], directory: Directory | None
) -> Iterator[SetFinding]:
    for other in (*(holding for holding in near if holding is not new), new):
        for manager, caller in ((new, other), (other, new)):
            can = manager.permissions & _MANAGING and _INVOKE in caller.permissions
            if can and _meet(manager, caller, directory):
                yield SetFinding(
                    "manage-and-invoke",
                    subject,
                    f"{subject} both changes and invokes functions in"
                    f" {_narrowest([manager, caller]).scope}, so nobody else need see what it runs there.",
                    "Let another group invoke them: `Allow group <invokers> to use fn-invocation in"
                    " compartment id <compartment-ocid> where target.function.id = '<function-ocid>'`.",
                    _contributions([manager, caller], near),
                )
                return


def _escalates(
    route: Route, new: _Holding, held: list[_Holding], directory: Directory | None
) -> list[_Holding] | None:
    """The holdings, `new` among them, that make a route together with a right over functions. One alone does
    where its statement is not refused anyway."""
    supplies = any(permission in new.permissions for permission in route.needs)
    if not supplies and not new.permissions & FUNCTIONS_REACH:
        return None
    ordered = [new, *(holding for holding in held if holding is not new)]
    suppliers = [[one for one in ordered if permission in one.permissions] for permission in route.needs]
    if not all(suppliers):
        return None
    for granted in ordered if supplies else [new]:
        if granted.permissions & FUNCTIONS_REACH:
            parts = _parts(granted, suppliers, route.in_place, directory)
            alone = all(part is granted for part in parts)
            if any(part is new for part in parts) and not (alone and granted.refused):
                return parts
    return None


def _parts(
    granted: _Holding, suppliers: list[list[_Holding]], in_place: bool, directory: Directory | None
) -> list[_Holding]:
    """The holding of functions rights, and one that supplies each need, rather another, and the first of
    those; empty where one is missing."""
    parts = [granted]
    for some in suppliers:
        fitting = [one for one in some if not in_place or overlap(one.scope, granted.scope, directory)]
        if not fitting:
            return []
        parts.append(next((one for one in fitting if one is not granted), granted))
    return parts


def _meet(one: _Holding, other: _Holding, directory: Directory | None) -> bool:
    """Whether two holdings may concern one function: by place, and by the targets they name."""
    if not overlap(one.scope, other.scope, directory):
        return False
    mine, theirs = one.targets, other.targets
    return all(mine[name] & theirs[name] for name in mine.keys() & theirs.keys())


def _contributions(parts: Iterable[_Holding], held: Iterable[_Holding]) -> tuple[Contribution, ...]:
    """The statements of the parts, each once, in the order they were added."""
    wanted = {part.contribution for part in parts}
    return tuple(dict.fromkeys(one.contribution for one in held if one.contribution in wanted))


_COMPARTMENT = re.compile(r"ocid1\.compartment\.[a-z0-9._-]+", re.IGNORECASE)
_SOMEWHERE = "ocid1.compartment.oc1..anywhere"


def _would_join(group: DynamicGroup, scope: Scope, directory: Directory | None) -> bool:
    """Whether a function not yet made, in some compartment of the scope, would match the group's rule."""
    rule = parse_matching_rule(group.matching_rule)
    if not isinstance(rule, MatchingRule):
        return False
    places = [*_COMPARTMENT.findall(group.matching_rule), scope.id or _SOMEWHERE]
    return any(
        matches(rule, Principal("fnfunc", "ocid1.fnfunc.oc1..notyetmade", place))
        for place in places
        if contains(scope, Scope(place), directory) is not False
    )
