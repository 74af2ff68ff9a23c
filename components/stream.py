"""A stream whose messages functions send or receive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.event_bucket import RETAIN
from components.values import data, destination, limits
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class StreamOptions:
    """What a stack may say about a stream it creates."""

    partitions: Annotated[
        int,
        Option("Partitions, at least 1; changing them replaces the stream", data.partitions),
    ] = 1
    retention_hours: Annotated[
        int,
        Option("Hours a message is kept, 24 to 168; changing them replaces the stream", data.stream_hours),
    ] = 24
    retain: Annotated[bool, Option(RETAIN)] = False


@dataclass(frozen=True, kw_only=True)
class StreamArgs(StreamOptions):
    """A stream of the compartment's default pool; another `stream_name` makes another stream."""

    compartment_id: Annotated[str, Check(limits.compartment)]
    stream_name: Annotated[str, Check(destination.resource_name)]
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


class Stream(pulumi.ComponentResource):
    """A stream, of one partition that keeps its messages for a day unless told otherwise.

    Not for: a pool of one's own. Give such a stream by its OCID.
    """

    stream: oci.streaming.Stream

    def __init__(self, name: str, args: StreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:Stream", name, {}, opts)
        self.stream = oci.streaming.Stream(
            f"{name}-stream",
            compartment_id=args.compartment_id,
            name=args.stream_name,
            partitions=args.partitions,
            retention_in_hours=args.retention_hours,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain),
        )
        self.register_outputs(
            {
                "stream_id": self.stream.id,
                "endpoint": self.stream.messages_endpoint,
                "retained": args.retain,
            }
        )
