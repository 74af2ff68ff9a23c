"""Grants: who may do what, where, confined to what; each is judged before it can exist.

A `Grant` renders one policy statement. Ids of resources that are still to be created are unknown at preview,
so a grant keeps two readings of one text: the *statement* (an Output, with real ids) and the *evidence*
(the text with `${ref}` in place of each id, and the URN each ref stands for). The evidence is what is judged
here, at construction, and what the policy pack judges at preview.

Not for: parsing statements or deciding what is over-broad. Both are `oci_iam`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi

import oci_iam
from components.errors import RefusedGrant
from components.grants.refusal import refusal
from oci_iam import evidence
from oci_iam.workload import judge_workload

# An id that a statement names: an OCID known now, or a resource whose id will be known.
Ref = str | pulumi.CustomResource


@dataclass(frozen=True)
class StartsWith:
    """A pattern: every value that begins with `text`."""

    text: str


Values = Ref | tuple[str, ...] | StartsWith
Evidence = dict[str, Any]

_LITERAL = re.compile(r"[A-Za-z0-9._@/ -]+")
_PATTERN = re.compile(r"[A-Za-z0-9._/-]+")
_MINTED_ID = re.compile(r"[A-Za-z0-9._:/-]+")


@dataclass(frozen=True)
class Principal:
    """A statement's subject, and what its condition must confine for the subject to mean one thing."""

    subject: str
    ref: Ref | None = None
    confined_to: Mapping[str, Ref] = field(default_factory=dict)


def group(ref: Ref) -> Principal:
    """A group by OCID, or one created by this program."""
    return Principal("group id", ref)


def group_named(name: str) -> Principal:
    """An existing group by name: `Group`, or `Domain/Group` in an identity domain."""
    return Principal(f"group {'/'.join(_quoted(part) for part in name.split('/'))}")


def dynamic_group(ref: Ref) -> Principal:
    """A dynamic group by OCID, or one created by this program."""
    return Principal("dynamic-group id", ref)


def service(name: str) -> Principal:
    """An OCI service by the name statements use, e.g. `cloudEvents`."""
    return Principal(f"service {_literal(name)}")


def this_resource(kind: str, ref: Ref) -> Principal:
    """One resource by its OCID, e.g. one `serviceconnector`; it names no other, whoever may create more."""
    return Principal("any-user", confined_to={"request.principal.type": kind, "request.principal.id": ref})


def this_function(ref: Ref) -> Principal:
    """One function by its OCID."""
    return this_resource("fnfunc", ref)


def resource_principal(
    kind: str, *, compartment_id: Ref, variable: str = "request.principal.compartment.id"
) -> Principal:
    """Resources of one type in one compartment, e.g. every `eventrule` there. `variable` is what the page of
    the service compares with the compartment."""
    return Principal("any-user", confined_to={"request.principal.type": kind, variable: compartment_id})


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One statement: `Allow <principal> to <verb> <resource> in compartment id <scope> where <confined_to>`.

    `confined_to` maps a variable to the value it must have, or to several of which it must have one.
    `accepted` are codes of findings about workloads that a form of Oracle's own has and that the config asked
    for by name; what is over-broad as to functions is never accepted.
    Raises `RefusedGrant` when the statement would be over-broad or cannot be judged, as to functions or as
    to what a workload may do, or when it could name a workload's target and does not.
    """

    principal: Principal
    verb: Literal["inspect", "read", "use", "manage"]
    resource: str
    scope: Ref
    confined_to: Mapping[str, Values] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        text = self.judged_text()
        verdict = oci_iam.judge(text)
        as_workload = judge_workload(text)
        unmeant = {each.code for each in as_workload.findings} - self.accepted
        if verdict.refused or (as_workload.verdict not in ("ok", "none") and (unmeant or not self.accepted)):
            raise RefusedGrant(refusal("grant", text, verdict if verdict.refused else as_workload))

    def judged_text(self) -> str:
        """The statement with a made-up id of the right kind in place of each id to come."""
        text, refs = self._template()
        tokens = {name: resource.pulumi_resource_type for name, resource in refs.items()}
        return evidence.render(text, tokens)

    def statement(self) -> pulumi.Input[str]:
        """The statement with real ids: a plain str where every id is known from the config."""
        text, refs = self._template()
        if not refs:
            return text
        ids = pulumi.Output.all(**{name: resource.id for name, resource in refs.items()})
        return ids.apply(lambda known: fill(text, known))

    def evidence(self) -> Evidence:
        """What a component registers, so that the statement can be judged while its ids are unknown."""
        text, refs = self._template()
        return {"text": text, "refs": {name: resource.urn for name, resource in refs.items()}}

    def _template(self) -> tuple[str, dict[str, pulumi.CustomResource]]:
        refs = _Refs()
        subject = self.principal.subject
        if self.principal.ref is not None:
            subject = f"{subject} {refs.text(self.principal.ref)}"
        text = f"Allow {subject} to {self.verb} {self.resource} in compartment id {refs.text(self.scope)}"
        conditions = list(_conditions({**self.principal.confined_to, **self.confined_to}, refs))
        if conditions:
            text = f"{text} where {_joined('all', conditions)}"
        return text, refs.resources


class _Refs:
    """Names the resources of one statement: `function`, `group`, and `group2` for a second of that type."""

    def __init__(self) -> None:
        self.resources: dict[str, pulumi.CustomResource] = {}

    def text(self, ref: Ref) -> str:
        """How `ref` reads in the template: itself when known, else a placeholder."""
        if isinstance(ref, str):
            return _literal(ref)
        for name, resource in self.resources.items():
            if resource is ref:
                return f"${{{name}}}"
        kind = ref.pulumi_resource_type.rpartition("/")[2].partition(":")[0]
        same = sum(re.fullmatch(rf"{kind}\d*", name) is not None for name in self.resources)
        name = f"{kind}{same + 1}" if same else kind
        self.resources[name] = ref
        return f"${{{name}}}"


def fill(text: str, ids: Mapping[str, str]) -> str:
    """The template with each `${name}` replaced by its id, which must be an id and nothing else."""
    for name, value in ids.items():
        if not _MINTED_ID.fullmatch(value):
            raise RefusedGrant(f"the id of {name} cannot be written in a policy statement: {value!r}")
        text = text.replace(f"${{{name}}}", value)
    return text


def _conditions(confined_to: Mapping[str, Values], refs: _Refs) -> Iterator[str]:
    for variable, values in confined_to.items():
        if isinstance(values, StartsWith):
            yield f"{variable} = /{_pattern(values.text)}*/"
            continue
        several = values if isinstance(values, tuple) else (values,)
        yield _joined("any", [f"{variable} = '{refs.text(value)}'" for value in several])


def _joined(word: str, conditions: list[str]) -> str:
    return conditions[0] if len(conditions) == 1 else f"{word} {{{', '.join(conditions)}}}"


def _literal(text: str) -> str:
    """A string that is safe in a statement, quoted or not: it ends nothing but itself."""
    if not _LITERAL.fullmatch(text):
        raise RefusedGrant(f"{text!r} contains characters that a policy statement cannot contain")
    return text


def _pattern(text: str) -> str:
    """A string that is safe between the slashes of a pattern."""
    if not _PATTERN.fullmatch(text):
        raise RefusedGrant(f"{text!r} contains characters that a pattern of a statement cannot contain")
    return text


def _quoted(text: str) -> str:
    return f"'{_literal(text)}'"
