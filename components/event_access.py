"""The permission of Events to invoke every function of one application: two statements for any number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.functions_application import FunctionsApplication
from components.granted_policy import GrantedPolicy, GrantedPolicyArgs
from components.grants.connectors import InvokeGrants, RuleIdentity, allow
from components.grants.grant import Grant, service
from components.values import limits
from components.values.option import Check

EventPrincipal = Literal["eventrule", "service", "both"]


def events_as(principal: EventPrincipal, compartment_id: str) -> Iterator[InvokeGrants]:
    """Grants of Events, begun for each principal that it may be: rules of one compartment, or the service."""
    if principal in ("eventrule", "both"):
        yield allow(RuleIdentity(compartment_id=compartment_id))
    if principal in ("service", "both"):
        yield allow(service("cloudEvents"))


@dataclass(frozen=True, kw_only=True)
class EventAccessArgs:
    """An application, and the compartment that it and the rules are in."""

    application: FunctionsApplication
    compartment_id: Annotated[str, Check(limits.compartment)]
    policy_name: Annotated[str, Check(limits.iam_name)]
    event_principal: Annotated[EventPrincipal, Check(_event_principal)]
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


class EventAccess(pulumi.ComponentResource):
    """One policy by which the rules of a compartment may invoke every function of the application.

    Not for: few functions. A statement for each function says more: a function without a trigger is then none
    that a rule may invoke.
    """

    granted: GrantedPolicy

    def __init__(self, name: str, args: EventAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:EventAccess", name, {}, opts)
        self.granted = GrantedPolicy(
            f"{name}-grants",
            GrantedPolicyArgs(
                compartment_id=args.compartment_id,
                policy_name=args.policy_name,
                description="What Events may do with the functions of the application",
                grants=list(_grants(args)),
                iam_provider=args.iam_provider,
                config_path=args.config_path,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def _grants(args: EventAccessArgs) -> Iterator[Grant]:
    for events in events_as(args.event_principal, args.compartment_id):
        yield events.to_invoke_all_of(args.application.application, args.compartment_id)


def _event_principal(value: str) -> None:
    limits.one_of(value, get_args(EventPrincipal))
