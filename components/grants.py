"""Grants: who may do what, where, confined to what; each is judged before it can exist.

A `Grant` renders one policy statement. Ids of resources that are still to be created are unknown at preview,
so a grant keeps two readings of the same text: the *statement* (an Output, with real ids) and the *evidence*
(the text with `${ref}` in place of each id, and the URN each ref stands for). The evidence is what is judged
here, at construction, and what the policy pack judges at preview.

`allow(...)` builds the grants this project needs from intent: source, verb, destination.

Not for: parsing statements or deciding what is over-broad. Both are `oci_iam`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, overload

import pulumi
import pulumi_oci as oci

import oci_iam
from components.errors import RefusedGrant
from components.refusals import refusal
from oci_iam import evidence

# An id that a statement names: an OCID known now, or a resource whose id will be known.
Ref = str | pulumi.CustomResource
Values = Ref | tuple[str, ...]
Evidence = dict[str, Any]

_LITERAL = re.compile(r"[A-Za-z0-9._@/ -]+")
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


def resource_principal(kind: str, *, compartment_id: Ref) -> Principal:
    """Resources of one type in one compartment, e.g. every `eventrule` there."""
    confined_to: dict[str, Ref] = {
        "request.principal.type": kind,
        "request.principal.compartment.id": compartment_id,
    }
    return Principal("any-user", confined_to=confined_to)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One statement: `Allow <principal> to <verb> <resource> in compartment id <scope> where <confined_to>`.

    `confined_to` maps a variable to the value it must have, or to several of which it must have one.
    Raises `RefusedGrant` when the statement would be over-broad or cannot be judged.
    """

    principal: Principal
    verb: Literal["inspect", "read", "use", "manage"]
    resource: str
    scope: Ref
    confined_to: Mapping[str, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text = self.judged_text()
        verdict = oci_iam.judge(text)
        if verdict.refused:
            raise RefusedGrant(refusal("grant", text, verdict))

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
            raise RefusedGrant(f"the id of {name} is not an id a statement can hold: {value!r}")
        text = text.replace(f"${{{name}}}", value)
    return text


def _conditions(confined_to: Mapping[str, Values], refs: _Refs) -> Iterator[str]:
    for variable, values in confined_to.items():
        several = values if isinstance(values, tuple) else (values,)
        yield _joined("any", [f"{variable} = '{refs.text(value)}'" for value in several])


def _joined(word: str, conditions: list[str]) -> str:
    return conditions[0] if len(conditions) == 1 else f"{word} {{{', '.join(conditions)}}}"


def _literal(text: str) -> str:
    """Text that can stand in a statement, quoted or not, and end nothing but itself."""
    if not _LITERAL.fullmatch(text):
        raise RefusedGrant(f"{text!r} cannot stand in a policy statement")
    return text


def _quoted(text: str) -> str:
    return f"'{_literal(text)}'"


class Invocable(Protocol):
    """A function in one compartment, as the target of a grant."""

    @property
    def function(self) -> oci.functions.Function: ...
    @property
    def compartment_id(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class FunctionIdentity:
    """A function and the dynamic group that holds exactly it: what `allow` starts from or ends at."""

    function: oci.functions.Function
    dynamic_group: oci.identity.DynamicGroup
    compartment_id: str


@dataclass(frozen=True, kw_only=True)
class RuleIdentity:
    """An Events rule as a principal, by the compartment it is in. Its own OCID is not used, since no page of
    Oracle says that `request.principal.id` holds it for rules."""

    compartment_id: str


@dataclass(frozen=True, kw_only=True)
class GatewayIdentity:
    """API gateways of one compartment as a principal."""

    compartment_id: str


@dataclass(frozen=True, kw_only=True)
class BucketTarget:
    """A bucket by name, in its compartment."""

    name: str
    compartment_id: str


@dataclass(frozen=True, kw_only=True)
class TopicTarget:
    """A Notifications topic's compartment. The topic itself cannot be named in a statement: Oracle's page
    "Details for Notifications" supports general variables only."""

    compartment_id: str


@dataclass(frozen=True, kw_only=True)
class SecretTarget:
    """A Vault secret by OCID, in its compartment."""

    id: Ref
    compartment_id: str


@dataclass(frozen=True)
class FunctionGrants:
    """What a running function may do: each method is one statement for its dynamic group."""

    source: FunctionIdentity

    def to_read(self, bucket: BucketTarget) -> Grant:
        """Read and list the objects of one bucket."""
        return self._grant("read", "objects", bucket.compartment_id, {"target.bucket.name": bucket.name})

    def to_write(self, bucket: BucketTarget) -> Grant:
        """Create and overwrite objects of one bucket; neither delete them nor share them by a request URL."""
        permissions = ("OBJECT_CREATE", "OBJECT_OVERWRITE")
        return self._grant(
            "manage",
            "objects",
            bucket.compartment_id,
            {"target.bucket.name": bucket.name, "request.permission": permissions},
        )

    def to_publish(self, topic: TopicTarget) -> Grant:
        """Publish to topics of one compartment; neither subscribe to them nor read them."""
        return self._grant(
            "use", "ons-topics", topic.compartment_id, {"request.permission": "ONS_TOPIC_PUBLISH"}
        )

    def to_read_secret(self, secret: SecretTarget) -> Grant:
        """Read the current and past contents of one secret."""
        return self._grant("read", "secret-bundles", secret.compartment_id, {"target.secret.id": secret.id})

    def _grant(
        self, verb: Literal["read", "use", "manage"], resource: str, scope: str, to: Mapping[str, Values]
    ) -> Grant:
        principal = dynamic_group(self.source.dynamic_group)
        return Grant(principal=principal, verb=verb, resource=resource, scope=scope, confined_to=to)


@dataclass(frozen=True)
class InvokeGrants:
    """Who may invoke a function: one statement, confined to that function."""

    principal: Principal

    def to_invoke(self, target: Invocable) -> Grant:
        """Invoke exactly this function; neither read nor change it."""
        return Grant(
            principal=self.principal,
            verb="use",
            resource="fn-invocation",
            scope=target.compartment_id,
            confined_to={"target.function.id": target.function},
        )


@dataclass(frozen=True)
class GroupGrants(InvokeGrants):
    """What people may do: invoke, or manage without invoking, or read."""

    def to_manage_without_invoking(
        self, target: Invocable, application: oci.functions.Application
    ) -> tuple[Grant, ...]:
        """Change this function and its application, and create functions in the compartment.

        Creating cannot be confined to a function that does not exist yet, so it is a statement of its own
        that yields nothing but the right to create.
        """
        scope = target.compartment_id
        return (
            Grant(
                principal=self.principal,
                verb="manage",
                resource="fn-app",
                scope=scope,
                confined_to={"target.app.id": application},
            ),
            Grant(
                principal=self.principal,
                verb="manage",
                resource="fn-function",
                scope=scope,
                confined_to={"target.function.id": target.function},
            ),
            Grant(
                principal=self.principal,
                verb="manage",
                resource="fn-function",
                scope=scope,
                confined_to={"request.permission": "FN_FUNCTION_CREATE"},
            ),
        )

    def to_audit(self, target: Invocable) -> tuple[Grant, ...]:
        """List and read applications and functions of the compartment, config included; never invoke."""
        return tuple(
            Grant(principal=self.principal, verb="read", resource=resource, scope=target.compartment_id)
            for resource in ("fn-app", "fn-function")
        )


@overload
def allow(source: FunctionIdentity) -> FunctionGrants: ...
@overload
def allow(source: RuleIdentity | GatewayIdentity) -> InvokeGrants: ...
@overload
def allow(source: Principal) -> GroupGrants: ...
def allow(
    source: FunctionIdentity | RuleIdentity | GatewayIdentity | Principal,
) -> FunctionGrants | InvokeGrants | GroupGrants:
    """Begin a grant at its source: a function, an Events rule, an API gateway, a group or a service."""
    match source:
        case FunctionIdentity():
            return FunctionGrants(source)
        case RuleIdentity():
            return InvokeGrants(resource_principal("eventrule", compartment_id=source.compartment_id))
        case GatewayIdentity():
            return InvokeGrants(resource_principal("ApiGateway", compartment_id=source.compartment_id))
        case Principal():
            return GroupGrants(source)
