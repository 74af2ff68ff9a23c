"""Data sources of Notifications."""

from __future__ import annotations

from sandbox.services.asking import Lookup, listing, showing
from sandbox.services.ons.rules import SUBSCRIPTION, TOPIC

LOOKUPS: dict[str, Lookup] = {
    "oci:Ons/getNotificationTopic:getNotificationTopic": showing(TOPIC, "topicId"),
    "oci:Ons/getNotificationTopics:getNotificationTopics": listing("notificationTopics", TOPIC),
    "oci:Ons/getSubscription:getSubscription": showing(SUBSCRIPTION, "subscriptionId"),
    "oci:Ons/getSubscriptions:getSubscriptions": listing("subscriptions", SUBSCRIPTION),
}
