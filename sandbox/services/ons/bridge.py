"""How the Pulumi provider treats the types of Notifications."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.ons import SUBSCRIPTION, TOPIC

BRIDGES = {
    TOPIC: Bridge(force_new={"name"}),
    SUBSCRIPTION: Bridge(compared={"deliveryPolicy": "json"}, force_new={"endpoint", "protocol", "topicId"}),
}
