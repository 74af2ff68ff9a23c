"""A policy made of grants, with the evidence that lets its statements be judged before ids are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.grants.grant import Grant
from components.values import limits
from components.values.option import Check


@dataclass(frozen=True, kw_only=True)
class GrantedPolicyArgs:
    """Grants that become one policy attached to `compartment_id`.

    `iam_provider` is the provider for the tenancy's home region, where alone policies can be written; None
    uses the stack's own.
    """

    compartment_id: Annotated[str, Check(limits.compartment)]
    policy_name: str
    description: str
    grants: Annotated[Sequence[Grant], Check(_some)]
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


class GrantedPolicy(pulumi.ComponentResource):
    """One policy and, on the component itself, the evidence of each of its statements.

    It is a component of its own because evidence names resources by URN: a component cannot register the URNs
    of its own children, which exist only after it does. So what a grant names (function, groups) is
    registered elsewhere, before.
    """

    policy_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: GrantedPolicyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        child = f"{name}-policy"
        evidence = {"grants": {child: [grant.evidence() for grant in args.grants]}}
        super().__init__("aifunctions:index:GrantedPolicy", name, evidence, opts)
        policy = oci.identity.Policy(
            child,
            compartment_id=args.compartment_id,
            name=args.policy_name,
            description=args.description,
            statements=[grant.statement() for grant in args.grants],
            opts=pulumi.ResourceOptions(parent=self, provider=args.iam_provider),
        )
        self.policy_id = policy.id
        self.register_outputs({"policy_id": self.policy_id})


def grant_where_needed(
    name: str,
    args: GrantedPolicyArgs,
    parent: pulumi.Resource,
    depends_on: Sequence[pulumi.Resource] = (),
) -> list[GrantedPolicy]:
    """One policy for each compartment that the grants are about; those of other compartments than
    `args.compartment_id` are named after it."""
    found = []
    for scope in sorted({str(grant.scope) for grant in args.grants}):
        mark = "" if scope == args.compartment_id else f"-{scope[-12:]}"
        here = replace(
            args,
            compartment_id=scope,
            policy_name=f"{args.policy_name}{mark}",
            grants=[grant for grant in args.grants if grant.scope == scope],
        )
        opts = pulumi.ResourceOptions(parent=parent, depends_on=list(depends_on) or None)
        found.append(GrantedPolicy(f"{name}{mark}", here, opts))
    return found


def _some(grants: Sequence[Grant]) -> Sequence[Grant]:
    if not grants:
        raise ValueError("a policy needs at least one statement")
    return grants
