"""Decides whether one request is allowed by a set of policies, and says by which statement.

A model of what OCI's authorization does with `allow` and, where the tenancy opted in, `deny` statements. It
does not judge whether a grant is too broad (``judge``), and knows one tenancy only: `endorse` and `admit`
cross a border, so here they grant nothing.

How a request is decided::

    every policy ─► every statement ─► yields the permission? ─► covers the compartment?
                                       ─► subject includes the principal? ─► its condition holds?  ─► grants
    a statement that cannot be read grants nothing, and is named in the answer
    one deny that applies outweighs every allow
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from oci_iam.catalogue.permissions import permissions_of
from oci_iam.conditions import holds
from oci_iam.directory import Directory, full_name, known_id
from oci_iam.policy import Aliases, Policy, aliases_of, read
from oci_iam.request import Principal, Request
from oci_iam.statement import AllOf, Condition, Location, Member, Statement, Unparsable

__all__ = [
    "OF_THE_PRINCIPAL",
    "Decision",
    "Trial",
    "blocks_permission",
    "decide",
    "short",
    "variables_of",
    "yields_permission",
]

_LADDER = ("manage", "use", "read", "inspect")
"""Verbs from the strongest down; each holds all that the next one holds."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: ``because`` is one sentence, ``statement`` the text that allowed or denied, if one did.

    Where none did, ``nearest`` is the allow statement that comes nearest, and ``lacks`` says what of the
    request it does not meet. ``policy`` is that of either. These three take no part in equality.
    """

    allowed: bool
    because: str
    statement: str | None = None
    policy: str = field(default="", compare=False)
    nearest: str = field(default="", compare=False)
    lacks: str = field(default="", compare=False)


def decide(request: Request, policies: Iterable[Policy], directory: Directory) -> Decision:
    """Whether the policies allow the request, and the statement that says so.

    Denied is what no statement allows. A statement that cannot be read grants nothing and is named in
    ``because``.
    """
    trial = Trial(request, directory)
    grant: _Attempt | None = None
    nearest: _Attempt | None = None
    unread: list[str] = []
    for policy in policies:
        aliases = aliases_of(tuple(policy.statements))
        for text in policy.statements:
            statement = read(text)
            if isinstance(statement, Unparsable):
                unread.append(f"'{short(text)}' of {policy}")
            elif statement.kind == "deny" and trial.denied_by(statement, policy, aliases):
                return Decision(False, f"'{short(text)}' of {policy} denies {trial.wish}", text, str(policy))
            elif statement.kind == "allow":
                attempt = trial.attempt(statement, policy, aliases)
                if attempt.grants:
                    grant = grant or attempt
                elif nearest is None or attempt.nearness > nearest.nearness:
                    nearest = attempt
    if grant is not None:
        return Decision(True, f"{grant} grants {trial.wish}", grant.statement.source, str(grant.policy))
    return _refusal(trial, nearest, unread)


def _refusal(trial: Trial, nearest: _Attempt | None, unread: list[str]) -> Decision:
    sentence = f"no statement grants {trial.wish}"
    near, policy, lacks = "", "", ""
    if nearest is not None and nearest.nearness > 0:
        near, policy, lacks = nearest.statement.source, str(nearest.policy), trial.shortfall(nearest)
        sentence += f"; the nearest is {nearest}, but {lacks}"
    if unread:
        sentence += f"; not understood, so granting nothing: {', '.join(unread)}"
    return Decision(False, sentence, None, policy, near, lacks)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """How far one allow statement came: what it yields, covers and includes, if its condition holds."""

    statement: Statement
    policy: Policy
    yields: bool
    covers: bool
    speaks_of: bool
    condition_holds: bool

    @property
    def grants(self) -> bool:
        return self.yields and self.covers and self.speaks_of and self.condition_holds

    @property
    def nearness(self) -> int:
        """What of the request is met, the permission above all: a reader looks for the almost-right grant."""
        return (
            8 * self.yields + 4 * self.speaks_of + 2 * self.covers + self.condition_holds
            if self.yields
            else 0
        )

    def __str__(self) -> str:
        return f"'{short(self.statement.source)}' of {self.policy}"


@dataclass(slots=True)
class Trial:
    """One request before one directory, with everything about it that statements ask for."""

    request: Request
    directory: Directory
    variables: Mapping[str, str | frozenset[str]] = field(init=False)
    group_keys: frozenset[str] = field(init=False)
    group_ids: frozenset[str] = field(init=False)
    dynamic_group_keys: frozenset[str] = field(init=False)
    dynamic_group_ids: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        groups = self.directory.groups_of(self.request.principal)
        dynamic_groups = self.directory.dynamic_groups_of(self.request.principal)
        self.group_ids = frozenset(groups)
        self.dynamic_group_ids = frozenset(dynamic_groups)
        self.group_keys = frozenset(full_name(group.domain, group.name) for group in groups.values())
        self.dynamic_group_keys = frozenset(
            full_name(group.domain, group.name) for group in dynamic_groups.values()
        )
        self.variables = variables_of(self.request, self.directory) | {
            name: values
            for name, values in (
                ("request.groups.id", self.group_ids),
                ("request.groups.name", frozenset(group.name for group in groups.values())),
                ("request.dynamicgroup.id", self.dynamic_group_ids),
                ("request.dynamicgroup.name", frozenset(group.name for group in dynamic_groups.values())),
            )
            if values
        }

    @property
    def wish(self) -> str:
        """The request in words: permission, target, place, principal."""
        target = self.request.target.get("target.function.id") or self.request.target.get("target.app.id")
        on = f" on {target}" if target else ""
        place = self.directory.name_of(self.request.compartment_id)
        where = place if place == "tenancy" else f"compartment {place}"
        return f"{self.request.permission}{on} in {where} to {self.request.principal}"

    def attempt(self, statement: Statement, policy: Policy, aliases: Aliases) -> _Attempt:
        """How far one allow statement gets with the request."""
        return _Attempt(
            statement,
            policy,
            yields=yields_permission(statement, self.request.permission.upper()),
            covers=self.covers(statement.location, policy, aliases),
            speaks_of=self.speaks_of(statement, aliases),
            condition_holds=self.condition_holds(statement),
        )

    def denied_by(self, statement: Statement, policy: Policy, aliases: Aliases) -> bool:
        """Whether a deny applies. The default domain's Administrators are exempt (denypolicies.htm)."""
        return (
            self.directory.deny_enabled
            and statement.denied == "allow"
            and full_name(None, "Administrators") not in self.group_keys
            and blocks_permission(statement, self.request.permission.upper())
            and self.covers(statement.location, policy, aliases)
            and self.speaks_of(statement, aliases)
            and self.condition_holds(statement)
        )

    def covers(self, location: Location, policy: Policy, aliases: Aliases) -> bool:
        """Whether the target's compartment lies in the location, seen from where the policy is attached."""
        scope = self._scope(location, policy, aliases)
        return scope is not None and self.directory.covers(scope, self.request.compartment_id)

    def _scope(self, location: Location, policy: Policy, aliases: Aliases) -> str | None:
        """The compartment a location names, or None. A policy reaches no further than its own subtree."""
        scope = self.named(location, policy, aliases)
        if scope is None or not self.directory.covers(policy.compartment_id, scope):
            return None
        return scope

    def named(self, location: Location, policy: Policy, aliases: Aliases) -> str | None:
        """The OCID a location of this tenancy has, or None where the directory knows no such compartment."""
        if location.tenancy is not None or location.kind not in ("tenancy", "compartment"):
            return None
        if location.kind == "tenancy":
            return self.directory.tenancy_id
        if location.id is not None:
            return known_id(location.id, self.directory)
        alias = aliases.places.get(location.path[0].casefold())
        if alias is None:
            return self.directory.at_path(policy.compartment_id, location.path)
        place = known_id(alias, self.directory)
        return self.directory.at_path(place, location.path[1:]) if location.path[1:] else place

    def speaks_of(self, statement: Statement, aliases: Aliases) -> bool:
        """Whether one member of the subject is, or holds, the principal."""
        return any(self._is(member, aliases) for member in statement.subject.members)

    def _is(self, member: Member, aliases: Aliases) -> bool:
        principal = self.request.principal
        match member.kind:
            case "any-user":
                return True
            case "any-group":
                return bool(self.group_ids or self.dynamic_group_ids)
            case "service":
                return principal.is_service and _same(member.name, principal.service)
            case "group":
                return _in_group(member, aliases, self.group_ids, self.group_keys)
            case "dynamic-group":
                return _in_group(member, aliases, self.dynamic_group_ids, self.dynamic_group_keys)
            case _:  # `resource <id>` is Oracle's own and documented nowhere: it is nobody here
                return False

    def condition_holds(self, statement: Statement) -> bool:
        """Whether the where part holds; no where part holds always."""
        return statement.condition is None or holds(statement.condition, self.variables)

    def shortfall(self, attempt: _Attempt) -> str:
        """What keeps an attempt that yields the permission from granting it, in words."""
        if not attempt.speaks_of:
            return "its subject does not include this principal"
        if not attempt.covers:
            return f"it does not cover {self.directory.name_of(self.request.compartment_id)}"
        return f"its condition does not hold: {self._failing(attempt.statement.condition)}"

    def _failing(self, condition: Condition | None) -> str:
        """The first part of a condition that fails, and what the request has in its place."""
        while isinstance(condition, AllOf):
            condition = next(part for part in condition.conditions if not holds(part, self.variables))
        name = getattr(condition, "variable", None)
        if name is None:
            return "none of its alternatives is met"
        value = self.variables.get(name)
        if value is None:
            return f"the request has no {name}"
        return f"{name} is {value if isinstance(value, str) else ', '.join(sorted(value))}"


