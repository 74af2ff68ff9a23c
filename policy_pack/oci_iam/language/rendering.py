"""Writes a statement in one canonical spelling, such that reading it again gives an equal statement."""

from __future__ import annotations

import re
from collections.abc import Iterable

from oci_iam.statement import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FunctionCall,
    Location,
    Member,
    Pattern,
    Presence,
    Statement,
    Subject,
    Text,
    Value,
)

__all__ = ["render", "render_condition", "render_location", "render_subject"]

_BARE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*").fullmatch
_QUOTABLE = re.compile(r"[^'\\\x00-\x1f\x7f]*").fullmatch
_PATTERN = re.compile(
    r"[A-Za-z0-9_.@:+*& -]+|[A-Za-z0-9_.@:+*&-]{1,64}(?:/[A-Za-z0-9_.@:+*&-]{1,64}){1,7}"
).fullmatch
_RESERVED = frozenset(
    {"id", "to", "of", "in", "on", "as", "where", "with", "any-user", "any-group", "group", "dynamic-group"}
    | {"service", "tenancy", "compartment", "resource"}
)


def render(statement: Statement) -> str:
    """The statement as text. Raises ValueError when a name or value holds what no policy text can."""
    definition = statement.definition
    if definition is not None:
        domain, slash, name = definition.name.partition("/")
        label = f"{_name(domain)}/{_name(name)}" if slash else _name(definition.name)
        return f"Define {definition.kind} {label} as {definition.id}"
    parts = [_opening(statement), render_subject(statement.subject), "to", _action(statement)]
    parts += ["in", render_location(statement.location)]
    if statement.partner is not None:
        parts += ["with", statement.partner.resource, "in", render_location(statement.partner.location)]
    if statement.condition is not None:
        parts += ["where", render_condition(statement.condition)]
    return " ".join(parts)


def _opening(statement: Statement) -> str:
    if statement.kind == "deny" and statement.denied != "allow":
        return f"Deny {statement.denied}"
    return statement.kind.capitalize()


def _action(statement: Statement) -> str:
    if statement.verb is None:
        return "{" + ", ".join(statement.permissions) + "}"
    return f"{statement.verb} {statement.resource}"


def render_subject(subject: Subject) -> str:
    """Who, as it stands between the kind of statement and ``to``."""
    parts: list[str] = []
    kind = ""
    for member in subject.members:
        parts.append(_member(member, kind))
        kind = member.kind
    tenancy = subject.tenancy
    if tenancy is None:
        return ", ".join(parts)
    return ", ".join(parts) + (
        " of any-tenancy" if tenancy == "any-tenancy" else f" of tenancy {_name(tenancy)}"
    )


def _member(member: Member, kind_before: str) -> str:
    if member.kind in ("any-user", "any-group"):
        return member.kind
    if member.kind == "resource":
        return f"resource {member.name}"
    keyword = "" if member.kind == kind_before else f"{member.kind} "
    if member.id is not None:
        return f"{keyword}id {member.id}"
    name = _name(member.name or "")
    return keyword + (name if member.domain is None else f"{_name(member.domain)}/{name}")


def _name(name: str) -> str:
    if _BARE(name) and name.lower() not in _RESERVED and name[:6].lower() != "ocid1.":
        return name
    return _quoted(name)


def _quoted(text: str) -> str:
    if not text.isascii() or not _QUOTABLE(text):
        raise ValueError(f"no policy statement can contain {text!r} in quotes")
    return f"'{text}'"


def render_location(location: Location) -> str:
    """Where, as it stands behind ``in``."""
    if location.kind == "any-tenancy":
        return "any-tenancy"
    if location.kind == "tenancy":
        return "tenancy" if location.tenancy is None else f"tenancy {_name(location.tenancy)}"
    place = f"id {location.id}" if location.id is not None else ":".join(map(_name, location.path))
    if location.tenancy is None:
        return f"compartment {place}"
    of = "any-tenancy" if location.tenancy == "any-tenancy" else f"tenancy {_name(location.tenancy)}"
    return f"compartment {place} of {of}"


def render_condition(condition: Condition) -> str:
    """A condition, as it stands behind ``where``."""
    if isinstance(condition, AllOf | AnyOf):
        word = "all" if isinstance(condition, AllOf) else "any"
        return word + " {" + ", ".join(map(render_condition, condition.conditions)) + "}"
    if isinstance(condition, Presence):
        return condition.variable if condition.present else f"not {condition.variable}"
    if isinstance(condition, FunctionCall):
        arguments = (_value(a[0]) if len(a) == 1 else _values(a) for a in condition.arguments)
        return f"{condition.name}({', '.join(arguments)})"
    return _comparison(condition)


def _comparison(leaf: Comparison) -> str:
    if leaf.op == "in" or leaf.op == "not in":
        return f"{leaf.variable} {leaf.op} {_values(leaf.values)}"
    if leaf.op == "between":
        return f"{leaf.variable} between {_value(leaf.values[0])} and {_value(leaf.values[1])}"
    return f"{leaf.variable} {leaf.op} {_value(leaf.values[0])}"


def _values(values: Iterable[Value]) -> str:
    return "(" + ", ".join(map(_value, values)) + ")"


def _value(value: Value) -> str:
    if isinstance(value, Text):
        return _quoted(value.text)
    if isinstance(value, Pattern):
        if not _PATTERN(value.text):
            raise ValueError(f"no policy statement can contain the pattern {value.text!r}")
        return f"/{value.text}/"
    return value.name
