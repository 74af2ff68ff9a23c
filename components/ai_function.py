"""One function of an application, from an image pinned by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.grants.targets import QueueTarget, StreamTarget, TopicTarget, id_of
from components.values import limits
from components.values.option import Check, Option

ReportTarget = TopicTarget | QueueTarget | StreamTarget

_LENGTH_TO_COME = 100  # characters of an OCID, about


@dataclass(frozen=True, kw_only=True)
class FunctionOptions:
    """What a stack may say about a function's size and environment."""

    memory_in_mbs: Annotated[
        int, Option("Memory in MB: 128, 256, 512, 1024, 2048 or 3072", limits.memory)
    ] = 256
    timeout_in_seconds: Annotated[
        int, Option("Longest synchronous invocation, 1 to 300 seconds", limits.timeout)
    ] = 30
    detached_mode_timeout_in_seconds: Annotated[
        int | None,
        Option(
            "Longest detached invocation, 5 to 3600 seconds; left out, the synchronous timeout",
            limits.detached_timeout,
        ),
    ] = None
    provisioned_concurrency: Annotated[
        int,
        Option("Invocations kept warm: 0, or a multiple of 40 (128 MB), 20 (256 MB), 10 (more memory)"),
    ] = 0
    config: Annotated[
        Mapping[str, str],
        Option(
            "Environment variables, never secrets; 4 KB together with the application's",
            limits.function_config,
        ),
    ] = field(default_factory=dict)

    @property
    def detached_timeout(self) -> int:
        """Seconds a detached invocation may take: unless said, those of a synchronous one."""
        return self.detached_mode_timeout_in_seconds or max(self.timeout_in_seconds, limits.LEAST_DETACHED)

    def concurrency_fits_memory(self, _: object = None) -> None:
        """Raise ValueError unless the memory allows that provisioned concurrency."""
        limits.provisioned_concurrency(self.provisioned_concurrency, self.memory_in_mbs)


@dataclass(frozen=True, kw_only=True)
class AiFunctionArgs(FunctionOptions):
    """A function's size and code. `application_id` and `display_name` replace it when they change.

    `config` becomes environment variables that anyone who may read the function sees, so never a secret.
    `environment` are further ones, some of which are known only when what they name exists. `success` and
    `failure` are told how each detached invocation ended.
    """

    compartment_id: Annotated[str, Check(limits.compartment)]
    application_id: pulumi.Input[str]
    display_name: str
    image: pulumi.Input[str]
    image_digest: pulumi.Input[str]
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    success: ReportTarget | None = None
    failure: ReportTarget | None = None
    tracing: bool = False
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        checks["provisioned_concurrency"] = (self.concurrency_fits_memory, None)
        checks["config"] = (limits.function_config, {**self._expected_environment(), **self.config})
        # A digest that is still to be computed by a build is pinned by construction.
        if isinstance(self.image_digest, str):
            checks["image_digest"] = (limits.digest, self.image_digest)
        refuse_bad(self.config_path, checks)

    def _expected_environment(self) -> dict[str, str]:
        """The environment as long as it will be: what is not known yet is an OCID or an address."""
        return {
            name: value if isinstance(value, str) else "-" * _LENGTH_TO_COME
            for name, value in self.environment.items()
        }


class AiFunction(pulumi.ComponentResource):
    """A function that runs one image digest.

    Not for: who may invoke it (`FunctionAccess`) or what invokes it (`EventTrigger`).
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
            memory_in_mbs=str(args.memory_in_mbs),  # a string in the provider's schema
            timeout_in_seconds=args.timeout_in_seconds,
            # What is not wanted is sent as such, here and below: left out, the provider keeps what was.
            detached_mode_timeout_in_seconds=args.detached_timeout,
            config={**args.environment, **args.config},
            source_details=oci.functions.FunctionSourceDetailsArgs(
                source_type="CONTAINER_IMAGE", image=args.image, image_digest=args.image_digest
            ),
            provisioned_concurrency_config=_provisioned(args.provisioned_concurrency),
            success_destination=oci.functions.FunctionSuccessDestinationArgs(**_destination(args.success)),
            failure_destination=oci.functions.FunctionFailureDestinationArgs(**_destination(args.failure)),
            trace_config=oci.functions.FunctionTraceConfigArgs(is_enabled=args.tracing),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.function_id = self.function.id
        self.invoke_endpoint = self.function.invoke_endpoint
        self.register_outputs({"function_id": self.function_id, "invoke_endpoint": self.invoke_endpoint})


def _provisioned(count: int) -> oci.functions.FunctionProvisionedConcurrencyConfigArgs:
    if not count:
        return oci.functions.FunctionProvisionedConcurrencyConfigArgs(strategy="NONE")
    return oci.functions.FunctionProvisionedConcurrencyConfigArgs(strategy="CONSTANT", count=count)


def _destination(target: ReportTarget | None) -> dict[str, Any]:
    match target:
        case TopicTarget():
            return {"kind": "NOTIFICATION", "topic_id": id_of(target.id)}
        case QueueTarget():
            return {"kind": "QUEUE", "queue_id": id_of(target.id)}
        case StreamTarget():
            return {"kind": "STREAM", "stream_id": id_of(target.id)}
        case None:
            return {"kind": "NONE"}
