"""An edge WAF policy with rules of one's own, before a public origin the user names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_oci as oci

from components import limits
from components.errors import Checks, refuse_bad
from components.sec_rule import SecRule, check_template, render_template

EdgeMode = Literal["DETECT", "BLOCK"]
_ORIGIN = "origin"


@dataclass(frozen=True, kw_only=True)
class EdgeProtectionArgs:
    """Protect `domain` (a DNS name that a CNAME sends to Oracle's edge) before `origin`, a public host.

    `rules` maps a name to rules, or to a template written by hand. `mode` is what every rule does on a match.
    With `certificate_id` the edge serves HTTPS only. Changing `domain` replaces the policy.
    """

    compartment_id: str
    prefix: str
    domain: str
    origin: str
    rules: Mapping[str, Sequence[SecRule] | str]
    mode: EdgeMode = "DETECT"
    certificate_id: str | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        checks: Checks = {
            "compartment_id": (limits.compartment, self.compartment_id),
            "domain": (limits.domain, self.domain),
            "origin": (self._origin, self.origin),
            "mode": (_mode, self.mode),
            "certificate_id": (limits.edge_certificate, self.certificate_id),
            "rules": (_some, self.rules),
        }
        for name, rule in self.rules.items():
            checks[f"rules.{name}"] = (template_of, rule)
        refuse_bad(self.config_path, checks)

    def _origin(self, value: str) -> None:
        limits.public_origin(value)
        if value == self.domain:
            raise ValueError("is the protected domain itself; the edge would forward to itself")


class EdgeProtection(pulumi.ComponentResource):
    """An edge (WAAS) policy and its custom protection rules.

    It protects what comes through the domain, and nothing else: events reach a function through neither WAF
    nor gateway, and the function's own endpoint stays open to whoever IAM lets in. The origin must itself
    refuse callers that come around the edge.

    Not for: a function directly (its endpoint wants requests signed by OCI), or load balancers (the regional
    WAF, which takes no rules of one's own, is for those).
    """

    policy_id: pulumi.Output[str]
    cname: pulumi.Output[str]

    def __init__(
        self, name: str, args: EdgeProtectionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:EdgeProtection", name, {}, opts)
        rules = [self._rule(name, rule_name, args) for rule_name in sorted(args.rules)]
        policy = self._policy(name, args, rules)
        self.policy_id = policy.id
        self.cname = policy.cname
        self.register_outputs({"policy_id": self.policy_id, "cname": self.cname})

    def _rule(self, name: str, rule_name: str, args: EdgeProtectionArgs) -> oci.waas.CustomProtectionRule:
        return oci.waas.CustomProtectionRule(
            f"{name}-rule-{rule_name}",
            compartment_id=args.compartment_id,
            display_name=f"{args.prefix}-{rule_name}",
            template=template_of(args.rules[rule_name]),
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
                    # Port 0 switches a scheme off: with a certificate, nothing travels in clear.
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


def _some(rules: Mapping[str, Sequence[SecRule] | str]) -> None:
    if not rules:
        raise ValueError("needs at least one rule")
    for name in rules:
        limits.name(name)


def _mode(value: str) -> None:
    limits.one_of(value, ("DETECT", "BLOCK"))
