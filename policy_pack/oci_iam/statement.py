"""What one OCI policy statement says, as immutable values.

Holds the tree only: it does not read text (``parse``), judge (``judge``) or decide (``decide``).

Shape of the tree::

    Statement                      one policy statement (or one ``define``)
    ├── subject: Subject           who: members, and for ``admit`` the tenancy they come from
    │   └── Member*                one group, dynamic group, service, any-user, any-group or resource
    ├── verb, resource             ``use`` ``fn-invocation``, lower case  -- or --
    ├── permissions                ``("FN_INVOCATION",)``, upper case: a ``{...}`` list instead
    ├── location: Location         where: tenancy, compartment (by path or id), another tenancy, any-tenancy
    ├── condition: Condition|None  the ``where`` part
    │   ├── AllOf(conditions)      ``all {...}``
    │   ├── AnyOf(conditions)      ``any {...}``
    │   ├── Comparison             ``variable op values``
    │   ├── Presence               ``variable`` / ``not variable`` / ``!variable``
    │   └── FunctionCall           ``sets-equal(variable, ('a', 'b'))``
    ├── partner: Association|None  the ``with <resource> in <location>`` half of ``associate``
    └── definition: Definition|None  only for ``define``

Keywords, verbs, resource-types and variable names are folded to lower case, permissions to upper case
(OCI compares all of them without case). Names, paths and literal values keep the case they were written
in.

``span`` fields are token positions (first, one past the last) for messages; they take no part in equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = [
    "AllOf",
    "AnyOf",
    "Association",
    "Comparison",
    "Condition",
    "Definition",
    "FunctionCall",
    "Leaf",
    "Location",
    "Member",
    "Pattern",
    "Presence",
    "Statement",
    "Subject",
    "Text",
    "Unparsable",
    "Value",
    "Variable",
    "leaves",
]

Kind: TypeAlias = Literal["allow", "deny", "endorse", "admit", "define"]
MemberKind: TypeAlias = Literal["group", "dynamic-group", "service", "any-user", "any-group", "resource"]
LocationKind: TypeAlias = Literal["tenancy", "compartment", "any-tenancy", "none"]
DefinedKind: TypeAlias = Literal["tenancy", "group", "dynamic-group", "compartment"]
Operator: TypeAlias = Literal["=", "!=", "in", "not in", "before", "after", "between"]

Span: TypeAlias = tuple[int, int]
_NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A text that is not one complete policy statement this model understands. It is never treated as
    harmless.

    ``position`` is the offset (in characters, from 0) where reading stopped, ``reason`` one sentence.
    """

    text: str
    position: int
    reason: str


# --- values --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted literal, ``'...'``; moments (``before '2026-01-01T00:00Z'``) are literals too, the
    operator says so.

    A literal holding ``*`` is not one value: OCI documents ``'*'`` as "any value" for tags (Managing
    Access with Tags), so no reading may take it for a name.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """``/hr*/`` (starts with), ``/*hr/`` (ends with), ``/*hr*/`` (contains); ``text`` is what stands
    between the slashes."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable on the right-hand side of a comparison, in lower case. An unquoted word is one as well."""

    name: str


Value: TypeAlias = Text | Pattern | Variable


# --- conditions ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AllOf:
    """``all { ... }``: true when each condition is. Never empty."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``any { ... }``: true when at least one condition is. Never empty."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``variable op values``. ``=``, ``!=``, ``before``, ``after`` have one value, ``between`` two, the
    lists one or more."""

    variable: str
    op: Operator
    values: tuple[Value, ...]
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """True when the request carries the variable (``present``) or when it does not (``!variable``, ``not
    variable``)."""

    variable: str
    present: bool
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """``sets-equal(a, b)``, ``sets-intersect(a, b)``: each argument is a tuple of values, one long unless
    written as a list."""

    name: str
    arguments: tuple[tuple[Value, ...], ...]
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


Leaf: TypeAlias = Comparison | Presence | FunctionCall
Condition: TypeAlias = AllOf | AnyOf | Leaf


def leaves(condition: Condition | None) -> Iterator[Leaf]:
    """What a condition compares, checks and calls, in its order, however its blocks are nested."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.conditions:
            yield from leaves(part)
    elif condition is not None:
        yield condition


# --- the statement -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """One principal of a subject: by ``name`` (with an optional identity ``domain``) or by ``id`` (an
    OCID).

    ``any-user`` and ``any-group`` have neither. ``resource`` keeps its opaque text in ``name``.
    """

    kind: MemberKind
    name: str | None = None
    id: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a statement names; empty only for ``define``.

    ``tenancy`` is the alias after ``of tenancy`` (``admit``), or ``any-tenancy``; None otherwise.
    """

    members: tuple[Member, ...]
    tenancy: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a statement applies.

    ``tenancy`` (``tenancy`` names another tenancy's alias, None means the own one), ``compartment`` by
    ``path`` (names from the policy's compartment downwards, one at least) or by ``id``, optionally ``of
    tenancy`` <alias>; ``any-tenancy``; ``none`` for ``define`` only.
    """

    kind: LocationKind
    path: tuple[str, ...] = ()
    id: str | None = None
    tenancy: str | None = None


@dataclass(frozen=True, slots=True)
class Association:
    """The second half of ``associate X in A with Y in B``: resource-type ``Y`` in location ``B``."""

    resource: str
    location: Location


@dataclass(frozen=True, slots=True)
class Definition:
    """``define <kind> <name> as <id>``."""

    kind: DefinedKind
    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One parsed statement.

    ``kind`` is the effect; ``deny endorse`` and ``deny admit`` are ``deny`` with ``denied`` saying which
    (a plain ``deny`` has ``denied="allow"``, all other kinds None). Either ``verb`` and ``resource`` are
    set, or ``permissions``; neither for ``define``. ``verb`` is one of inspect, read, use, manage, and
    associate across tenancies. ``slips`` lists words OCI's grammar asks for that were left out or
    misspelt without any doubt about the meaning; ``source`` is the text it was read from. Both, like
    spans, take no part in equality.
    """

    kind: Kind
    subject: Subject
    verb: str | None
    resource: str | None
    permissions: tuple[str, ...]
    location: Location
    condition: Condition | None = None
    partner: Association | None = None
    definition: Definition | None = None
    denied: Literal["allow", "endorse", "admit"] | None = None
    source: str = field(default="", compare=False, repr=False)
    slips: tuple[str, ...] = field(default=(), compare=False)
    spans: tuple[Span, Span, Span, Span] = field(
        default=(_NOWHERE, _NOWHERE, _NOWHERE, _NOWHERE), compare=False, repr=False
    )
    """Token spans of subject, verb with resource (or permission list), location, condition."""
