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
from components.config.data_section import QueueDataConfig, StreamDataConfig
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
_CODE = {"CONTAINER_IMAGE": "an image", "ARCHIVE": "an archive"}
# The component of what can be retained.
_RETAINED = {
    _BUCKET: "aifunctions:index:EventBucket",
    _TOPIC: "aifunctions:index:Topic",
    _QUEUE: "aifunctions:index:Queue",
    _STREAM: "aifunctions:index:Stream",
}
_DYNAMIC_GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
_GROUPS = (_DYNAMIC_GROUP, "oci:Identity/group:Group")
_ALARM = "aifunctions:index:AlarmTrigger"
_EVENT_ACCESS = "aifunctions:index:EventAccess"
_PROVIDER = "pulumi:providers:oci"


@dataclass(frozen=True)
class Deployed:
    """The outputs of what the last deploy left, by the URN of each resource."""

    outputs: Mapping[str, Mapping[str, Any]]

    def of_type(self, token: str) -> Sequence[Mapping[str, Any]]:
        """The outputs of all resources of a type."""
        return [each for urn, each in self.outputs.items() if _type(urn) == token]

    def of_name(self, token: str) -> Sequence[Mapping[str, Any]]:
        """Those of them that the config names, which no trigger has made for itself."""
        return [
            each
            for urn, each in self.outputs.items()
            if _type(urn) == token and _ALARM not in urn.split("::")[2]
        ]

    @property
    def dynamic_groups(self) -> frozenset[str]:
        """Its dynamic groups, as the program names them: in OCI they may get another name."""
        return frozenset(urn.rpartition("::")[2] for urn in self.outputs if _type(urn) == _DYNAMIC_GROUP)

    @property
    def buckets(self) -> Mapping[str, Mapping[str, Any]]:
        """Its buckets, by their names in OCI."""
        return {str(each.get("name")): each for each in self.of_type(_BUCKET)}

    def retained(self, component: str) -> frozenset[str]:
        """The names, as the config said them, of what stays in OCI when the stack lets go of it."""
        return frozenset(
            urn.rpartition("::")[2]
            for urn, outputs in self.outputs.items()
            if _type(urn) == component and outputs.get("retained") is True
        )

    @property
    def grants_events_together(self) -> bool:
        """Whether Events may invoke every function of the application by one policy."""
        return any(f"{_EVENT_ACCESS}$" in urn for urn in self.outputs)

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
    yield from _other_code(config, deployed)
    yield from _other_tiers(config, stack, deployed)
    wanted = {name_in_oci(name, stack) for name in config.created_buckets()}
    existing = _existing_buckets(config)
    for bucket in deployed.of_type(_BUCKET):
        name = str(bucket.get("name"))
        if name in wanted:
            continue
        own = name.removesuffix(f"-{stack}")
        if own in deployed.retained(_RETAINED[_BUCKET]):
            continue  # it stays, with its objects
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


def _other_code(config: StackConfig, deployed: Deployed) -> Iterator[str]:
    """Functions that would be code of another kind: the provider would delete them and create new ones, with
    other OCIDs and without the old ones' grants, and OCI would refuse the new ones for their names."""
    kinds = {
        str(each.get("displayName")): str((each.get("sourceDetails") or {}).get("sourceType")).upper()
        for each in deployed.of_type(_FUNCTION)
    }
    for key, function in config.functions.items():
        here = function.place(key)
        wanted = "ARCHIVE" if function.source is not None else "CONTAINER_IMAGE"
        found = kinds.get(here.name, wanted)
        if found != wanted and found in _CODE:
            yield (
                f"{here.path}: runs {_CODE[found]}, and OCI cannot make that {_CODE[wanted]}; give the "
                "function another name: it gets a new OCID and endpoint, and what names the old ones must "
                "name those"
            )


def _other_tiers(config: StackConfig, stack: str, deployed: Deployed) -> Iterator[str]:
    """A bucket of another tier is another bucket, and OCI does not delete one that has objects."""
    for name in config.created_buckets():
        bucket = deployed.buckets.get(name_in_oci(name, stack), {})
        tier = bucket.get("storageTier")
        wanted = config.buckets[name].storage_tier if name in config.buckets else "Standard"
        if tier in (None, wanted):
            continue
        if name in deployed.retained(_RETAINED[_BUCKET]) or _holds_objects(
            str(bucket.get("name")), str(bucket.get("namespace"))
        ):
            yield (
                f"buckets.{name}.storage_tier: is {tier} and cannot change; a bucket of another tier would "
                "replace this one, which stays: give the new one another name"
            )


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
    yield from _replaced(config, stack, deployed)
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
        (_TOPIC, "name", config.created_topics(), "keep_topics", "subscriptions"),
        (_QUEUE, "displayName", config.created_queues(), "keep_queues", "messages"),
        (_STREAM, "name", config.created_streams(), "keep_streams", "messages"),
    ):
        kept = {name_in_oci(each, stack) for each in wanted}
        for gone in (str(each.get(name)) for each in deployed.of_name(token)):
            if gone in kept:
                continue
            own = gone.removesuffix(f"-{stack}")
            if own in deployed.retained(_RETAINED[token]):
                yield f"{gone}: stays in OCI with its {holds}, and is no longer this stack's"
                continue
            yield (
                f"{key}: nothing names {gone} any more, so it is deleted with its {holds}; keep it with "
                f"{key}: [{own}]"
            )
    wanted_buckets = {name_in_oci(each, stack) for each in config.created_buckets()}
    for name in sorted(deployed.buckets.keys() - wanted_buckets):
        if name.removesuffix(f"-{stack}") in deployed.retained(_RETAINED[_BUCKET]):
            yield f"{name}: stays in OCI with its objects, and is no longer this stack's"


def _replaced(config: StackConfig, stack: str, deployed: Deployed) -> Iterator[str]:
    """Queues and streams of which a changed option makes others, without the messages."""
    queues = {str(each.get("displayName")): each for each in deployed.of_name(_QUEUE)}
    streams = {str(each.get("name")): each for each in deployed.of_name(_STREAM)}
    for name in config.created_queues():
        wanted = config.queues.get(name, QueueDataConfig())
        settings = {"retention_seconds": ("retentionInSeconds", wanted.retention_seconds)}
        yield from _another(f"queues.{name}", queues.get(name_in_oci(name, stack), {}), settings)
    for name in config.created_streams():
        of = config.streams.get(name, StreamDataConfig())
        settings = {
            "partitions": ("partitions", of.partitions),
            "retention_hours": ("retentionInHours", of.retention_hours),
        }
        yield from _another(f"streams.{name}", streams.get(name_in_oci(name, stack), {}), settings)


def _another(path: str, held: Mapping[str, Any], settings: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    for key, (in_oci, wanted) in settings.items():
        if held.get(in_oci) is not None and int(held[in_oci]) != wanted:
            yield (
                f"{path}.{key}: {int(held[in_oci])} cannot become {wanted} in place; another one with a new "
                "OCID replaces it, without the messages that nobody has received yet"
            )


def _type(urn: str) -> str:
    """The type of a resource, without those of its parents."""
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 2 else ""
