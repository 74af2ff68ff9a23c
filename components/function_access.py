"""Who may invoke, manage and read one function, and the identity the function itself acts under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import pulumi
import pulumi_oci as oci

from components.ai_function import AiFunction
from components.errors import checks_of, refuse_bad
from components.functions_application import FunctionsApplication
from components.granted_policy import GrantedPolicy, GrantedPolicyArgs
from components.grants.connectors import allow
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import Grant, Principal, group, group_named
from components.values import limits
from components.values.group import GroupArgs, same_group
from components.values.option import Check

Identity = Literal["function", "dynamic_group"]


@dataclass(frozen=True, kw_only=True)
class FunctionAccessArgs:
    """The people's groups of one function; None for no such group.

    Without an `application` there can be no developers. `identity` says as whom the function acts: as itself,
    by its OCID, or as a dynamic group that holds exactly it. Both mean one principal. A tenancy holds some
    tens of dynamic groups, a function joins one some minutes after it is created, and only an administrator
    of the tenancy can create one. `prefix` begins every physical name (groups, dynamic group, policy) and
    must differ from stack to stack.
    """

    function: AiFunction
    application: FunctionsApplication | None = None
    tenancy_id: Annotated[str, Check(limits.tenancy)]
    prefix: str
    identity: Annotated[Identity, Check(_identity)] = "function"
    invokers: GroupArgs | None = None
    developers: GroupArgs | None = None
    auditors: GroupArgs | None = None
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        for role, args in self.groups.items():
            checks[role] = (_group, args)
        checks["developers and invokers"] = (self._separate, None)
        if self.developers:
            checks["application"] = (self._is_known, self.application)
        refuse_bad(self.config_path, checks)

    @property
    def groups(self) -> dict[str, GroupArgs]:
        """The groups there are, by role."""
        named = {"invokers": self.invokers, "developers": self.developers, "auditors": self.auditors}
        return {role: args for role, args in named.items() if args is not None}

    def _is_known(self, application: FunctionsApplication | None) -> None:
        if application is None:
            raise ValueError("is missing; developers change it with the function")

    def _separate(self, _: None) -> None:
        invokers, developers = self.groups.get("invokers"), self.groups.get("developers")
        if invokers and developers and same_group(invokers, developers):
            raise ValueError("are one group; who changes a function must not be who invokes it")


class FunctionAccess(pulumi.ComponentResource):
    """Groups, memberships and the policy of one function, and as whom it acts.

    Invokers may invoke and nothing else; developers may manage and not invoke; auditors may read. Everything
    is written through the tenancy's home region.

    Not for: what an event may do. The grant for an Events rule comes with its `EventTrigger`.
    """

    identity: FunctionIdentity
    dynamic_group_id: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: FunctionAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:FunctionAccess", name, {}, opts)
        dynamic_group = self._dynamic_group(name, args) if args.identity == "dynamic_group" else None
        self.dynamic_group_id = dynamic_group.id if dynamic_group else None
        self.identity = FunctionIdentity(
            function=args.function.function,
            dynamic_group=dynamic_group,
            compartment_id=args.function.compartment_id,
        )
        principals = {role: self._group(name, role, args) for role in args.groups}
        grants = list(_people(principals, args))
        if grants:
            GrantedPolicy(
                f"{name}-grants",
                GrantedPolicyArgs(
                    compartment_id=args.function.compartment_id,
                    policy_name=f"{args.prefix}-people",
                    description=f"What people may do with the function of {args.prefix}",
                    grants=grants,
                    iam_provider=args.iam_provider,
                    config_path=args.config_path,
                ),
                pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({"dynamic_group_id": self.dynamic_group_id} if dynamic_group else {})

    def _dynamic_group(self, name: str, args: FunctionAccessArgs) -> oci.identity.DynamicGroup:
        return oci.identity.DynamicGroup(
            group_of(name),
            compartment_id=args.tenancy_id,
            name=f"{args.prefix}-function",
            description=f"Exactly the function of {args.prefix}",
            # By OCID: a rule by compartment would let in every function somebody creates there.
            matching_rule=args.function.function_id.apply(exactly_this_function),
            opts=pulumi.ResourceOptions(parent=self, provider=args.iam_provider),
        )

    def _group(self, name: str, role: str, args: FunctionAccessArgs) -> Principal:
        wanted = args.groups[role]
        if wanted.existing_name:
            return group_named(wanted.existing_name)
        iam = pulumi.ResourceOptions(parent=self, provider=args.iam_provider)
        ref: str | oci.identity.Group = wanted.existing_id or oci.identity.Group(
            f"{name}-{role}",
            compartment_id=args.tenancy_id,
            name=f"{args.prefix}-{role}",
            description=f"{role.capitalize()} of the function of {args.prefix}",
            opts=iam,
        )
        for user_id in wanted.members:
            # By the user, not by the position: a member who leaves must not become the next one.
            oci.identity.UserGroupMembership(
                f"{name}-{role}-{user_id}",
                group_id=ref if isinstance(ref, str) else ref.id,
                user_id=user_id,
                opts=iam,
            )
        return group(ref)


def group_of(name: str) -> str:
    """What the program calls the dynamic group of the access of this name."""
    return f"{name}-dynamic-group"


def exactly_this_function(function_id: str) -> str:
    """The matching rule that only this function meets."""
    return f"ALL {{resource.type = 'fnfunc', resource.id = '{function_id}'}}"


def _people(principals: dict[str, Principal], args: FunctionAccessArgs) -> Iterator[Grant]:
    target = args.function
    if "invokers" in principals:
        yield allow(principals["invokers"]).to_invoke(target)
    if "developers" in principals and args.application is not None:
        developers = allow(principals["developers"])
        yield from developers.to_manage_without_invoking(target, args.application.application)
    if "auditors" in principals:
        yield from allow(principals["auditors"]).to_audit(target)


def _identity(value: str) -> None:
    limits.one_of(value, get_args(Identity))


def _group(args: GroupArgs) -> None:
    for check, value in checks_of(args).values():
        check(value)
    if problem := args.problem():
        raise ValueError(problem)
