"""Lists the access a set of policies gives that another set, the one before, did not.

Sound, not exact: no new access is ever left out, but something may be listed that another statement allowed
before in a way this comparison does not see. Not listed are reordering, reformatting and equivalent writing:
case, spacing, quoting, comments, lists split or joined, functions-family or its members, conditions in
another order, and a grant that became narrower.

Both sets are cut into atoms (one principal, one power, one place, one condition), and each atom after has to
be covered by one atom before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from oci_iam._rendering import render_condition
from oci_iam._scope import Scope, contains, scope_of
from oci_iam.catalogue.permissions import FAMILIES, FUNCTIONS_TYPES, VERBS, permissions_of
from oci_iam.directory import Directory, full_name
from oci_iam.policy import Aliases, Policy, aliases_of, read
from oci_iam.statement import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FunctionCall,
    Member,
    Statement,
    Text,
    Unparsable,
    Value,
)

__all__ = ["NewAccess", "compare"]

_ALL = "all-resources"
_UNREADABLE = "(a statement that cannot be read)"


@dataclass(frozen=True, slots=True)
class NewAccess:
    """One thing somebody may do now: who, what (a permission, or a verb with a resource-type), where, on what
    condition (empty for none), and the statement that says so, with the policy's name.

    ``lifted`` marks a denial that is gone or narrower; its statement is the one before.
    """

    subject: str
    permission: str
    scope: str
    condition: str
    statement: str
    source: str = ""
    lifted: bool = False

    def __str__(self) -> str:
        """The sentence of a report."""
        where = f" where {self.condition}" if self.condition else ""
        may = "is no longer denied" if self.lifted else "gains"
        return f"{self.subject} {may} {self.permission} in {self.scope}{where}: {self.statement}"


def compare(
    before: Iterable[Policy | str], after: Iterable[Policy | str], directory: Directory | None = None
) -> tuple[NewAccess, ...]:
    """Everything `after` allows that no statement of `before` did, in the order of `after`.

    Plain statements are taken as those of one policy. A statement that cannot be read is new unless the same
    text stood before. A denial that is gone, or covers less, is listed too: whether it took effect is not
    known here.
    """
    old, new = _Side.read(before, directory), _Side.read(after, directory)
    gained = [
        _told(atom, source)
        for atom, source in new.allows
        if not any(_covers(known, atom, directory) for known, _ in old.allows)
    ]
    lifted = [
        _told(atom, source, lifted=True)
        for atom, source in old.denies
        if not any(_covers(known, atom, directory, denial=True) for known, _ in new.denies)
    ]
    unread = [
        NewAccess("(unknown)", _UNREADABLE, "(unknown)", "", text, source)
        for text, source in new.unread
        if text not in {known for known, _ in old.unread}
    ]
    forgotten = [
        NewAccess("(unknown)", _UNREADABLE, "(unknown)", "", text, source, lifted=True)
        for text, source in old.unread
        if text.lower().startswith("deny") and text not in {known for known, _ in new.unread}
    ]
    return tuple(dict.fromkeys((*gained, *unread, *lifted, *forgotten)))


# --- atoms -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Power:
    """A permission; or, where the model does not know all permissions of a type, a verb on it."""

    permission: str = ""
    verb: str = ""
    resource: str = ""

    def __str__(self) -> str:
        return self.permission or f"{self.verb} {self.resource}"


@dataclass(frozen=True, slots=True)
class _Atom:
    """One principal, one power, one place, one condition. ``crossing`` keeps kinds of statements
    apart; ``reach`` is the compartment the policy is attached to, beyond which it grants nothing (empty: the
    root)."""

    crossing: str
    subject: str
    power: _Power
    scope: Scope
    reach: str
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class _Source:
    """Where an atom was read."""

    statement: str
    policy: str


@dataclass(frozen=True, slots=True)
class _Side:
    """All atoms of one set, with the statements that could not be read."""

    allows: tuple[tuple[_Atom, _Source], ...]
    denies: tuple[tuple[_Atom, _Source], ...]
    unread: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, policies: Iterable[Policy | str], directory: Directory | None) -> _Side:
        allows: list[tuple[_Atom, _Source]] = []
        denies: list[tuple[_Atom, _Source]] = []
        unread: list[tuple[str, str]] = []
        for policy in _policies(policies):
            aliases = aliases_of(tuple(policy.statements))
            for text in policy.statements:
                statement = read(text)
                if isinstance(statement, Unparsable):
                    unread.append((" ".join(text.split()), policy.name))
                    continue
                source = _Source(" ".join(text.split()), policy.name)
                atoms = denies if statement.kind == "deny" else allows
                atoms += [(atom, source) for atom in _atoms(statement, policy, aliases, directory)]
        return cls(tuple(dict.fromkeys(allows)), tuple(dict.fromkeys(denies)), tuple(unread))


def _policies(given: Iterable[Policy | str]) -> list[Policy]:
    everything = tuple(given)
    loose = tuple(one for one in everything if isinstance(one, str))
    policies = [one for one in everything if isinstance(one, Policy)]
    return [Policy("", loose), *policies] if loose else policies


def _atoms(
    statement: Statement, policy: Policy, aliases: Aliases, directory: Directory | None
) -> Iterator[_Atom]:
    scope = scope_of(statement.location, policy.compartment_id, aliases.places, directory)
    condition = None if statement.condition is None else _normal(statement.condition)
    crossing = statement.kind if statement.kind != "deny" else f"deny {statement.denied}"
    powers = tuple(_powers(statement, policy, aliases))
    reach = "" if policy.compartment_id.startswith("ocid1.tenancy.") else policy.compartment_id
    for member in statement.subject.members:
        subject = _subject(member, statement.subject.tenancy, aliases, directory)
        for power in powers:
            yield _Atom(crossing, subject, power, scope, reach, condition)


def _powers(statement: Statement, policy: Policy, aliases: Aliases) -> Iterator[_Power]:
    if statement.permissions:
        yield from (_Power(permission=name) for name in statement.permissions)
    elif statement.verb is not None and statement.resource is not None:
        if statement.kind == "deny" or statement.verb not in VERBS:
            beside = (
                statement.partner and f"{statement.partner.resource} in {_beside(statement, policy, aliases)}"
            )
            yield _Power(
                verb=statement.verb, resource=statement.resource + (f" with {beside}" if beside else "")
            )
        elif statement.resource in FUNCTIONS_TYPES - {
            _ALL
        }:  # these rows are complete, so a family is its members
            yield from (
                _Power(permission=name) for name in sorted(permissions_of(statement.verb, statement.resource))
            )
        else:
            yield _Power(verb=statement.verb, resource=statement.resource)


def _beside(statement: Statement, policy: Policy, aliases: Aliases) -> str:
    if statement.partner is None:
        return ""
    return str(scope_of(statement.partner.location, policy.compartment_id, aliases.places))


def _subject(member: Member, tenancy: str | None, aliases: Aliases, directory: Directory | None) -> str:
    of_tenancy = (
        f" of tenancy {aliases.places.get(tenancy.casefold(), tenancy.casefold())}" if tenancy else ""
    )
    ocid = member.id
    if ocid is None and member.domain is None and member.name and member.kind in ("group", "dynamic-group"):
        ocid = aliases.groups.get(member.name.casefold())
    if ocid is not None:
        known = (directory.groups.get(ocid) or directory.dynamic_groups.get(ocid)) if directory else None
        name = full_name(known.domain, known.name) if known else f"id {ocid}"
    elif member.name is None:
        name = ""
    elif member.kind in ("group", "dynamic-group"):
        name = full_name(member.domain, member.name)
    else:
        name = member.name.casefold() if member.kind == "service" else member.name
    return f"{member.kind} {name}".rstrip() + of_tenancy


# --- conditions ------------------------------------------------------------------------------------------


def _normal(condition: Condition) -> Condition:
    """The condition with its values folded, blocks of one kind joined, and everything in one order."""
    if isinstance(condition, AllOf | AnyOf):
        kind = type(condition)
        parts: list[Condition] = []
        for part in map(_normal, condition.conditions):
            parts += part.conditions if isinstance(part, kind) else (part,)
        if kind is AnyOf:
            parts = _joined(parts)
        ordered = tuple(sorted(dict.fromkeys(parts), key=repr))
        return ordered[0] if len(ordered) == 1 else kind(ordered)
    if isinstance(condition, Comparison):
        op = {"in": "=", "not in": "!="}.get(condition.op, condition.op)
        values = tuple(_folded(value) for value in condition.values)
        if op in ("=", "!="):
            values = tuple(sorted(dict.fromkeys(values), key=repr))
        return Comparison(condition.variable, op, values)  # type: ignore[arg-type]
    if isinstance(condition, FunctionCall):
        return FunctionCall(
            condition.name,
            tuple(tuple(_folded(value) for value in argument) for argument in condition.arguments),
        )
    return condition


def _joined(parts: list[Condition]) -> list[Condition]:
    """Branches that only differ in the value of one variable, as one."""
    values: dict[str, tuple[Value, ...]] = {}
    rest: list[Condition] = []
    for part in parts:
        if isinstance(part, Comparison) and part.op == "=":
            values[part.variable] = (*values.get(part.variable, ()), *part.values)
        else:
            rest.append(part)
    equalities = (
        Comparison(name, "=", tuple(sorted(dict.fromkeys(found), key=repr))) for name, found in values.items()
    )
    return [*rest, *equalities]


def _folded(value: Value) -> Value:
    return Text(value.text.casefold()) if isinstance(value, Text) else value


def _implies(narrow: Condition | None, wide: Condition | None) -> bool:
    """Whether the wide condition certainly holds when the narrow one does. Both are normal."""
    if wide is None or narrow == wide:
        return True
    if narrow is None:
        return False
    if isinstance(wide, AllOf):
        return all(_implies(narrow, part) for part in wide.conditions)
    if isinstance(narrow, AnyOf):
        return all(_implies(part, wide) for part in narrow.conditions)
    if isinstance(narrow, AllOf) and any(_implies(part, wide) for part in narrow.conditions):
        return True
    if isinstance(wide, AnyOf):
        return any(_implies(narrow, part) for part in wide.conditions)
    if isinstance(narrow, Comparison) and isinstance(wide, Comparison):
        same = narrow.variable == wide.variable and narrow.op == wide.op
        if same and narrow.op == "=":
            return set(narrow.values) <= set(wide.values)
        return same and narrow.op == "!=" and set(narrow.values) >= set(wide.values)
    return False


# --- covering --------------------------------------------------------------------------------------------


def _covers(known: _Atom, atom: _Atom, directory: Directory | None, *, denial: bool = False) -> bool:
    """Whether everything the atom says was said by the known one."""
    return (
        known.crossing == atom.crossing
        and _subject_covers(known.subject, atom.subject)
        and _power_covers(known.power, atom.power, denial=denial)
        and contains(known.scope, atom.scope, directory) is True
        and _reaches(known.reach, atom, directory)
        and _implies(atom.condition, known.condition)
    )


def _reaches(reach: str, atom: _Atom, directory: Directory | None) -> bool:
    """Whether a policy attached at ``reach`` can have granted the atom where it applies."""
    if reach in ("", atom.reach):
        return True
    return directory is not None and atom.scope.id is not None and directory.covers(reach, atom.scope.id)


def _subject_covers(known: str, subject: str) -> bool:
    """The same principals, or all of them, of the same tenancy. any-user has services too."""
    if known == subject:
        return True
    who, _, tenancy = known.partition(" of tenancy ")
    kind, _, of_tenancy = subject.partition(" of tenancy ")
    if tenancy != of_tenancy:
        return False
    return who == "any-user" or (who == "any-group" and kind.startswith(("group ", "dynamic-group ")))


def _power_covers(known: _Power, power: _Power, *, denial: bool) -> bool:
    if known == power:
        return True
    if denial or known.permission or known.verb not in VERBS:
        return False
    if power.permission:
        return power.permission in permissions_of(known.verb, known.resource) or (
            known.verb == "manage" and known.resource == _ALL
        )
    if power.verb not in VERBS or VERBS.index(known.verb) < VERBS.index(power.verb):
        return False
    return known.resource in (power.resource, _ALL) or power.resource in FAMILIES.get(known.resource, ())


def _told(atom: _Atom, source: _Source, *, lifted: bool = False) -> NewAccess:
    condition = "" if atom.condition is None else render_condition(atom.condition)
    return NewAccess(
        atom.subject, str(atom.power), str(atom.scope), condition, source.statement, source.policy, lifted
    )
