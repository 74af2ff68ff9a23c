"""The application that functions live in, with its invoke log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_oci as oci

from components import limits
from components.errors import refuse_bad


@dataclass(frozen=True, kw_only=True)
class FunctionsApplicationArgs:
    """An application in one compartment.

    `display_name`, `subnet_ids` and `shape` replace the application, and with it every function, when they
    change. `image_signing_key_ids` makes Functions run only images signed with one of these keys.
    """

    compartment_id: str
    display_name: str
    subnet_ids: Sequence[str]
    shape: str = "GENERIC_X86"
    network_security_group_ids: Sequence[str] = ()
    config: Mapping[str, str] = field(default_factory=dict)
    log_retention_in_days: int = 30
    image_signing_key_ids: Sequence[str] = ()
    trace_domain_id: str | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(
            self.config_path,
            {
                "compartment_id": (limits.compartment, self.compartment_id),
                "subnet_ids": (limits.subnets, self.subnet_ids),
                "shape": (limits.shape, self.shape),
                "network_security_group_ids": (limits.security_groups, self.network_security_group_ids),
                "config": (limits.function_config, self.config),
                "log_retention_in_days": (limits.log_retention, self.log_retention_in_days),
                "image_signing_key_ids": (limits.keys, self.image_signing_key_ids),
                "trace_domain_id": (limits.trace_domain, self.trace_domain_id),
            },
        )


class FunctionsApplication(pulumi.ComponentResource):
    """An application and the log that records each invocation of its functions.

    Not for: access. A private subnet does not keep callers away from a function's invoke endpoint; only IAM
    does, so that is `FunctionAccess`'s.
    """

    application: oci.functions.Application
    application_id: pulumi.Output[str]
    log_id: pulumi.Output[str]
    shape: str

    def __init__(
        self, name: str, args: FunctionsApplicationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:FunctionsApplication", name, {}, opts)
        self.shape = args.shape
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
