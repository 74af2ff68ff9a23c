"""Makes up requests that a statement allows: who asks for what, where, in which tenancy.

A condition is taken apart into conjunctions of leaves. For each a principal, a place and a value of every
variable are sought, preferring values that stand nowhere in the statement. Each request is tried with
``decide`` before it is given out, so a mistake here loses a request and never invents one. Knows one tenancy,
as ``decide`` does. Does not know which requests a grant should allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from oci_iam.advising.made_up import candidates, fresh_ocid, sample
from oci_iam.catalogue.operations import OPERATIONS
from oci_iam.conditions import holds, leaf_permissions
from oci_iam.decision import decide
from oci_iam.directory import Compartment, Directory, DynamicGroup, Group
from oci_iam.ocid import ocid_type
from oci_iam.policy import Policy
from oci_iam.request import Principal, Request
from oci_iam.statement import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FunctionCall,
    Location,
    Member,
    Presence,
    Statement,
    Variable,
)
from oci_iam.ways.principals import bare

__all__ = ["Witness", "witnesses"]

_MOST_WAYS = 256
"""How many conjunctions of one condition are looked at."""
_ORDER = (
    "FN_INVOCATION",
    "FN_FUNCTION_UPDATE",
    "FN_FUNCTION_CREATE",
    "FN_FUNCTION_DELETE",
    "FN_APP_UPDATE",
    "FN_APP_CREATE",
    "FN_APP_DELETE",
)
"""The permissions in the order in which requests are made up; others follow by name."""
_MOST_PERMISSIONS = 8
_OPERATION = {permission: name for name, permission in reversed(list(OPERATIONS.items()))}
_FUNCTION, _APP = "target.function.id", "target.app.id"
_PLACE, _PLACE_NAME = "target.compartment.id", "target.compartment.name"
_MANY = ("request.groups.id", "request.groups.name", "request.dynamicgroup.id", "request.dynamicgroup.name")
_RESOURCES = ("fnfunc", "instance", "eventrule", "workload")
"""Types of principals tried where a statement leaves the type open."""

Leaf = Comparison | Presence | FunctionCall
Values = dict[str, str | frozenset[str]]


@dataclass(frozen=True, slots=True)
class Witness:
    """A request that one statement allows, with the policy that holds it and the tenancy it is made in."""

    request: Request
    policy: Policy
    directory: Directory


def witnesses(
    statement: Statement, text: str, reach: frozenset[str], tenancy_id: str, *, odd: bool = False
) -> Iterator[Witness]:
    """Requests for a permission of ``reach`` that the statement, written as ``text``, allows.

    The likeliest to be an excess come first: those for what the statement does not name, from whom it does
    not name. ``odd`` ones carry what no page says of such a request: the OCID of what is yet to be made, that
    of a function with a call about an application, a user's compartment.
    """
    policy = Policy(tenancy_id, (text,))
    for leaves in islice(_conjunctions(statement.condition), _MOST_WAYS):
        left = reach
        for leaf in leaves:
            left = leaf_permissions(leaf, left)
        for permission in sorted(left, key=_rank)[:_MOST_PERMISSIONS]:
            for who in _callers(statement, leaves, odd):
                for place in _places(statement.location, tenancy_id):
                    found = _made(leaves, permission, who, place, tenancy_id)
                    if found is not None and decide(found[0], [policy], found[1]).allowed:
                        yield Witness(found[0], policy, found[1])


def _rank(permission: str) -> tuple[int, str]:
    return (_ORDER.index(permission) if permission in _ORDER else len(_ORDER)), permission


# --- conjunctions --------------------------------------------------------------------------------------


def _conjunctions(condition: Condition | None) -> Iterator[tuple[Leaf, ...]]:
    """The sets of leaves that together make the condition hold, loose ones first."""
    if condition is None:
        yield ()
    elif isinstance(condition, AnyOf):
        for part in sorted(condition.conditions, key=_certainty):
            yield from _conjunctions(part)
    elif isinstance(condition, AllOf):
        yield from _all_of(condition.conditions)
    else:
        yield (condition,)


def _all_of(parts: tuple[Condition, ...]) -> Iterator[tuple[Leaf, ...]]:
    if not parts:
        yield ()
        return
    for first in _conjunctions(parts[0]):
        for rest in _all_of(parts[1:]):
            yield (*first, *rest)


def _certainty(condition: Condition) -> int:
    """How much a branch says for certain, roughly."""
    if isinstance(condition, AllOf):
        return sum(map(_certainty, condition.conditions))
    if isinstance(condition, AnyOf):
        return min(map(_certainty, condition.conditions))
    return int(isinstance(condition, Comparison) and condition.op in ("=", "in"))


# --- who -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Caller:
    """A principal's type as written, and the group a statement names it by, if it does."""

    type: str
    member: Member
    odd: bool = False
    """Whether its requests carry what no page says of them; ``decide`` does not mind."""


