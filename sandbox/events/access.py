"""May a source of events do what it is about to do? One question to `oci_iam.decide`, and the statement that
would allow it.

Serves rules, connectors, schedules, functions and people alike; does not do anything itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from oci_iam import Principal, Request, decide
from sandbox.events.snapshot import Deployment, Function
from sandbox.events.trace import Access


@dataclass(frozen=True, kw_only=True)
class Need:
    """A right: its permission, and the narrowest documented verb and type that grant it."""

    permission: str
    grant: str
    """Such as `use fn-invocation`."""
    operation: str
    compartment_id: str
    target: Mapping[str, str] = field(default_factory=dict)
    """The documented `target.*` variables; none where the service has none."""


def invoking(function: Function) -> Need:
    """The right to invoke a function."""
    return Need(
        permission="FN_INVOCATION",
        grant="use fn-invocation",
        operation="InvokeFunction",
        compartment_id=function.compartment_id,
        target={"target.function.id": function.id, "target.app.id": function.app_id},
    )


def may_invoke(principal: Principal, function: Function, deployment: Deployment) -> Access:
    """Whether a principal may invoke a function, by the deployed policies."""
    return may(principal, invoking(function), deployment)


def may(principal: Principal, need: Need, deployment: Deployment) -> Access:
    """Whether a principal has a right, by the deployed policies."""
    request = Request(
        principal=principal,
        permission=need.permission,
        compartment_id=need.compartment_id,
        operation=need.operation,
        target=dict(need.target),
    )
    return asked(request, deployment, _missing(principal, need, deployment))


def asked(request: Request, deployment: Deployment, missing: str) -> Access:
    """The answer to a request; `missing` is a statement that would allow it."""
    decision = decide(request, deployment.policies, deployment.directory)
    principal = request.principal
    return Access(
        principal=f"{principal.type} {principal.service or principal.name or principal.id}",
        permission=request.permission,
        allowed=decision.allowed,
        because=decision.because,
        statement=decision.statement,
        missing="" if decision.allowed else missing,
    )


def _missing(principal: Principal, need: Need, deployment: Deployment) -> str:
    conditions = [*_pins(principal, deployment), *_targets(need)]
    where = conditions[0] if len(conditions) == 1 else f"all {{{', '.join(conditions)}}}"
    who = _subject(principal, deployment)
    statement = f"Allow {who} to {need.grant} in compartment id {need.compartment_id}"
    return f"{statement} where {where}" if conditions else statement


def _subject(principal: Principal, deployment: Deployment) -> str:
    if principal.service:
        return f"service {principal.service}"
    return _group_of(principal, deployment) or "any-user"


def _group_of(principal: Principal, deployment: Deployment) -> str:
    """A group that a user is in, as a statement names it: people are named by their groups only. So is a
    resource of which no more is known than its dynamic group. Empty for anybody else."""
    groups = deployment.directory.groups_of(principal)
    if groups:
        return f"group id {min(groups)}"
    dynamic_groups = deployment.directory.dynamic_groups_of(principal)
    if dynamic_groups and principal.compartment_id is None:
        return f"dynamic-group id {min(dynamic_groups)}"
    return ""


def _pins(principal: Principal, deployment: Deployment) -> list[str]:
    """What a statement says of the principal where its subject does not."""
    if principal.service or _group_of(principal, deployment):
        return []
    if principal.type == "user":
        return [f"request.user.id = '{principal.id}'"]
    return [
        f"request.principal.type = '{principal.type}'",
        f"request.principal.compartment.id = '{principal.compartment_id}'",
    ]


def _targets(need: Need) -> list[str]:
    """The first variable names the target; the others only say where it belongs."""
    return [f"{name} = '{value}'" for name, value in list(need.target.items())[:1]]
