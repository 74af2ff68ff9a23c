"""What a changed config means for what the stack has deployed: refused or announced before anything moves.

A config can be good by itself and still be where this stack cannot go in one deploy: half of it would stay in
another region, or a bucket that still has objects could not be deleted. The engine is asked for the stack's
own state, which the program otherwise never sees.

Not for: what OCI holds beside the stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_oci as oci

from components.config.arguments import name_in_oci
from components.config.model import StackConfig
from components.errors import ConfigError
from components.lookup import ask

_APPLICATION = "oci:Functions/application:Application"
_VCN = "oci:Core/vcn:Vcn"
_GATEWAY = "oci:ApiGateway/gateway:Gateway"
_BUCKET = "oci:ObjectStorage/bucket:Bucket"
_FUNCTION = "oci:Functions/function:Function"
_TOPIC = "oci:Ons/notificationTopic:NotificationTopic"
_QUEUE = "oci:Queue/queue:Queue"
_STREAM = "oci:Streaming/stream:Stream"
_DYNAMIC_GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
_GROUPS = (_DYNAMIC_GROUP, "oci:Identity/group:Group")
_PROVIDER = "pulumi:providers:oci"


@dataclass(frozen=True)
class Deployed:
    """The outputs of what the last deploy left, by the URN of each resource."""

    outputs: Mapping[str, Mapping[str, Any]]

    def of_type(self, token: str) -> Sequence[Mapping[str, Any]]:
        """The outputs of all resources of a type."""
        return [each for urn, each in self.outputs.items() if _type(urn) == token]

    @property
    def dynamic_groups(self) -> frozenset[str]:
        """Its dynamic groups, as the program names them: in OCI they may get another name."""
        return frozenset(urn.rpartition("::")[2] for urn in self.outputs if _type(urn) == _DYNAMIC_GROUP)

    @property
    def region(self) -> str | None:
        """Where the stack's own provider has deployed something; None if nowhere."""
        if not any(_type(urn).startswith("oci:") for urn in self.outputs):
            return None
        found = [
            outputs.get("region")
            for urn, outputs in self.outputs.items()
            if _type(urn) == _PROVIDER and urn.rpartition("::")[2].startswith("default")
        ]
        return next((str(region) for region in found if region), None)


def check(config: StackConfig, stack: str) -> Deployed:
    """What is deployed. Announces what the change costs.

    Raises `ConfigError` with every reason why it cannot be made.
    """
    deployed = _deployed(stack)
    problems = list(refusals(config, stack, deployed))
    if problems:
        raise ConfigError(*(f"Pulumi.{stack}.yaml: {problem}" for problem in problems))
    for line in announcements(config, stack, deployed):
        pulumi.log.warn(line)
    return deployed


def _deployed(stack: str) -> Deployed:
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
    answer = ask(
        "what the stack has deployed",
        lambda: pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {"stackName": name}).value,
    )
    resources: Mapping[str, Any] = (answer or {}).get("outputs") or {}
    return Deployed({urn: (each or {}).get("outputs") or {} for urn, each in resources.items()})


def refusals(config: StackConfig, stack: str, deployed: Deployed) -> Iterator[str]:
    """Why this config cannot follow what is deployed."""
    if deployed.region not in (None, config.region):
        yield (
            f"oci:region: this stack is deployed in {deployed.region}, and what it created cannot move to "
            f"{config.region}; create another stack there, or destroy this one first"
        )
        return
    tenancies = {each.get("compartmentId") for token in _GROUPS for each in deployed.of_type(token)}
    if tenancies - {None, config.tenancy_id}:
        yield "tenancy_id: this stack is deployed in another tenancy; create another stack, or destroy this"
        return
    if not config.application.allow_replacement:
        yield from (
            f"{key}: {move}, so a new application would replace the deployed one, and every function would "
            "get a new OCID and invoke endpoint; if that is meant, set application.allow_replacement: true"
            for key, move in _moves(config, deployed)
        )
    wanted = {name_in_oci(name, stack) for name in config.buckets()}
    existing = _existing_buckets(config)
    for bucket in deployed.of_type(_BUCKET):
        name = str(bucket.get("name"))
        if name in wanted:
            continue
        own = name.removesuffix(f"-{stack}")
        if name in existing:
            yield (
                f"{existing[name]}: {name} is this stack's own bucket, which it would delete; write name: "
                f"{own}, without existing"
            )
        elif _holds_objects(name, str(bucket.get("namespace"))):
            yield (
                f"keep_buckets: nothing names the bucket {name} any more and it still has objects, so OCI "
                f"would not delete it; keep it with keep_buckets: [{own}], or delete its objects and "
                "their versions"
            )


