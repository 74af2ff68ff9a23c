"""One function of an application, from an image pinned by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_oci as oci

from components import limits
from components.errors import Checks, refuse_bad


@dataclass(frozen=True, kw_only=True)
class AiFunctionArgs:
    """A function's size and code. `application_id` and `display_name` replace it when they change.

    `memory_in_mbs` is one of 128, 256, 512, 1024, 2048, 3072; the timeouts are seconds; `config` becomes
    environment variables that anyone who may read the function sees, so never a secret.
    """

    compartment_id: str
    application_id: pulumi.Input[str]
    display_name: str
    image: pulumi.Input[str]
    image_digest: pulumi.Input[str]
    memory_in_mbs: int = 256
    timeout_in_seconds: int = 30
    detached_mode_timeout_in_seconds: int | None = None
    provisioned_concurrency: int = 0
    config: Mapping[str, str] = field(default_factory=dict)
    tracing: bool = False
    config_path: str = ""

    def __post_init__(self) -> None:
        checks: Checks = {
            "compartment_id": (limits.compartment, self.compartment_id),
            "memory_in_mbs": (limits.memory, self.memory_in_mbs),
            "timeout_in_seconds": (limits.timeout, self.timeout_in_seconds),
            "detached_mode_timeout_in_seconds": (
                limits.detached_timeout,
                self.detached_mode_timeout_in_seconds,
            ),
            "provisioned_concurrency": (self._fits_memory, self.provisioned_concurrency),
            "config": (limits.function_config, self.config),
        }
        # A digest that is still to be computed by a build is pinned by construction.
        if isinstance(self.image_digest, str):
            checks["image_digest"] = (limits.digest, self.image_digest)
        refuse_bad(self.config_path, checks)

    def _fits_memory(self, count: int) -> int:
        return limits.provisioned_concurrency(count, self.memory_in_mbs)


class AiFunction(pulumi.ComponentResource):
    """A function that runs one image digest.

    Not for: who may call it (`FunctionAccess`) or what calls it (`EventTrigger`).
    """

    function: oci.functions.Function
    function_id: pulumi.Output[str]
    invoke_endpoint: pulumi.Output[str]
    compartment_id: str

    def __init__(self, name: str, args: AiFunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:AiFunction", name, {}, opts)
        self.compartment_id = args.compartment_id
        self.function = oci.functions.Function(
            f"{name}-function",
            application_id=args.application_id,
            display_name=args.display_name,
            memory_in_mbs=str(args.memory_in_mbs),  # the provider's schema wants text
            timeout_in_seconds=args.timeout_in_seconds,
            detached_mode_timeout_in_seconds=args.detached_mode_timeout_in_seconds,
            config=dict(args.config) or None,
            source_details=oci.functions.FunctionSourceDetailsArgs(
                source_type="CONTAINER_IMAGE", image=args.image, image_digest=args.image_digest
            ),
            provisioned_concurrency_config=_provisioned(args.provisioned_concurrency),
            trace_config=oci.functions.FunctionTraceConfigArgs(is_enabled=True) if args.tracing else None,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.function_id = self.function.id
        self.invoke_endpoint = self.function.invoke_endpoint
        self.register_outputs({"function_id": self.function_id, "invoke_endpoint": self.invoke_endpoint})


def _provisioned(count: int) -> oci.functions.FunctionProvisionedConcurrencyConfigArgs | None:
    if not count:
        return None
    return oci.functions.FunctionProvisionedConcurrencyConfigArgs(strategy="CONSTANT", count=count)
