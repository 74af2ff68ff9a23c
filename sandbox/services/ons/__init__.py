"""Notifications. Here: the names of its resource types."""

from __future__ import annotations

SUBSCRIPTION = "oci:Ons/subscription:Subscription"
TOPIC = "oci:Ons/notificationTopic:NotificationTopic"