def variables_of(request: Request, directory: Directory) -> dict[str, str | frozenset[str]]:
    """The variables of a request. What follows from the request itself outweighs what a caller adds."""
    principal = request.principal
    user = principal if principal.is_user else Principal("")
    resource = Principal("") if principal.is_user or principal.is_service else principal
    instance = principal if principal.type.casefold() == "instance" else Principal("")
    known = directory.compartments.get(request.compartment_id)
    derived = {
        "request.permission": request.permission,
        "request.operation": request.operation,
        "request.principal.type": principal.type,
        "request.principal.id": principal.id,
        "request.principal.compartment.id": principal.compartment_id,
        # the API Gateway page writes the gateway's compartment so (apigatewaycreatingpolicies.htm)
        "request.resource.compartment.id": resource.compartment_id,
        "request.instance.id": instance.id,
        "request.instance.compartment.id": instance.compartment_id,
        "request.user.id": user.id,
        "request.user.name": user.name,
        "target.compartment.id": request.compartment_id,
        "target.compartment.name": known.name if known else None,
    }
    given: dict[str, str | frozenset[str]] = {
        name.lower(): value for name, value in {**request.variables, **request.target}.items()
    }
    for name in OF_THE_PRINCIPAL:  # who asks is never a matter of what the caller says
        given.pop(name, None)
    return given | {name: value for name, value in derived.items() if value is not None}


