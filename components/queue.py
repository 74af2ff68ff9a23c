"""A queue whose messages functions send or receive."""

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
class QueueOptions:
    """What a stack may say about a queue it creates; the defaults are OCI's own."""

    retention_seconds: Annotated[
        int,
        Option(
            "Seconds a message is kept, 10 to 604800; changing it replaces the queue", data.message_seconds
        ),
    ] = 86_400
    visibility_seconds: Annotated[
        int, Option("Seconds a message is hidden once it is received, 0 to 43200", data.visibility)
    ] = 30
    polling_seconds: Annotated[
        int, Option("Seconds a request for messages waits for one, 0 to 30", data.polling)
    ] = 30
    dead_letter_after: Annotated[
        int,
        Option("Deliveries after which a message is a dead letter, up to 20; 0: never", data.deliveries),
    ] = 0
    channel_limit_percent: Annotated[
        int, Option("What one channel may take of the queue, 1 to 100 percent", data.share)
    ] = 100
    retain: Annotated[bool, Option(RETAIN)] = False


@dataclass(frozen=True, kw_only=True)
class QueueArgs(QueueOptions):
    """A queue; `display_name` need not be the only one, and another one renames it."""

    compartment_id: Annotated[str, Check(limits.compartment)]
    display_name: Annotated[str, Check(destination.resource_name)]
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


class Queue(pulumi.ComponentResource):
    """A queue, with OCI's own retention (one day) and visibility (30 seconds) unless told otherwise.

    Not for: what becomes of dead letters. Somebody must look at them, and OCI deletes them in time.
    """

    queue: oci.queue.Queue

    def __init__(self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:Queue", name, {}, opts)
        self.queue = oci.queue.Queue(
            f"{name}-queue",
            compartment_id=args.compartment_id,
            display_name=args.display_name,
            retention_in_seconds=args.retention_seconds,
            visibility_in_seconds=args.visibility_seconds,
            timeout_in_seconds=args.polling_seconds,
            dead_letter_queue_delivery_count=args.dead_letter_after,
            channel_consumption_limit=args.channel_limit_percent,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain),
        )
        self.register_outputs(
            {
                "queue_id": self.queue.id,
                "endpoint": self.queue.messages_endpoint,
                "retained": args.retain,
            }
        )