def _callers(statement: Statement, leaves: tuple[Leaf, ...], odd: bool) -> Iterator[_Caller]:
    """The broadest members first."""
    for member in sorted(statement.subject.members, key=lambda one: not one.kind.startswith("any-")):
        if member.kind == "service":
            yield _Caller("service", member, odd)
        elif member.kind == "group":
            yield _Caller("user", member, odd)
        else:
            not_in = {"dynamic-group": ("user", "service"), "any-group": ("service",)}.get(member.kind, ())
            yield from (_Caller(one, member, odd) for one in _types(leaves) if one not in not_in)


def _types(leaves: tuple[Leaf, ...]) -> list[str]:
    """The types of principals that the leaves leave, those first that they do not name."""
    about = [
        leaf for leaf in leaves if isinstance(leaf, Comparison) and leaf.variable == "request.principal.type"
    ]
    options = dict.fromkeys(
        ["user", *_RESOURCES, *(one for leaf in about for one in candidates(leaf)), "service"]
    )
    return [one for one in options if all(holds(leaf, {leaf.variable: one}) for leaf in about)]


# --- where ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A compartment to make the request in: its OCID, unless any will do, its name, and those above it."""

    id: str | None
    name: str | None
    above: Mapping[str, Compartment]
    parent: str | None


def _places(location: Location, tenancy_id: str) -> Iterator[_Place]:
    if location.kind != "compartment" or (location.id or "").casefold() == tenancy_id.casefold():
        yield _Place(None, None, {}, None)
        yield _Place(tenancy_id, None, {}, None)
        return
    if location.id is not None:
        yield _Place(location.id, None, {}, None)
        yield _Place(None, None, {location.id: Compartment("the-named-one")}, location.id)
        return
    above: dict[str, Compartment] = {}
    parent = None
    for depth, name in enumerate(location.path[:-1]):
        ocid = fresh_ocid("compartment", f"level{depth}")
        above[ocid] = Compartment(name, parent)
        parent = ocid
    last, named = location.path[-1], fresh_ocid("compartment", "named")
    yield _Place(None, last, dict(above), parent)
    yield _Place(None, None, {**above, named: Compartment(last, parent)}, named)


# --- what ----------------------------------------------------------------------------------------------


def _made(
    leaves: tuple[Leaf, ...], permission: str, who: _Caller, place: _Place, tenancy_id: str
) -> tuple[Request, Directory] | None:
    """One request that meets the leaves, and its tenancy; None where no values were found."""
    maker = _Maker(leaves, permission, who, place)
    values = maker.values()
    if values is None:
        return None
    principal = maker.principal(values)
    directory = _directory(values, principal, who, place, tenancy_id)
    given = {name: one for name, one in values.items() if isinstance(one, str) and name not in _DERIVED}
    target = {name: one for name, one in given.items() if name.startswith("target.")}
    others = {name: one for name, one in given.items() if not name.startswith("target.")}
    operation = str(values["request.operation"]) if "request.operation" in values else None
    request = Request(principal, permission, str(values[_PLACE]), operation, target, others)
    return request, directory


_DERIVED = frozenset(
    {
        *_MANY,
        *(_PLACE, _PLACE_NAME),
        *(f"request.{name}" for name in ("permission", "operation", "user.id", "user.name")),
        *(f"request.principal.{name}" for name in ("type", "id", "compartment.id")),
        *(
            f"request.{name}"
            for name in ("resource.compartment.id", "instance.id", "instance.compartment.id")
        ),
    }
)
"""What ``decide`` works out of the principal, the place and the directory."""


