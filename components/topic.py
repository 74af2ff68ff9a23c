"""A Notifications topic that functions publish to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.event_bucket import RETAIN
from components.values import destination, limits
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class TopicOptions:
    """What a stack may say about a topic it creates."""

    retain: Annotated[bool, Option(RETAIN)] = False


@dataclass(frozen=True, kw_only=True)
class TopicArgs(TopicOptions):
    """A topic; its name is one in the tenancy, and another `topic_name` makes another topic."""

    compartment_id: Annotated[str, Check(limits.compartment)]
    topic_name: Annotated[str, Check(destination.resource_name)]
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


class Topic(pulumi.ComponentResource):
    """A topic. It is named after itself, not after a connection: several may use it.

    Not for: who is told. Subscriptions are people's, and confirmed by them.
    """

    topic: oci.ons.NotificationTopic

    def __init__(self, name: str, args: TopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:Topic", name, {}, opts)
        self.topic = oci.ons.NotificationTopic(
            f"{name}-topic",
            compartment_id=args.compartment_id,
            name=args.topic_name,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain),
        )
        self.register_outputs({"topic_id": self.topic.id, "retained": args.retain})
