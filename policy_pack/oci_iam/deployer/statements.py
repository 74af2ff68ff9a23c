"""The statements that allow given rights and nothing more: each names its permissions, and its targets where
OCI has a variable for them and their values are known.

No right is granted by two of them, so that taking one away takes just what it is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from oci_iam import statement
from oci_iam.catalogue.permissions import VERBS, permissions_of
from oci_iam.catalogue.types import resource_type
from oci_iam.deployer.right import Right
from oci_iam.language.rendering import render_subject
from oci_iam.narrowest import rank
from oci_iam.statement import Member, MemberKind

__all__ = ["Granted", "Subject", "granted", "subject_of"]


class Subject(NamedTuple):
    """Whom the statements are about: `group deployers`. A workload is a dynamic group, for which what Oracle
    documents for people (the use of a family) is over-broad."""

    text: str
    is_workload: bool = False


def subject_of(text: str) -> Subject:
    """`deployers`, `Domain/deployers` or an OCID, after `dynamic-group:` where it is one. Raises ValueError
    for a name that no statement can hold."""
    kind, _, name = text.rpartition(":")
    if kind not in ("", "group", "dynamic-group"):
        raise ValueError(f"{text}: expected the name of a group, or dynamic-group: and the name of one")
    of: MemberKind = "dynamic-group" if kind == "dynamic-group" else "group"
    domain, slash, plain = name.partition("/")
    if name.startswith("ocid1."):
        member = Member(of, id=name)
    else:
        member = Member(of, name=plain if slash else name, domain=domain if slash else None)
    if not (member.id or member.name) or member.domain == "":
        raise ValueError(f"{text!r}: a group's name is missing")
    return Subject(render_subject(statement.Subject((member,))), of == "dynamic-group")


class Granted(NamedTuple):
    """A statement, and the rights it is for."""

    text: str
    rights: tuple[Right, ...]


class _Target(NamedTuple):
    """Where and on what: a place, a resource-type or a documented action, and a variable (empty: none)."""

    place: str
    about: str
    variable: str = ""


def granted(
    subject: Subject, rights: Iterable[Right], tenancy_id: str, is_known: Callable[[str], bool]
) -> tuple[Granted, ...]:
    """The statements, sorted by place and type. ``is_known`` tells of a target's value whether it can be
    written down yet."""
    rights = tuple(dict.fromkeys(rights))
    documented = {} if subject.is_workload else _documented(rights)
    found = [
        _statement(subject, target, target.about, {""}, held, tenancy_id)
        for target, held in documented.items()
    ]
    left = [right for right in rights if not any(right in held for held in documented.values())]
    for target, permissions in _by_target(left, is_known).items():
        for names, values, held in _alike(permissions):
            found.append(_statement(subject, target, _action(names, target.about), values, held, tenancy_id))
    return tuple(found)


def _documented(rights: tuple[Right, ...]) -> dict[_Target, list[Right]]:
    """What Oracle documents as a verb on a family, with every other right that this yields there too."""
    targets = {_Target(each.compartment_id, each.documented) for each in rights if each.documented}
    return {
        target: [
            right
            for right in rights
            if right.compartment_id == target.place
            and right.permission in permissions_of(*target.about.split(None, 1))
        ]
        for target in sorted(targets)
    }


_Asked = dict[str, dict[str, list[Right]]]
"""Permission -> value of the target's variable -> the rights that ask for it."""


def _by_target(rights: Iterable[Right], is_known: Callable[[str], bool]) -> dict[_Target, _Asked]:
    """Rights by place, type and variable; a permission that is needed without a condition has none."""
    chosen = [(right, *_condition(right, is_known)) for right in rights]
    free = {(right.compartment_id, right.permission) for right, variable, _ in chosen if not variable}
    found: dict[_Target, _Asked] = {}
    for right, variable, value in chosen:
        if (right.compartment_id, right.permission) in free:
            variable = value = ""
        target = _Target(right.compartment_id, right.type, variable)
        found.setdefault(target, {}).setdefault(right.permission, {}).setdefault(value, []).append(right)
    return dict(sorted(found.items()))


def _condition(right: Right, is_known: Callable[[str], bool]) -> tuple[str, str]:
    """The variable that names the right's target best, and its value; empty where there is none."""
    row = resource_type(right.type)
    names = row.names_target if row is not None else frozenset[str]()
    usable = [(name, value) for name, value in right.target if name in names and is_known(value)]
    return min(usable, key=lambda pair: rank(pair[0], right.type), default=("", ""))


def _alike(permissions: _Asked) -> Iterator[tuple[set[str], set[str], list[Right]]]:
    """Permissions of the same targets together: their names, the values, and the rights."""
    by_values: dict[frozenset[str], list[str]] = {}
    for name, asked in permissions.items():
        by_values.setdefault(frozenset(asked), []).append(name)
    for values, names in by_values.items():
        held = [right for name in names for each in permissions[name].values() for right in each]
        yield set(names), set(values), held


def _action(names: set[str], kind: str) -> str:
    """The permissions by name, in the order of the verbs; a verb where their names are only inferred."""
    row = resource_type(kind)
    if row is None or row.mark == "UNCONFIRMED":
        return f"{next(verb for verb in VERBS if names <= permissions_of(verb, kind))} {kind}"
    return f"{{{', '.join(name for name in row.permissions if name in names)}}}"


def _statement(
    subject: Subject, target: _Target, action: str, values: set[str], rights: list[Right], tenancy_id: str
) -> Granted:
    place = "tenancy" if target.place == tenancy_id else f"compartment id {target.place}"
    text = f"Allow {subject.text} to {action} in {place}"
    if target.variable:
        each = [f"{target.variable} = '{value}'" for value in sorted(values)]
        text += f" where {each[0] if len(each) == 1 else 'any {' + ', '.join(each) + '}'}"
    return Granted(text, tuple(rights))
