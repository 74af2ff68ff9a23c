"""Connectors: the grants this project needs, built from intent: source, verb, destination.

`allow(source)` begins a grant; the method names what is allowed, and its argument where.

Not for: statements in general. A `Grant` is one; a connector only knows the narrowest one for its purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, overload

import pulumi_oci as oci

from components.grants.function_grants import FunctionGrants, FunctionIdentity
from components.grants.grant import Grant, Principal, Ref, resource_principal, this_resource


class Invocable(Protocol):
    """A function in one compartment, as the target of a grant."""

    @property
    def function(self) -> oci.functions.Function: ...
    @property
    def compartment_id(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class RuleIdentity:
    """An Events rule as a principal, by the compartment it is in. Its own OCID is not used, since no page of
    Oracle says that `request.principal.id` holds it for rules."""

    compartment_id: str


@dataclass(frozen=True, kw_only=True)
class GatewayIdentity:
    """An API gateway as a principal, by its own OCID; without one, those of its compartment."""

    compartment_id: str
    gateway: Ref | None = None

    @property
    def principal(self) -> Principal:
        """The subject of its statements."""
        if self.gateway is not None:
            return this_resource("ApiGateway", self.gateway)
        return resource_principal("ApiGateway", compartment_id=self.compartment_id)


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
class GatewayGrants(InvokeGrants):
    """What an API gateway may do."""

    compartment_id: str

    def to_invoke_as_documented(self, target: Invocable) -> Grant:
        """Read and invoke every function of the target's compartment, as each gateway of the source's: word
        for word what Oracle's page "Creating Policies to Control Access to API Gateway Resources" says."""
        return Grant(
            principal=resource_principal(
                "ApiGateway",
                compartment_id=self.compartment_id,
                variable="request.resource.compartment.id",
            ),
            verb="use",
            resource="functions-family",
            scope=target.compartment_id,
            accepted=frozenset({"workload-whole-family"}),
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
def allow(source: RuleIdentity) -> InvokeGrants: ...
@overload
def allow(source: GatewayIdentity) -> GatewayGrants: ...
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
            return GatewayGrants(source.principal, source.compartment_id)
        case Principal():
            return GroupGrants(source)