def _moves(config: StackConfig, deployed: Deployed) -> Iterator[tuple[str, str]]:
    """How the application would come into another network than it is in: the key that says so, and the move.

    Not another list of given subnets: those are the person's own, and announced alone.
    """
    own = [str(cidr) for vcn in deployed.of_type(_VCN) for cidr in vcn.get("cidrBlocks") or []]
    for application in deployed.of_type(_APPLICATION):
        subnets = sorted(application.get("subnetIds") or [])
        if config.network is None and own and subnets != sorted(config.subnet_ids or []):
            yield "subnet_ids", f"functions run in the stack's own network, {own[0]}, which would be deleted"
        elif config.network is not None and not own:
            yield "network", "functions run in subnets that were given"
        elif config.network is not None and config.network.cidr not in own:
            yield "network.cidr", f"functions run in {own[0]}, which cannot get other addresses"


def _existing_buckets(config: StackConfig) -> dict[str, str]:
    return {bucket.name: path for path, bucket in config.named_buckets() if bucket.existing}


def _holds_objects(name: str, namespace: str) -> bool:
    """Whether there is something in the bucket, as far as OCI's own count, which lags behind, says."""
    found = ask(f"the bucket {name}", lambda: oci.objectstorage.get_bucket(name=name, namespace=namespace))
    return str(found.approximate_count or "0") != "0"


def announcements(config: StackConfig, stack: str, deployed: Deployed) -> Iterator[str]:
    """What the change costs, in words the engine's list of steps does not have."""
    moves = [key for key, _ in _moves(config, deployed)]
    for application in deployed.of_type(_APPLICATION):
        subnets = sorted(application.get("subnetIds") or [])
        given = subnets if config.subnet_ids is None else sorted(config.subnet_ids)
        changed = [
            key
            for key, old, new in (
                ("subnet_ids", subnets, given),
                ("application.shape", application.get("shape"), config.application.shape),
            )
            if old and old != new
        ]
        changed = [*(key for key in moves if key not in changed), *changed]
        if changed:
            yield (
                f"{' and '.join(changed)}: a new application replaces the deployed one. Every function gets "
                "a new OCID and invoke endpoint; the old ones answer until the new ones are in place"
            )
    yield from _moved_gateways(config, deployed)
    yield from _lost(config, stack, deployed)
    before = {str(each.get("displayName")) for each in deployed.of_type(_FUNCTION)}
    after = {function.place(key).name: key for key, function in config.functions.items()}
    new = sorted(set(after) - before)
    for gone in sorted(before - set(after)) if new else ():
        yield (
            f"functions.{after[new[0]]}: is new, and the function {gone} is deleted. If it was renamed and "
            f"should keep its OCID, endpoint and groups, set renamed_from: {gone}"
        )


def _gateway_subnet(config: StackConfig, deployed: Deployed, gateway: Mapping[str, Any]) -> str | None:
    """Where the gateway will be; None is in another network, whose subnet has no OCID yet."""
    named = (config.api.subnet_id if config.api else None) or next(iter(config.subnet_ids or []), None)
    return named or (None if list(_moves(config, deployed)) else gateway.get("subnetId"))


def _moved_gateways(config: StackConfig, deployed: Deployed) -> Iterator[str]:
    """What OCI cannot change of a gateway: the one that takes its place has another host name."""
    if config.api is None:
        return
    for gateway in deployed.of_type(_GATEWAY):
        changed = [
            f"api.{key}"
            for key, old, new in (
                ("endpoint_type", gateway.get("endpointType"), config.api.endpoint_type),
                ("subnet_id", gateway.get("subnetId"), _gateway_subnet(config, deployed, gateway)),
            )
            if old and old != new
        ]
        if changed:
            yield (
                f"{' and '.join(changed)}: a new gateway replaces the deployed one. Its host name and "
                "address are others; clients, and DNS names that point to it, must follow"
            )


def _lost(config: StackConfig, stack: str, deployed: Deployed) -> Iterator[str]:
    """What is deleted with what it holds, which OCI does not refuse."""
    for token, name, wanted, key, holds in (
        (_TOPIC, "name", config.topics(), "keep_topics", "subscriptions"),
        (_QUEUE, "displayName", config.queues(), "keep_queues", "messages"),
        (_STREAM, "name", config.streams(), "keep_streams", "messages"),
    ):
        kept = {name_in_oci(each, stack) for each in wanted}
        for gone in (str(each.get(name)) for each in deployed.of_type(token)):
            if gone not in kept:
                own = gone.removesuffix(f"-{stack}")
                yield (
                    f"{key}: nothing names {gone} any more, so it is deleted with its {holds}; keep it with "
                    f"{key}: [{own}]"
                )


def _type(urn: str) -> str:
    """The type of a resource, without those of its parents."""
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 2 else ""
