"""An edge WAF policy with rules of one's own, before a public origin the user names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Literal, get_args

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.values import limits
from components.values.ai_endpoint import AiEndpoint, custom_rules
from components.values.option import Check, Option
from components.values.sec_rule import SecRule, check_template, render_template

EdgeMode = Literal["DETECT", "BLOCK"]
_ORIGIN = "origin"


@dataclass(frozen=True, kw_only=True)
class EdgeOptions:
    """What a stack may say about its edge, apart from the rules."""

    domain: Annotated[
        str, Option("The public DNS name that is protected; changing it replaces the policy", limits.domain)
    ]
    mode: Annotated[EdgeMode, Option("What a match does", _mode)] = "DETECT"
    certificate_id: Annotated[
        str | None,
        Option("OCID of the WAAS certificate; given, the edge serves HTTPS only", limits.edge_certificate),
    ] = None

    def check_origin(self, origin: str) -> None:
        """Raise ValueError when the edge could not forward there, or would forward to itself."""
        limits.public_origin(origin)
        if origin == self.domain:
            raise ValueError("is the protected domain itself; the edge would forward to itself")


@dataclass(frozen=True, kw_only=True)
class EdgeProtectionArgs(EdgeOptions):
    """Protect a domain (a DNS name that a CNAME sends to Oracle's edge) before its origin.

    `rules` maps a name to rules, or to a template written by hand; with `ai_endpoint` those for the endpoint
    of a model join them. An `origin` that is known only when a gateway exists is that gateway's host name.
    """

    origin: pulumi.Input[str]
    compartment_id: Annotated[str, Check(limits.compartment)]
    prefix: str
    rules: Mapping[str, Sequence[SecRule] | str] = field(default_factory=dict)
    ai_endpoint: AiEndpoint | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        checks["rules"] = (partial(all_rules, endpoint=self.ai_endpoint), self.rules)
        if isinstance(self.origin, str):
            checks["origin"] = (self.check_origin, self.origin)
        if self.ai_endpoint is not None:
            of_endpoint = checks_of(self.ai_endpoint)
            checks |= {f"ai_endpoint.{option}": check for option, check in of_endpoint.items()}
        for name, rule in self.rules.items():
            checks[f"rules.{name}"] = (template_of, rule)
        refuse_bad(self.config_path, checks)


class EdgeProtection(pulumi.ComponentResource):
    """An edge (WAAS) policy and its custom protection rules.

    It protects what comes through the domain, and nothing else: events reach a function through neither WAF
    nor gateway, and the function's own endpoint stays open to whoever IAM lets in. The origin must itself
    refuse callers that come around the edge.

    Not for: a function directly (its endpoint answers only requests signed by OCI), or load balancers (the
    regional WAF, which takes no rules of one's own, is for those).
    """

    policy_id: pulumi.Output[str]
    cname: pulumi.Output[str]

    def __init__(
        self, name: str, args: EdgeProtectionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:EdgeProtection", name, {}, opts)
        wanted = all_rules(args.rules, args.ai_endpoint)
        rules = [self._rule(name, rule_name, args, rule) for rule_name, rule in sorted(wanted.items())]
        policy = self._policy(name, args, rules)
        self.policy_id = policy.id
        self.cname = policy.cname
        self.register_outputs({"policy_id": self.policy_id, "cname": self.cname})

    def _rule(
        self, name: str, rule_name: str, args: EdgeProtectionArgs, rule: Sequence[SecRule] | str
    ) -> oci.waas.CustomProtectionRule:
        return oci.waas.CustomProtectionRule(
            f"{name}-rule-{rule_name}",
            compartment_id=args.compartment_id,
            display_name=f"{args.prefix}-{rule_name}",
            template=template_of(rule),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _policy(
        self, name: str, args: EdgeProtectionArgs, rules: Sequence[oci.waas.CustomProtectionRule]
    ) -> oci.waas.Policy:
        secure = args.certificate_id is not None
        return oci.waas.Policy(
            f"{name}-policy",
            compartment_id=args.compartment_id,
            display_name=args.prefix,
            domain=args.domain,
            origins=[
                oci.waas.PolicyOriginArgs(
                    # Port 0 switches a scheme off: with a certificate, nothing travels in plaintext.
                    label=_ORIGIN,
                    uri=args.origin,
                    https_port=443,
                    http_port=0 if secure else 80,
                )
            ],
            policy_config=oci.waas.PolicyPolicyConfigArgs(
                is_https_enabled=secure, is_https_forced=secure, certificate_id=args.certificate_id
            ),
            waf_config=oci.waas.PolicyWafConfigArgs(
                origin=_ORIGIN,
                custom_protection_rules=[
                    oci.waas.PolicyWafConfigCustomProtectionRuleArgs(id=rule.id, action=args.mode)
                    for rule in rules
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def template_of(rule: Sequence[SecRule] | str) -> str:
    """The template of one custom protection rule, checked when it was written by hand."""
    return check_template(rule) if isinstance(rule, str) else render_template(rule)


def all_rules(
    rules: Mapping[str, Sequence[SecRule] | str], endpoint: AiEndpoint | None
) -> Mapping[str, Sequence[SecRule] | str]:
    """Rules of one's own and those for the endpoint, by name. Raises ValueError."""
    ready = custom_rules(endpoint) if endpoint is not None else {}
    if not rules and not ready:
        raise ValueError("needs at least one rule, or ai_endpoint")
    for name in rules:
        limits.name(name)
        if name in ready:
            raise ValueError(f"{name} is the name of a rule for ai_endpoint; take another")
    return {**rules, **ready}


def _mode(value: str) -> None:
    limits.one_of(value, get_args(EdgeMode))
