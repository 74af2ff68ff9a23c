"""The sections of what a connection ends at: something the stack creates, or something that exists.

Each makes its target (`components.grants.targets`) of itself, the stack's context and what the stack creates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, cast

from pydantic import model_validator

from components.ai_function import AiFunction
from components.config.arguments import Context, name_in_oci
from components.config.section import Name, section
from components.event_access import EventAccess
from components.function_network import FunctionNetwork
from components.grants import targets
from components.queue import Queue
from components.stream import Stream
from components.topic import Topic
from components.values import destination, limits
from components.values.option import Option

_CREATED = "Name of a {0} of this stack, which is created with the stack's name appended"
_EXISTING = "OCID of a {0} that exists"
_ENDPOINT = "Where its messages go, as OCI shows it; needed with existing_id"


@dataclass(frozen=True)
class Created:
    """What the stack creates itself: what a connection can name, by the names in the config; the network
    (None where subnets are given); and what invokes each function, by the keys of function and trigger."""

    topics: Mapping[str, Topic]
    queues: Mapping[str, Queue]
    streams: Mapping[str, Stream]
    functions: dict[str, AiFunction] = field(default_factory=dict)
    network: FunctionNetwork | None = None
    triggers: dict[str, Mapping[str, object]] = field(default_factory=dict)
    event_access: EventAccess | None = None


@section
class Elsewhere:
    """Something that need not be in the stack's compartment."""

    compartment_id: Annotated[
        str | None, Option("OCID of its compartment, where that is not the stack's", limits.compartment)
    ] = None

    def scope(self, context: Context) -> str:
        """The compartment it is in."""
        return self.compartment_id or context.compartment_id


@section
class BucketConfig:
    """A bucket whose objects invoke the function."""

    name: Annotated[
        str,
        Option("Name of the bucket; a bucket that is created gets the stack's name appended", limits.bucket),
    ]
    existing: Annotated[
        bool,
        Option(
            "true: the bucket is not this stack's; it exists, in the trigger's compartment, with object "
            "events on"
        ),
    ] = False

    def name_in_oci(self, stack: str) -> str:
        """The bucket's name in OCI."""
        return self.name if self.existing else name_in_oci(self.name, stack)


@section
class UsedBucketConfig(BucketConfig, Elsewhere):
    """A bucket that the function uses."""

    existing: Annotated[bool, Option("true: the bucket is not this stack's; it exists")] = False

    @model_validator(mode="after")
    def _is_where_it_is(self) -> UsedBucketConfig:
        if self.compartment_id and not self.existing:
            raise ValueError("compartment_id is that of a bucket that exists; give existing: true with it")
        return self

    def target(self, context: Context, _: Created) -> targets.BucketTarget:
        """The bucket."""
        return targets.BucketTarget(
            name=self.name_in_oci(context.stack),
            compartment_id=self.scope(context),
            namespace=context.namespace,
        )


@section
class ObjectsConfig(UsedBucketConfig):
    """A bucket, or those of its objects whose names begin alike."""

    prefix: Annotated[
        str | None,
        Option(
            "Only objects whose names begin so, in upper or lower case; they cannot be listed then",
            destination.object_prefix,
        ),
    ] = None

    def target(self, context: Context, created: Created) -> targets.BucketTarget:
        """The bucket, or the objects."""
        return replace(super().target(context, created), prefix=self.prefix or "")


@section
class _Named(Elsewhere):
    """Something of this stack by its name, or something that exists by its OCID."""

    name: str | None = None
    existing_id: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> _Named:
        if (self.name is None) == (self.existing_id is None):
            raise ValueError("give either name, of this stack's own, or existing_id")
        if self.name is not None and self.compartment_id is not None:
            raise ValueError("compartment_id belongs to existing_id; what is created is the stack's")
        return self


@section
class _Addressed(_Named):
    """The same, with an address of its own that only OCI knows."""

    endpoint: Annotated[str | None, Option(_ENDPOINT, destination.endpoint)] = None

    @model_validator(mode="after")
    def _has_its_address(self) -> _Addressed:
        if (self.existing_id is None) != (self.endpoint is None):
            raise ValueError("existing_id and endpoint belong together; give both, or name alone")
        return self


@section
class TopicConfig(_Named):
    """A topic."""

    name: Annotated[Name | None, Option(_CREATED.format("topic"))] = None
    existing_id: Annotated[str | None, Option(_EXISTING.format("topic"), destination.topic)] = None

    def target(self, context: Context, created: Created) -> targets.TopicTarget:
        """The topic."""
        topic = self.existing_id or created.topics[cast(str, self.name)].topic
        return targets.TopicTarget(id=topic, compartment_id=self.scope(context))


@section
class NamedQueue(_Named):
    """A queue whose address nobody needs."""

    name: Annotated[Name | None, Option(_CREATED.format("queue"))] = None
    existing_id: Annotated[str | None, Option(_EXISTING.format("queue"), destination.queue)] = None

    def target(self, context: Context, created: Created) -> targets.QueueTarget:
        """The queue."""
        queue = self.existing_id or created.queues[cast(str, self.name)].queue
        return targets.QueueTarget(id=queue, endpoint="", compartment_id=self.scope(context))