OF_THE_PRINCIPAL = (
    "request.principal.type",
    "request.principal.id",
    "request.principal.compartment.id",
    "request.resource.compartment.id",
    "request.instance.id",
    "request.instance.compartment.id",
    "request.user.id",
    "request.groups.id",
    "request.groups.name",
    "request.dynamicgroup.id",
    "request.dynamicgroup.name",
)
"""Variables that follow from who asks, whatever a caller says."""


def yields_permission(statement: Statement, permission: str) -> bool:
    """Whether a statement's verb and resource-type, or its list, hold the permission."""
    if statement.permissions:
        return permission in statement.permissions
    if statement.verb not in _LADDER or statement.resource is None:
        return False
    if (statement.verb, statement.resource) == ("manage", "all-resources"):
        return True  # also what this model has no row for
    return permission in permissions_of(statement.verb, statement.resource)


def blocks_permission(statement: Statement, permission: str) -> bool:
    """Whether a deny holds the permission. Its verbs read the other way round: `deny manage` takes what
    manage adds to use, `deny inspect` takes all (denypolicies.htm)."""
    if statement.permissions:
        return permission in statement.permissions
    if statement.verb not in _LADDER or statement.resource is None:
        return False
    if (statement.verb, statement.resource) == ("inspect", "all-resources"):
        return True
    weaker = _LADDER[_LADDER.index(statement.verb) + 1 :][:1]
    kept = permissions_of(weaker[0], statement.resource) if weaker else frozenset()
    return permission in permissions_of("manage", statement.resource) - kept


def _in_group(member: Member, aliases: Aliases, ids: frozenset[str], keys: frozenset[str]) -> bool:
    """Whether a member of a subject is one of the groups, by OCID, by an alias of one, or by name."""
    ocid = member.id or aliases.group(member)
    if ocid is not None:
        return ocid in ids or ocid.casefold() in {known.casefold() for known in ids}
    return member.name is not None and full_name(member.domain, member.name) in keys


def _same(left: str | None, right: str | None) -> bool:
    return left is not None and right is not None and left.casefold() == right.casefold()


def short(text: str) -> str:
    """A statement on one line, cut where it gets long."""
    line = " ".join(text.split())
    return line if len(line) <= 240 else f"{line[:237]}..."
