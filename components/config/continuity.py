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
_BUCKET = "oci:ObjectStorage/bucket:Bucket"
_FUNCTION = "oci:Functions/function:Function"
_TOPIC = "oci:Ons/notificationTopic:NotificationTopic"
_QUEUE = "oci:Queue/queue:Queue"
_STREAM = "oci:Streaming/stream:Stream"
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


def _existing_buckets(config: StackConfig) -> dict[str, str]:
    return {bucket.name: path for path, bucket in config.named_buckets() if bucket.existing}


def _holds_objects(name: str, namespace: str) -> bool:
    """Whether there is something in the bucket, as far as OCI's own count, which lags behind, says."""
    found = ask(f"the bucket {name}", lambda: oci.objectstorage.get_bucket(name=name, namespace=namespace))
    return str(found.approximate_count or "0") != "0"


def announcements(config: StackConfig, stack: str, deployed: Deployed) -> Iterator[str]:
    """What the change costs, in words the engine's list of steps does not have."""
    for application in deployed.of_type(_APPLICATION):
        changed = [
            key
            for key, old, new in (
                ("subnet_ids", sorted(application.get("subnetIds") or []), sorted(config.subnet_ids)),
                ("application.shape", application.get("shape"), config.application.shape),
            )
            if old and old != new
        ]
        if changed:
            yield (
                f"{' and '.join(changed)}: a new application replaces the deployed one. Every function gets "
                "a new OCID and invoke endpoint; the old ones answer until the new ones are in place"
            )
    yield from _lost(config, stack, deployed)
    before = {str(each.get("displayName")) for each in deployed.of_type(_FUNCTION)}
    after = {function.place(key).name: key for key, function in config.functions.items()}
    new = sorted(set(after) - before)
    for gone in sorted(before - set(after)) if new else ():
        yield (
            f"functions.{after[new[0]]}: is new, and the function {gone} is deleted. If it was renamed and "
            f"should keep its OCID, endpoint and groups, set renamed_from: {gone}"
        )


def _lost(config: StackConfig, stack: str, deployed: Deployed) -> Iterator[str]:
    """What is deleted with what it holds, which OCI does not refuse."""
    for token, name, wanted, key, holds in (
        (_TOPIC, "name", config.topics(), "keep_topics", "subscriptions"),
        (_QUEUE, "displayName", config.queues(), "keep_queues", "messages"),
        (_STREAM, "name", config.streams(), "keep_streams", "messages"),
    ):
        kept = {name_in_oci(each, stack) for each in wanted}
        for gone in (str(each.get(name)) for each in deployed.of_name(token)):
            if gone not in kept:
                own = gone.removesuffix(f"-{stack}")
                yield (
                    f"{key}: nothing names {gone} any more, so it is deleted with its {holds}; keep it with "
                    f"{key}: [{own}]"
                )


def _type(urn: str) -> str:
    """The type of a resource, without those of its parents."""
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 2 else ""
