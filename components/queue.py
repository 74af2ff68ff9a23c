"""A queue whose messages functions send or receive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.values import destination, limits
from components.values.option import Check


@dataclass(frozen=True, kw_only=True)
class QueueArgs:
    """A queue; `display_name` need not be the only one, and another one renames it."""

    compartment_id: Annotated[str, Check(limits.compartment)]
    display_name: Annotated[str, Check(destination.resource_name)]
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


class Queue(pulumi.ComponentResource):
    """A queue with OCI's own retention (one day) and visibility (30 seconds).

    Not for: what becomes of messages nobody could handle. There is no dead-letter queue unless OCI is asked.
    """

    queue: oci.queue.Queue

    def __init__(self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:Queue", name, {}, opts)
        self.queue = oci.queue.Queue(
            f"{name}-queue",
            compartment_id=args.compartment_id,
            display_name=args.display_name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"queue_id": self.queue.id, "endpoint": self.queue.messages_endpoint})
