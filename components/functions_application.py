"""The application that functions live in, with its invoke log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.function_network import FunctionNetwork
from components.service_logs import service_logs
from components.values import limits
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class ApplicationOptions:
    """What a stack may say about its application."""

    shape: Annotated[
        str,
        Option(
            "GENERIC_X86, GENERIC_ARM or GENERIC_X86_ARM (needs images for both); changing it replaces the "
            "application: new function OCIDs and invoke endpoints",
            limits.shape,
        ),
    ] = "GENERIC_X86"
    network_security_group_ids: Annotated[
        Sequence[str], Option("OCIDs of at most 5 network security groups", limits.security_groups)
    ] = ()
    config: Annotated[
        Mapping[str, str],
        Option("Environment variables of every function, never secrets", limits.function_config),
    ] = field(default_factory=dict)
    log_retention_in_days: Annotated[
        int, Option("Days the invoke log is kept: 30, 60, 90, 120, 150 or 180", limits.log_retention)
    ] = 30
    image_signing_key_ids: Annotated[
        Sequence[str],
        Option("OCIDs of Vault keys; given, only images signed with one of them run", limits.keys),
    ] = ()
    trace_domain_id: Annotated[
        str | None,
        Option("OCID of the APM domain that gets traces; left out, no tracing", limits.trace_domain),
    ] = None


@dataclass(frozen=True, kw_only=True)
class FunctionsApplicationArgs(ApplicationOptions):
    """An application in one compartment.

    `display_name` begins its name, `subnet_ids` and `shape` decide how it ends. When one of these changes, a
    new application takes its place. Its functions get new OCIDs and invoke endpoints; the old ones answer
    until rules and grants name the new ones. With a `network` of the program's own, it is in the subnet and
    the group of that one.
    """

    compartment_id: Annotated[str, Check(limits.compartment)]
    display_name: str
    subnet_ids: Annotated[Sequence[str], Check(limits.subnets)] = ()
    network: FunctionNetwork | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        if self.network is not None:
            checks["subnet_ids"] = (_none_beside, self.subnet_ids)
        refuse_bad(self.config_path, checks)


def _none_beside(subnet_ids: Sequence[str]) -> None:
    if subnet_ids:
        raise ValueError("cannot be given beside a network")


class FunctionsApplication(pulumi.ComponentResource):
    """An application and the log that records each invocation of its functions.

    Not for: access. A private subnet does not keep callers away from a function's invoke endpoint; only IAM
    does, so that is `FunctionAccess`'s.
    """

    application: oci.functions.Application
    application_id: pulumi.Output[str]
    log_id: pulumi.Output[str]
    shape: str
    tracing: bool

    def __init__(
        self, name: str, args: FunctionsApplicationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:FunctionsApplication", name, _evidence(args.network), opts)
        self.shape = args.shape
        self.tracing = args.trace_domain_id is not None
        self.application = oci.functions.Application(
            f"{name}-application",
            compartment_id=args.compartment_id,
            display_name=name_in_oci(args),
            subnet_ids=_subnet_ids(args),
            shape=args.shape,
            # What is not wanted is sent as such, here and below: left out, the provider keeps what was.
            network_security_group_ids=_groups(args),
            config=dict(args.config),
            image_policy_config=_image_policy(args.image_signing_key_ids),
            trace_config=_tracing(args.trace_domain_id),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.application_id = self.application.id
        (log,) = service_logs(
            self,
            name,
            compartment_id=args.compartment_id,
            display_name=args.display_name,
            description="What the functions of the application log",
            service="functions",
            # The log's resource is the application; a single function cannot be named here.
            resource=self.application.id,
            categories=["invoke"],
            retention_in_days=args.log_retention_in_days,
        )
        self.log_id = log.id
        self.register_outputs({"application_id": self.application_id, "log_id": self.log_id})


def _evidence(network: FunctionNetwork | None) -> dict[str, Any]:
    """Which subnet it is in, for the policy pack: an OCID that is unknown names no resource."""
    return {} if network is None else {"network": {"subnet": network.subnet.urn}}


def _subnet_ids(args: FunctionsApplicationArgs) -> list[pulumi.Input[str]]:
    """Sorted: another order of the same subnets would replace the application."""
    return [args.network.subnet_id] if args.network else [*sorted(args.subnet_ids)]


def _groups(args: FunctionsApplicationArgs) -> list[pulumi.Input[str]]:
    own = [args.network.security_group_id] if args.network else []
    return [*args.network_security_group_ids, *own]


def name_in_oci(args: FunctionsApplicationArgs) -> pulumi.Input[str]:
    """The application's name, which ends with a digest of what OCI cannot change in place.

    So a new application stands beside the one it replaces until its functions have taken over; under one name
    the old one, and every function in it, would have to go first.
    """
    if args.network is not None:
        return args.network.subnet_id.apply(lambda known: _named(args, [known]))
    return _named(args, sorted(args.subnet_ids))


def _named(args: FunctionsApplicationArgs, subnet_ids: Sequence[str]) -> str:
    fixed = "\n".join([args.shape, *subnet_ids])
    return f"{args.display_name}-{sha256(fixed.encode()).hexdigest()[:6]}"


def _image_policy(key_ids: Sequence[str]) -> oci.functions.ApplicationImagePolicyConfigArgs:
    return oci.functions.ApplicationImagePolicyConfigArgs(
        is_policy_enabled=bool(key_ids),
        key_details=[
            oci.functions.ApplicationImagePolicyConfigKeyDetailArgs(kms_key_id=key) for key in key_ids
        ],
    )


def _tracing(domain_id: str | None) -> oci.functions.ApplicationTraceConfigArgs:
    return oci.functions.ApplicationTraceConfigArgs(is_enabled=domain_id is not None, domain_id=domain_id)
