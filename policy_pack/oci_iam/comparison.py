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
from dataclasses import dataclass, field

from oci_iam.catalogue.permissions import FAMILIES, FUNCTIONS_TYPES, VERBS, permissions_of
from oci_iam.catalogue.types import resource_type
from oci_iam.directory import Directory, full_name, known_id
from oci_iam.language.rendering import render_condition
from oci_iam.policy import Aliases, Policy, aliases_of, read
from oci_iam.sets.scope import Scope, enclosing, scope_of
from oci_iam.statement import (
    Condition,
    Member,
    Statement,
    Unparsable,
)
from oci_iam.ways.implication import normal, not_covered

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
    text stood before, in a policy attached to the same compartment with the same aliases. A denial that is
    gone, or covers less, is listed too: whether it took effect is not known here.
    """
    old, new = _policies(before), _policies(after)
    stayed = frozenset(old) & frozenset(new)  # whatever these say, they said and say it
    read = {policy: _Read.of(policy, directory) for policy in dict.fromkeys((*old, *new))}
    allowed = _Index((atom for policy in old for atom in read[policy].allows), directory)
    denied = _Index((atom for policy in new for atom in read[policy].denies), directory, denials=True)
    gained = [
        _told(atom, source, part)
        for policy in new
        if policy not in stayed
        for atom, source in read[policy].allows
        for part in allowed.not_covered(atom)
    ]
    lifted = [
        _told(atom, source, part, lifted=True)
        for policy in old
        if policy not in stayed
        for atom, source in read[policy].denies
        for part in denied.not_covered(atom)
    ]
    unread_before, unread_after = (
        dict.fromkeys(one for policy in policies for one in read[policy].unread) for policies in (old, new)
    )
    unread = [_unread(one) for one in unread_after if one not in unread_before]
    forgotten = [
        _unread(one, lifted=True)
        for one in unread_before
        if one.text.lower().startswith("deny") and one not in unread_after
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
class _Unread:
    """A statement that cannot be read, with all that its meaning may depend on."""

    text: str
    attached: str
    aliases: frozenset[tuple[str, str]]
    policy: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Read:
    """All atoms of one policy, with the statements that could not be read."""

    allows: tuple[tuple[_Atom, _Source], ...]
    denies: tuple[tuple[_Atom, _Source], ...]
    unread: tuple[_Unread, ...]

    @classmethod
    def of(cls, policy: Policy, directory: Directory | None) -> _Read:
        allows: list[tuple[_Atom, _Source]] = []
        denies: list[tuple[_Atom, _Source]] = []
        unread: list[_Unread] = []
        aliases = aliases_of(policy.statements)
        for text in policy.statements:
            statement = read(text)
            if isinstance(statement, Unparsable):
                known = frozenset((name, ocid.casefold()) for name, ocid in aliases.names.items())
                attached = known_id(policy.compartment_id, directory)
                unread.append(_Unread(" ".join(text.split()), attached, known, policy.name))
                continue
            source = _Source(" ".join(text.split()), policy.name)
            atoms = denies if statement.kind == "deny" else allows
            atoms += [(atom, source) for atom in _atoms(statement, policy, aliases, directory)]
        return cls(tuple(allows), tuple(denies), tuple(unread))


def _policies(given: Iterable[Policy | str]) -> list[Policy]:
    everything = tuple(given)
    loose = tuple(one for one in everything if isinstance(one, str))
    policies = [
        Policy(one.compartment_id, tuple(one.statements), one.name)
        for one in everything
        if isinstance(one, Policy)
    ]
    return [Policy("", loose), *policies] if loose else policies


def _atoms(
    statement: Statement, policy: Policy, aliases: Aliases, directory: Directory | None
) -> Iterator[_Atom]:
    scope = scope_of(statement.location, policy.compartment_id, aliases.places, directory)
    condition = None if statement.condition is None else normal(statement.condition)
    crossing = statement.kind if statement.kind != "deny" else f"deny {statement.denied}"
    powers = tuple(_powers(statement, policy, aliases))
    attached = known_id(policy.compartment_id, directory)
    reach = "" if attached.startswith("ocid1.tenancy.") else attached
    for member in statement.subject.members:
        subject = _subject(member, statement.subject.tenancy, aliases, directory)
        for power in powers:
            yield _Atom(crossing, subject, power, scope, reach, condition)


def _powers(statement: Statement, policy: Policy, aliases: Aliases) -> Iterator[_Power]:
    if statement.permissions:
        yield from (_Power(permission=name) for name in statement.permissions)
    elif statement.verb is not None and statement.resource is not None:
        row = resource_type(statement.resource)
        resource = statement.resource if row is None else row.name
        if statement.kind == "deny" or statement.verb not in VERBS:
            beside = (
                statement.partner and f"{statement.partner.resource} in {_beside(statement, policy, aliases)}"
            )
            yield _Power(verb=statement.verb, resource=resource + (f" with {beside}" if beside else ""))
        elif resource in FUNCTIONS_TYPES - {_ALL}:  # these rows are complete, so a family is its members
            yield from (_Power(permission=name) for name in sorted(permissions_of(statement.verb, resource)))
        else:
            yield _Power(verb=statement.verb, resource=resource)


def _beside(statement: Statement, policy: Policy, aliases: Aliases) -> str:
    if statement.partner is None:
        return ""
    return str(scope_of(statement.partner.location, policy.compartment_id, aliases.places))


def _subject(member: Member, tenancy: str | None, aliases: Aliases, directory: Directory | None) -> str:
    of_tenancy = (
        f" of tenancy {aliases.places.get(tenancy.casefold(), tenancy.casefold())}" if tenancy else ""
    )
    ocid = member.id or aliases.group(member)
    if ocid is not None:
        known = directory.named(ocid) if directory is not None else None
        name = full_name(known.domain, known.name) if known else f"id {ocid.casefold()}"
    elif member.name is None:
        name = ""
    elif member.kind in ("group", "dynamic-group"):
        name = full_name(member.domain, member.name)
    else:
        name = member.name.casefold() if member.kind == "service" else member.name
    return f"{member.kind} {name}".rstrip() + of_tenancy


# --- covering --------------------------------------------------------------------------------------------


class _Index:
    """Atoms by what has to be the same, so that each is compared with few others."""

    def __init__(
        self, atoms: Iterable[tuple[_Atom, _Source]], directory: Directory | None, *, denials: bool = False
    ) -> None:
        self._directory = directory
        self._denials = denials
        self._known: set[_Atom] = set()
        self._by_subject: dict[tuple[str, str], dict[_Power, dict[Scope, list[_Atom]]]] = {}
        for atom, _ in atoms:
            if atom not in self._known:
                self._known.add(atom)
                if _reaches_nothing(atom):
                    continue
                powers = self._by_subject.setdefault((atom.crossing, atom.subject), {})
                powers.setdefault(atom.power, {}).setdefault(atom.scope, []).append(atom)

    def not_covered(self, atom: _Atom) -> tuple[Condition | None, ...]:
        """The condition under which the atom says what no known one does; empty where it says nothing new."""
        if atom in self._known:
            return ()
        return not_covered(atom.condition, [known.condition for known in self._around(atom)])

    def _around(self, atom: _Atom) -> Iterator[_Atom]:
        """The known atoms that cover the atom but for its condition."""
        around = tuple(enclosing(atom.scope, self._directory))
        for subject in _subjects_over(atom.subject):
            for power, scopes in self._by_subject.get((atom.crossing, subject), {}).items():
                if _power_covers(power, atom.power, denial=self._denials):
                    for known in (one for scope in around for one in scopes.get(scope, ())):
                        if _reaches(known.reach, atom, self._directory):
                            yield known


def _subjects_over(subject: str) -> Iterator[str]:
    """The same principals, and all of the same tenancy. any-user has services too."""
    kind, of, tenancy = subject.partition(" of tenancy ")
    yield subject
    if kind != "any-user":
        yield f"any-user{of}{tenancy}"
    if kind.startswith(("group ", "dynamic-group ")):
        yield f"any-group{of}{tenancy}"


def _reaches_nothing(atom: _Atom) -> bool:
    """Whether the statement is about the tenancy in a policy of a compartment, which has no say there."""
    scope = atom.scope
    return bool(atom.reach) and not scope.id and not scope.path and scope.tenancy is None


def _reaches(reach: str, atom: _Atom, directory: Directory | None) -> bool:
    """Whether a policy attached at ``reach`` can have granted the atom where it applies."""
    if reach in ("", atom.reach):
        return True
    return directory is not None and atom.scope.id is not None and directory.covers(reach, atom.scope.id)


def _power_covers(known: _Power, power: _Power, *, denial: bool) -> bool:
    if known == power:
        return True
    if known.permission or known.verb not in VERBS:
        return False
    if power.permission:
        return power.permission in (_denied_by(known) if denial else _granted_by(known))
    if power.verb not in VERBS:
        return False
    stronger = VERBS.index(known.verb) - VERBS.index(power.verb)
    if stronger > 0 if denial else stronger < 0:
        return False
    return known.resource in (power.resource, _ALL) or power.resource in FAMILIES.get(known.resource, ())


def _granted_by(known: _Power) -> frozenset[str] | _Everything:
    if known.verb == "manage" and known.resource == _ALL:
        return _EVERYTHING
    return permissions_of(known.verb, known.resource)


def _denied_by(known: _Power) -> frozenset[str] | _Everything:
    """What a deny takes. Its verbs read the other way round: inspect takes all (denypolicies.htm)."""
    if known.verb == "inspect" and known.resource == _ALL:
        return _EVERYTHING
    weaker = VERBS[: VERBS.index(known.verb)][-1:]
    kept = permissions_of(weaker[0], known.resource) if weaker else frozenset()
    return permissions_of("manage", known.resource) - kept


class _Everything:
    """Holds every permission, also those of services the model has no rows for."""

    def __contains__(self, permission: object) -> bool:
        return True


_EVERYTHING = _Everything()


def _told(atom: _Atom, source: _Source, part: Condition | None, *, lifted: bool = False) -> NewAccess:
    condition = "" if part is None else render_condition(part)
    return NewAccess(
        atom.subject, str(atom.power), str(atom.scope), condition, source.statement, source.policy, lifted
    )


def _unread(one: _Unread, *, lifted: bool = False) -> NewAccess:
    return NewAccess("(unknown)", _UNREADABLE, "(unknown)", "", one.text, one.policy, lifted)
