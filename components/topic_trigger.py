"""Messages of a topic that invoke a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import Ref
from components.grants.targets import id_of
from components.values import limits
from components.values.option import Check


@dataclass(frozen=True, kw_only=True)
class TopicTriggerArgs:
    """A subscription of `topic` in `compartment_id`, the topic's own, that invokes `target`."""

    target: FunctionIdentity
    compartment_id: Annotated[str, Check(limits.compartment)]
    topic: Ref
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


class TopicTrigger(pulumi.ComponentResource):
    """A subscription of a function to a topic.

    Nobody is granted anything: Notifications asks for FN_INVOCATION when the subscription is made, of whoever
    makes it. So who may publish to the topic can invoke the function.

    Not for: the topic itself (`Topic`).
    """

    source_id: pulumi.Output[str]
    subscription: oci.ons.Subscription

    def __init__(self, name: str, args: TopicTriggerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:TopicTrigger", name, {}, opts)
        self.subscription = oci.ons.Subscription(
            f"{name}-subscription",
            compartment_id=args.compartment_id,
            topic_id=id_of(args.topic),
            protocol="ORACLE_FUNCTIONS",
            endpoint=args.target.function.id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.source_id = self.subscription.id
        self.register_outputs({"source_id": self.source_id})