class _Maker:
    """Finds a value for each variable of one conjunction."""

    def __init__(self, leaves: tuple[Leaf, ...], permission: str, who: _Caller, place: _Place) -> None:
        self._who = who
        self._permission = permission
        self._place = place
        self._same = _one_slot(who)
        self._leaves = leaves
        self._about: dict[str, list[Leaf]] = {}
        for leaf in leaves:
            for name in _variables(leaf):
                self._about.setdefault(self._same.get(name, name), []).append(leaf)

    def values(self) -> Values | None:
        """Every variable with its value, or None."""
        found: Values = {}
        fixed = {
            "request.permission": [self._permission],
            "request.principal.type": [self._who.type],
            _PLACE: [
                self._place.id or fresh_ocid("compartment", "named" if self._place.name else "elsewhere")
            ],
        }
        needed = dict.fromkeys((*fixed, *self._usual(), *self._about))
        waiting = [name for name in needed if any(map(_compares_variables, self._about.get(name, ())))]
        for name in (*(one for one in needed if one not in waiting), *waiting, *waiting):
            if name in self._absent():
                continue
            options = self._options(name, fixed.get(name), found)
            value = next((one for one in options if self._fits(name, one, found)), None)
            if value is None and name in fixed:
                return None
            found.pop(name, None)
            if value is not None:
                found.update(dict.fromkeys(self._spellings(name), value))
        return found if all(holds(leaf, found) for leaf in self._leaves) else None

    def _usual(self) -> Iterator[str]:
        """What such a request carries beside what the condition asks about."""
        yield "request.operation"
        if self._who.type != "service":
            yield "request.principal.id"
        if self._who.odd or self._who.type not in ("user", "service"):
            yield "request.principal.compartment.id"
        yield from (name for name in (_FUNCTION, _APP) if name not in _not_carried(self._permission))
        if self._who.member.kind in ("group", "any-group") and self._who.type == "user":
            yield from _MANY[:2]
        if self._who.member.kind in ("dynamic-group", "any-group") and self._who.type != "user":
            yield from _MANY[2:]

    def _absent(self) -> frozenset[str]:
        """What no such request carries."""
        return self._not_of_the_principal() | (
            frozenset() if self._who.odd else _not_carried(self._permission)
        )

    def _not_of_the_principal(self) -> frozenset[str]:
        names = {"user": _MANY[2:], "service": _MANY}.get(self._who.type, _MANY[:2])
        user = ("request.user.id", "request.user.name")
        resource = ("request.resource.compartment.id",)
        instance = ("request.instance.id", "request.instance.compartment.id")
        if self._who.type in ("user", "service"):
            without = () if self._who.odd else ("request.principal.compartment.id",)
            others = user if self._who.type == "service" else ()
            return frozenset((*names, *others, *resource, *instance, *without))
        return frozenset((*names, *user, *(() if self._who.type.casefold() == "instance" else instance)))

    def _options(self, name: str, fixed: list[str] | None, found: Values) -> Iterator[str | frozenset[str]]:
        about = self._about.get(name, [])
        if name in _MANY:
            yield self._groups(name, about)
            return
        if fixed is not None:
            yield from fixed
        if name in ("request.permission", "request.principal.type") or (name == _PLACE and self._place.id):
            return
        if name == _PLACE_NAME and self._place.name is not None:
            yield self._place.name
            return
        yield from self._made_up(name)
        for leaf in about:
            kind = self._kind(name)  # what names nothing of its type goes first
            yield from sorted(candidates(leaf), key=lambda value: ocid_type(value) == kind)
            yield from (
                str(found[other]) for other in _variables(leaf) if other in found and other not in _MANY
            )

    def _made_up(self, name: str) -> Iterator[str]:
        """What nothing in a statement is likely to be, or may have to be like."""
        if name == "request.operation" and self._permission in _OPERATION:
            yield _OPERATION[self._permission]
        kind = self._kind(name)
        yield fresh_ocid(kind) if kind else "other"
        patterns = (leaf for leaf in self._about.get(name, ()) if isinstance(leaf, Comparison))
        yield from (one for leaf in patterns for one in sample(leaf, fresh_ocid(kind or "resource")))

    def _kind(self, name: str) -> str:
        """The type of OCID a variable holds, if it holds one."""
        kinds = {
            _FUNCTION: "fnfunc",
            _APP: "fnapp",
            "request.principal.id": bare(self._who.type.casefold()) or "resource",
            "request.principal.compartment.id": "compartment",
        }
        return kinds.get(name, "")

    def _groups(self, name: str, about: list[Leaf]) -> frozenset[str]:
        """The groups a principal has to be in, by OCID or by name."""
        member = self._who.member
        kind = {"request.groups.id": "group", "request.dynamicgroup.id": "dynamicgroup"}.get(name)
        base = (member.id or fresh_ocid(kind)) if kind is not None else (member.name or "Others")
        equal = [leaf for leaf in about if isinstance(leaf, Comparison) and leaf.op in ("=", "in")]
        options = (sorted(candidates(leaf), key=lambda value: ocid_type(value) == kind) for leaf in equal)
        wanted = [one for some in options for one in some[:1]]
        start = {base} if not member.kind.startswith("any-user") or not wanted else set()
        return frozenset({*start, *filter(None, wanted)})

    def _fits(self, name: str, value: str | frozenset[str], found: Values) -> bool:
        known = found | dict.fromkeys(self._spellings(name), value)
        return all(
            holds(leaf, known)
            for leaf in self._about.get(name, ())
            if all(other in known or self._same.get(other, other) == name for other in _variables(leaf))
        )

    def _spellings(self, name: str) -> list[str]:
        return [name, *(alias for alias, slot in self._same.items() if slot == name)]

    def principal(self, values: Values) -> Principal:
        """Who asks, with those values."""
        ocid, place, name = (
            values.get(f"request.{one}") for one in ("principal.id", "principal.compartment.id", "user.name")
        )
        return Principal(
            self._who.type,
            str(ocid) if ocid is not None else None,
            str(place) if place is not None else None,
            self._who.member.name
            if self._who.type == "service" and self._who.member.kind == "service"
            else None,
            str(name) if name is not None else None,
        )


