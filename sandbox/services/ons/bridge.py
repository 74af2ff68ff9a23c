"""How the Pulumi provider treats the types of Notifications."""

from __future__ import annotations

from typing import Any

from sandbox.cloud import validation
from sandbox.services.bridge_base import Bridge
from sandbox.services.ons import SUBSCRIPTION, TOPIC


class SubscriptionBridge(Bridge):
    """Subscriptions."""

    def same(self, name: str, old: Any, new: Any) -> bool:
        return name == "deliveryPolicy" and validation.same_json(old, new)


BRIDGES = {
    TOPIC: Bridge(force_new={"name"}),
    SUBSCRIPTION: SubscriptionBridge(force_new={"endpoint", "protocol", "topicId"}),
}
