"""What each statement of a policy gives to whom, in the form in which several of them can be added up.

A principal goes by a key, the same however statements spell it: a group or dynamic group by its name with its
domain (by its OCID where no name is known), ``any-user`` pinned to an OCID by that OCID, one pinned to a type
and a compartment by these. Judges nothing and adds nothing up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from oci_iam.catalogue.permissions import FUNCTIONS_REACH, permissions_of
from oci_iam.conditions import must
from oci_iam.directory import Directory, full_name
from oci_iam.judge import judge, names_functions
from oci_iam.judging.harmless import harmless_reading
from oci_iam.matching_rule import Kind
from oci_iam.ocid import ocid_type
from oci_iam.policy import Aliases, Policy, aliases_of, read
from oci_iam.sets.routes import ACTS
from oci_iam.sets.scope import Scope, scope_of
from oci_iam.sets.set_finding import Contribution
from oci_iam.statement import Comparison, Condition, Member, Presence, Statement, Unparsable, leaves
from oci_iam.verdict import Context
from oci_iam.ways.normal_form import PRINCIPAL_VARIABLES, TARGET_VARIABLES
from oci_iam.ways.principals import bare

__all__ = [
    "MANAGE_FAMILY",
    "Holding",
    "holdings",
    "key_of_group",
    "key_of_principal",
    "keys_of_kind",
    "kinds_of",
    "memberships",
]

MANAGE_FAMILY = permissions_of("manage", "functions-family")


@dataclass(frozen=True, slots=True)
class Holding:
    """What one statement gives one subject.

    ``keys``: the principals that the subject is certain to be, in one spelling for each; none for
    ``everyone``, which is no one in particular. ``permissions`` has what the statement yields, and the acts
    (``sets.routes``) it allows. ``confined``: to functions or applications it names, ``targets`` being those
    every way of meeting the condition has in common. ``certain``: all literals that every way has in common.
    ``tags``: variables of the condition that are about tags. ``refused``: by a verdict of its own.
    """

    subject: str
    keys: tuple[str, ...]
    everyone: bool
    permissions: frozenset[str]
    scope: Scope
    confined: bool
    targets: Mapping[str, frozenset[str]]
    certain: Mapping[str, frozenset[str]]
    tags: frozenset[str]
    contribution: Contribution
    refused: bool

    @property
    def names_target(self) -> bool:
        """Whether the condition confines what is meant to certain things of any kind."""
        return any(name.startswith("target.") for name in self.certain)


def holdings(policy: Policy, directory: Directory | None) -> Iterator[Holding]:
    """What a policy's statements give to whom. What cannot be read gives nothing here: it is refused alone,
    or else read as widely as can be."""
    aliases = aliases_of(tuple(policy.statements))
    context = Context(directory.tenancy_id if directory else None, aliases.names)
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
) -> Iterator[Holding]:
    certain = must(statement.condition)
    targets = {name: values for name, values in certain.items() if name in TARGET_VARIABLES}
    verdict = judge(statement, context)
    permissions = verdict.permissions
    if targets:  # a request about anything but functions carries none of these variables
        permissions &= MANAGE_FAMILY
    else:
        permissions |= {act for act, any_of in ACTS.items() if any_of & permissions}
    reaches = bool(permissions & FUNCTIONS_REACH)  # of what reaches nothing, every way names its functions
    confined = bool(targets) or (reaches and statement.condition is not None and names_functions(statement))
    if not permissions:
        return
    scope = scope_of(statement.location, policy.compartment_id, aliases.places, directory)
    contribution = Contribution(policy.name, statement.source)
    tags = frozenset(_tag_variables(statement.condition))
    for member in statement.subject.members:
        subject, keys, everyone = _subject(member, statement.subject.tenancy, certain, aliases, directory)
        yield Holding(
            subject,
            keys,
            everyone,
            permissions,
            scope,
            confined,
            targets,
            certain,
            tags,
            contribution,
            verdict.refused,
        )


def _tag_variables(condition: Condition | None) -> Iterator[str]:
    for leaf in leaves(condition):
        if isinstance(leaf, Comparison | Presence) and ".tag." in leaf.variable:
            yield leaf.variable


# --- who -----------------------------------------------------------------------------------------------

_IDS = ("request.principal.id", "request.user.id")
_COMPARTMENTS = (
    "request.principal.compartment.id",
    "request.resource.compartment.id",
    "request.instance.compartment.id",
)
_TYPE = "request.principal.type"


def _subject(
    member: Member,
    tenancy: str | None,
    certain: Mapping[str, frozenset[str]],
    aliases: Aliases,
    directory: Directory | None,
) -> tuple[str, tuple[str, ...], bool]:
    """A name for who is meant; the keys of the principals; and whether it is no one in particular."""
    of_tenancy = f" of tenancy {tenancy.casefold()}" if tenancy else ""
    if member.kind in ("any-user", "any-group"):
        who = [
            f"{name.removeprefix('request.')} {'|'.join(sorted(value.casefold() for value in certain[name]))}"
            for name in PRINCIPAL_VARIABLES
            if name in certain
        ]
        if not who:
            subject = f"{member.kind}{of_tenancy}"
            return subject, (subject,) if tenancy else (), not tenancy
        subject = f"{member.kind}{of_tenancy} with {', '.join(who)}"
        pinned = _pinned(certain, directory) or (f"any-user with {', '.join(who)}",)
        return subject, tuple(key + of_tenancy for key in pinned), False
    subject = _named(member, aliases, directory) + of_tenancy
    return subject, (subject,), False


def _named(member: Member, aliases: Aliases, directory: Directory | None) -> str:
    ocid = member.id or aliases.group(member)
    if ocid is not None:
        return key_of_group(member.kind, ocid, directory)
    if member.kind == "service":
        return f"service {(member.name or '').casefold()}"
    return f"{member.kind} {full_name(member.domain, member.name or '')}"


def key_of_group(kind: str, ocid: str, directory: Directory | None) -> str:
    """The key of a group or dynamic group that is named by its OCID."""
    known = directory.named(ocid) if directory is not None else None
    return f"{kind} {full_name(known.domain, known.name) if known else 'id ' + ocid.casefold()}"


def _pinned(certain: Mapping[str, frozenset[str]], directory: Directory | None) -> tuple[str, ...]:
    """The keys of the principals that a condition pins; empty where it pins them in another way."""
    ids = _values(certain, _IDS)
    if ids:
        return tuple(map(key_of_principal, sorted(ids)))
    if "request.groups.id" in certain:
        return tuple(key_of_group("group", one, directory) for one in sorted(certain["request.groups.id"]))
    return tuple(sorted(_classes(certain.get(_TYPE, frozenset()), _values(certain, _COMPARTMENTS))))


def _values(certain: Mapping[str, frozenset[str]], names: Iterable[str]) -> frozenset[str]:
    return next((certain[name] for name in names if name in certain), frozenset())


def key_of_principal(ocid: str) -> str:
    """The key of the one principal of this OCID, in lower case as conditions and rules are read."""
    return f"principal {ocid}"


def _classes(types: Iterable[str], compartments: Iterable[str]) -> Iterator[str]:
    """The keys of all principals of a type that lie in a compartment."""
    for kind, place in product(types, compartments):
        yield f"every {bare(kind)} of compartment {place}"


def memberships(holding: Holding) -> Iterator[tuple[str, str]]:
    """What a condition tells beside who is meant: the key of a principal, and that of a class it is in."""
    ids, places = _values(holding.certain, _IDS), _values(holding.certain, _COMPARTMENTS)
    if ids and places and not holding.everyone:
        for ocid in ids:
            types = holding.certain.get(_TYPE) or frozenset((ocid_type(ocid) or "",))
            for key in _classes(types, places):
                yield key_of_principal(ocid), key


def keys_of_kind(kind: Kind) -> Iterator[str]:
    """The keys of those that a dynamic group's rule takes in, where they have any."""
    if kind.ids:
        yield from map(key_of_principal, kind.ids)
    elif kind.type and kind.compartments and not kind.tags:
        yield from _classes((kind.type,), kind.compartments)


def kinds_of(holding: Holding) -> Iterator[Kind]:
    """The resources that a condition on ``any-user`` lets in; nothing where it is not about resources."""
    ids, places = _values(holding.certain, _IDS), _values(holding.certain, _COMPARTMENTS)
    types = frozenset(bare(kind) for kind in holding.certain.get(_TYPE, ()))
    for kind in types or frozenset(ocid_type(ocid) or "" for ocid in ids):
        yield Kind(kind, ids, places, frozenset())
    if holding.subject in _SERVICES:
        yield Kind(_SERVICES[holding.subject], frozenset(), frozenset(), frozenset())


_SERVICES = {"service cloudevents": "eventrule", "service apigateway": "apigateway"}
"""Services that act for resources of a type ("Overview of Events": rules invoke functions as cloudEvents)."""