@section
class QueueConfig(NamedQueue, _Addressed):
    """A queue."""

    def target(self, context: Context, created: Created) -> targets.QueueTarget:
        """The queue."""
        scope = self.scope(context)
        if self.existing_id is not None and self.endpoint is not None:
            return targets.QueueTarget(id=self.existing_id, endpoint=self.endpoint, compartment_id=scope)
        queue = created.queues[cast(str, self.name)].queue
        return targets.QueueTarget(id=queue, endpoint=queue.messages_endpoint, compartment_id=scope)


@section
class NamedStream(_Named):
    """A stream whose address nobody needs."""

    name: Annotated[Name | None, Option(_CREATED.format("stream"))] = None
    existing_id: Annotated[str | None, Option(_EXISTING.format("stream"), destination.stream)] = None

    def target(self, context: Context, created: Created) -> targets.StreamTarget:
        """The stream."""
        stream = self.existing_id or created.streams[cast(str, self.name)].stream
        return targets.StreamTarget(id=stream, endpoint="", compartment_id=self.scope(context))


@section
class StreamConfig(NamedStream, _Addressed):
    """A stream."""

    def target(self, context: Context, created: Created) -> targets.StreamTarget:
        """The stream."""
        scope = self.scope(context)
        if self.existing_id is not None and self.endpoint is not None:
            return targets.StreamTarget(id=self.existing_id, endpoint=self.endpoint, compartment_id=scope)
        stream = created.streams[cast(str, self.name)].stream
        return targets.StreamTarget(id=stream, endpoint=stream.messages_endpoint, compartment_id=scope)


@section
class OtherFunctionConfig(_Addressed):
    """Another function."""

    name: Annotated[Name | None, Option("Key of another function of this stack")] = None
    existing_id: Annotated[str | None, Option(_EXISTING.format("function"), destination.function)] = None
    endpoint: Annotated[
        str | None, Option("Its invoke endpoint; needed with existing_id", destination.endpoint)
    ] = None

    def target(self, context: Context, created: Created) -> targets.FunctionTarget:
        """The function."""
        scope = self.scope(context)
        if self.existing_id is not None and self.endpoint is not None:
            return targets.FunctionTarget(
                function=self.existing_id, endpoint=self.endpoint, compartment_id=scope
            )
        other = created.functions[cast(str, self.name)]
        return targets.FunctionTarget(
            function=other.function, endpoint=other.invoke_endpoint, compartment_id=scope
        )


@section
class SecretConfig(Elsewhere):
    """A secret, by its OCID."""

    id: Annotated[str, Option("OCID of the secret", destination.secret)]

    def target(self, context: Context, _: Created) -> targets.SecretTarget:
        """The secret."""
        return targets.SecretTarget(id=self.id, compartment_id=self.scope(context))


@section
class KeyConfig(Elsewhere):
    """A key, by its OCID."""

    id: Annotated[str, Option("OCID of the key", destination.key)]
    endpoint: Annotated[str, Option("The cryptographic endpoint of its vault", destination.endpoint)]

    def target(self, context: Context, _: Created) -> targets.KeyTarget:
        """The key."""
        return targets.KeyTarget(id=self.id, endpoint=self.endpoint, compartment_id=self.scope(context))


@section
class TableConfig(Elsewhere):
    """A NoSQL table, by its name."""

    name: Annotated[str, Option("Name of a NoSQL table that exists", destination.table)]

    def target(self, context: Context, _: Created) -> targets.TableTarget:
        """The table."""
        return targets.TableTarget(name=self.name, compartment_id=self.scope(context))


@section
class WalletConfig(Elsewhere):
    """The wallet of an Autonomous Database."""

    id: Annotated[str, Option("OCID of the Autonomous Database", destination.database)]
    by_id: Annotated[
        bool,
        Option(
            "true: the statement names the database by a variable that public policies use and Oracle's page "
            "lacks; false: it reaches every Autonomous Database of the compartment"
        ),
    ] = False

    def target(self, context: Context, _: Created) -> targets.DatabaseTarget:
        """The database."""
        return targets.DatabaseTarget(id=self.id, by_id=self.by_id, compartment_id=self.scope(context))


@section
class LogConfig(Elsewhere):
    """A custom log."""

    id: Annotated[str, Option("OCID of a custom log that exists", destination.log)]
    group_id: Annotated[
        str, Option("OCID of its log group, which the statement names", destination.log_group)
    ]

    def target(self, context: Context, _: Created) -> targets.LogTarget:
        """The log."""
        return targets.LogTarget(id=self.id, group_id=self.group_id, compartment_id=self.scope(context))


@section
class MetricsConfig:
    """Custom metrics."""

    namespace: Annotated[str, Option("Their namespace, of your choice", destination.metrics_namespace)]

    def target(self, context: Context, _: Created) -> targets.MetricsTarget:
        """The metrics."""
        return targets.MetricsTarget(namespace=self.namespace, compartment_id=context.compartment_id)
