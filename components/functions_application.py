"""The application that functions live in, with its invoke log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.values import limits
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class ApplicationOptions:
    """What a stack may say about its application."""

    shape: Annotated[
        str,
        Option(
            "GENERIC_X86, GENERIC_ARM or GENERIC_X86_ARM (needs images for both); changing it replaces the "
            "application",
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

    `display_name`, `subnet_ids` and `shape` replace the application, and with it every function, when they
    change.
    """

    compartment_id: Annotated[str, Check(limits.compartment)]
    display_name: str
    subnet_ids: Annotated[Sequence[str], Check(limits.subnets)]
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


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
        super().__init__("aifunctions:index:FunctionsApplication", name, {}, opts)
        self.shape = args.shape
        self.tracing = args.trace_domain_id is not None
        self.application = oci.functions.Application(
            f"{name}-application",
            compartment_id=args.compartment_id,
            display_name=args.display_name,
            subnet_ids=list(args.subnet_ids),
            shape=args.shape,
            network_security_group_ids=list(args.network_security_group_ids) or None,
            config=dict(args.config) or None,
            image_policy_config=_image_policy(args.image_signing_key_ids),
            trace_config=_tracing(args.trace_domain_id),
            # The name is taken until the old application is gone, so that one goes first, with all in it.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.application_id = self.application.id
        self.log_id = self._log(name, args).id
        self.register_outputs({"application_id": self.application_id, "log_id": self.log_id})

    def _log(self, name: str, args: FunctionsApplicationArgs) -> oci.logging.Log:
        log_group = oci.logging.LogGroup(
            f"{name}-log-group",
            compartment_id=args.compartment_id,
            display_name=args.display_name,
            description="What the functions of the application log",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return oci.logging.Log(
            f"{name}-invoke-log",
            log_group_id=log_group.id,
            display_name=f"{args.display_name}-invoke",
            log_type="SERVICE",
            is_enabled=True,
            retention_duration=args.log_retention_in_days,
            configuration=oci.logging.LogConfigurationArgs(
                compartment_id=args.compartment_id,
                # The log's resource is the application; a single function cannot be named here.
                source=oci.logging.LogConfigurationSourceArgs(
                    source_type="OCISERVICE",
                    service="functions",
                    category="invoke",
                    resource=self.application.id,
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _image_policy(key_ids: Sequence[str]) -> oci.functions.ApplicationImagePolicyConfigArgs | None:
    if not key_ids:
        return None
    return oci.functions.ApplicationImagePolicyConfigArgs(
        is_policy_enabled=True,
        key_details=[
            oci.functions.ApplicationImagePolicyConfigKeyDetailArgs(kms_key_id=key) for key in key_ids
        ],
    )


def _tracing(domain_id: str | None) -> oci.functions.ApplicationTraceConfigArgs | None:
    if domain_id is None:
        return None
    return oci.functions.ApplicationTraceConfigArgs(is_enabled=True, domain_id=domain_id)
