"""A regional web application firewall before a load balancer, with a small rule set for an AI endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import pulumi
import pulumi_oci as oci
from pulumi_oci import waf

from components.errors import checks_of, refuse_bad
from components.values import limits
from components.values.ai_endpoint import LONGEST_CONDITION, AiEndpoint, conditions
from components.values.option import Check, Option

FirewallMode = Literal["DETECT", "BLOCK"]
_THROUGH = "let-through"


def _mode(value: str) -> None:
    limits.one_of(value, get_args(FirewallMode))


@dataclass(frozen=True, kw_only=True)
class FirewallOptions(AiEndpoint):
    """What a stack may say about its firewall."""

    load_balancer_id: Annotated[
        str,
        Option(
            "OCID of a load balancer of yours, whose backends are the output api_addresses: OCI's regional "
            "WAF stands before load balancers only; changing it replaces the firewall",
            limits.load_balancer,
        ),
    ]
    mode: Annotated[
        FirewallMode, Option("What a request that is not let through gets: a log line, or an answer", _mode)
    ] = "DETECT"


@dataclass(frozen=True, kw_only=True)
class WebFirewallArgs(FirewallOptions):
    """A firewall whose policy and attachment are called `display_name`."""

    compartment_id: Annotated[str, Check(limits.compartment)]
    display_name: str
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        refuse_bad(self.config_path, checks)
        refuse_bad(self.config_path, {"content_types": (self._short_conditions, self.content_types)})

    def _short_conditions(self, _: object) -> None:
        if any(len(each.holds) > LONGEST_CONDITION for each in conditions(self).values()):
            raise ValueError(f"make a condition of more than {LONGEST_CONDITION} characters, OCI's limit")


class WebFirewall(pulumi.ComponentResource):
    """A regional WAF policy and its attachment to a load balancer.

    Not for: a gateway or a function directly (OCI attaches it to load balancers alone), or custom protection
    rules (`EdgeProtection` has those).
    """

    def __init__(self, name: str, args: WebFirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:WebFirewall", name, {}, opts)
        policy = waf.AppFirewallPolicy(
            f"{name}-policy",
            compartment_id=args.compartment_id,
            display_name=args.display_name,
            actions=list(_actions(args)),
            request_access_control=waf.AppFirewallPolicyRequestAccessControlArgs(
                default_action_name=_THROUGH,
                rules=[
                    waf.AppFirewallPolicyRequestAccessControlRuleArgs(
                        type="ACCESS_CONTROL",
                        name=rule,
                        action_name=rule,
                        condition=condition.holds,
                        condition_language="JMESPATH",
                    )
                    for rule, condition in conditions(args).items()
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        oci.waf.AppFirewall(
            f"{name}-firewall",
            compartment_id=args.compartment_id,
            display_name=args.display_name,
            backend_type="LOAD_BALANCER",
            load_balancer_id=args.load_balancer_id,
            web_app_firewall_policy_id=policy.id,
            # A load balancer has one firewall at most.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.register_outputs({})


def _actions(args: WebFirewallArgs) -> Iterator[waf.AppFirewallPolicyActionArgs]:
    """One for each rule, with its name: an answer, or in DETECT a line in the log."""
    yield waf.AppFirewallPolicyActionArgs(name=_THROUGH, type="ALLOW")
    for rule, condition in conditions(args).items():
        if args.mode == "DETECT":
            yield waf.AppFirewallPolicyActionArgs(name=rule, type="CHECK")
        else:
            yield waf.AppFirewallPolicyActionArgs(name=rule, type="RETURN_HTTP_RESPONSE", code=condition.code)
