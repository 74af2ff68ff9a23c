"""What every component of one stack shares: where it is, how it signs in, how its names begin.

Each section of the config makes its component's arguments of itself and of this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi_oci as oci

from components.event_access import EventPrincipal
from components.event_bucket import BucketOptions, EventBucketArgs
from components.function_image import Registry
from components.queue import QueueArgs, QueueOptions
from components.stream import StreamArgs, StreamOptions
from components.topic import TopicArgs, TopicOptions
from components.values.option import options_of


def name_in_oci(name: str, stack: str) -> str:
    """The name in OCI of a bucket, a topic, a queue or a stream that a stack creates."""
    return f"{name}-{stack}"


@dataclass(frozen=True)
class Place:
    """A function or a trigger: the name it has in OCI, and its path in the config."""

    name: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Context:
    """One stack. `root` is the folder image contexts are relative to, `environment` what each function's
    environment holds unless its own config says otherwise, `iam` the provider for the home region.
    `dynamic_groups` are those that the stack has deployed, as the program names them, and `buckets` its
    buckets by their names in OCI."""

    stack: str
    application_name: str
    root: Path
    tenancy_id: str
    compartment_id: str
    subnet_ids: Sequence[str]
    namespace: str
    registry: Registry
    environment: Mapping[str, str]
    event_principal: EventPrincipal
    iam: oci.Provider
    dynamic_groups: Set[str] = frozenset()
    buckets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """Begins every physical name of the stack, so that two stacks live side by side in one tenancy, where
        groups, dynamic groups and buckets share one space of names."""
        return f"{self.application_name}-{self.stack}"

    def named(self, name: str) -> str:
        """The name in OCI of something the stack creates by name."""
        return name_in_oci(name, self.stack)

    def bucket(self, name: str, options: BucketOptions) -> EventBucketArgs:
        """A bucket the stack creates."""
        in_oci = name_in_oci(name, self.stack)
        former = self.buckets.get(in_oci, {})
        return EventBucketArgs(
            **options_of(options, BucketOptions),
            compartment_id=self.compartment_id,
            bucket_name=in_oci,
            namespace=self.namespace,
            region=self.registry.region,
            iam_provider=self.iam,
            was_versioned=former.get("versioning") in ("Enabled", "Suspended"),
            had_key=bool(former.get("kmsKeyId")),
            config_path=self.path(f"buckets.{name}"),
        )

    def topic(self, name: str, options: TopicOptions) -> TopicArgs:
        """A topic the stack creates."""
        return TopicArgs(
            **options_of(options, TopicOptions),
            compartment_id=self.compartment_id,
            topic_name=name_in_oci(name, self.stack),
            config_path=self.path(f"topics.{name}"),
        )

    def queue(self, name: str, options: QueueOptions) -> QueueArgs:
        """A queue the stack creates."""
        return QueueArgs(
            **options_of(options, QueueOptions),
            compartment_id=self.compartment_id,
            display_name=name_in_oci(name, self.stack),
            config_path=self.path(f"queues.{name}"),
        )

    def stream(self, name: str, options: StreamOptions) -> StreamArgs:
        """A stream the stack creates."""
        return StreamArgs(
            **options_of(options, StreamOptions),
            compartment_id=self.compartment_id,
            stream_name=name_in_oci(name, self.stack),
            config_path=self.path(f"streams.{name}"),
        )

    def path(self, path: str) -> str:
        """A path of the config as messages name it."""
        return f"Pulumi.{self.stack}.yaml: {path}"