def _not_carried(permission: str) -> frozenset[str]:
    """Of the variables that name a function or application those that a call cannot carry."""
    if permission == "FN_APP_CREATE" or not permission.startswith("FN_"):
        return frozenset({_FUNCTION, _APP})
    return frozenset({_FUNCTION} if permission.startswith("FN_APP") or permission.endswith("CREATE") else ())


def _one_slot(who: _Caller) -> dict[str, str]:
    """Variables that are one thing under several names."""
    same: dict[str, str] = {}
    if who.type == "user":
        same["request.user.id"] = "request.principal.id"
    elif who.type != "service":
        same["request.resource.compartment.id"] = "request.principal.compartment.id"
        if who.type.casefold() == "instance":
            same["request.instance.id"] = "request.principal.id"
            same["request.instance.compartment.id"] = "request.principal.compartment.id"
    return same


def _variables(leaf: Leaf) -> list[str]:
    """The variables a leaf asks for, on both sides."""
    if isinstance(leaf, FunctionCall):
        return [value.name for part in leaf.arguments for value in part if isinstance(value, Variable)]
    right = leaf.values if isinstance(leaf, Comparison) else ()
    return [leaf.variable, *(value.name for value in right if isinstance(value, Variable))]


@lru_cache(maxsize=1024)
def _compares_variables(leaf: Leaf) -> bool:
    return len(_variables(leaf)) > 1


def _directory(
    values: Values, principal: Principal, who: _Caller, place: _Place, tenancy_id: str
) -> Directory:
    """The tenancy in which the values hold: compartments, and the groups the principal is in."""
    compartments = dict(place.above)
    name = values.get(_PLACE_NAME, place.name)
    if str(values[_PLACE]) != tenancy_id:
        compartments[str(values[_PLACE])] = Compartment(str(name) if name else "elsewhere", place.parent)
    ids, names = (values.get(one) for one in (_MANY[:2] if who.type == "user" else _MANY[2:]))
    if who.type == "service" or principal.id is None:
        return Directory(tenancy_id, compartments)
    memberships = _memberships(ids, names, who.member)
    if who.type == "user":
        members = frozenset({principal.id})
        groups = {ocid: Group(name, members, domain) for ocid, (name, domain) in memberships.items()}
        return Directory(tenancy_id, compartments, groups)
    rule = f"ALL {{resource.id = '{principal.id}'}}"
    dynamic = {ocid: DynamicGroup(name, rule, domain) for ocid, (name, domain) in memberships.items()}
    return Directory(tenancy_id, compartments, {}, dynamic)


def _memberships(
    ids: str | frozenset[str] | None, names: str | frozenset[str] | None, member: Member
) -> dict[str, tuple[str, str | None]]:
    """Group OCID -> (name, domain), so that every OCID and every name belongs to one."""
    every_id = sorted(ids) if isinstance(ids, frozenset) else []
    every_name = sorted(names) if isinstance(names, frozenset) else []
    found: dict[str, tuple[str, str | None]] = {}
    for at in range(max(len(every_id), len(every_name))):
        ocid = every_id[at] if at < len(every_id) else fresh_ocid("group", f"g{at}")
        name = every_name[at] if at < len(every_name) else f"Others{at}"
        found[ocid] = (name, member.domain if name == member.name else None)
    return found
