"""A message published to a topic: one delivery in the outbox for each active subscription.

Whoever publishes (the REST operation, a rule, an alarm, a connector) has the right to by then. Source:
Oracle's page on publishing messages, and the documentation of the SDK.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from sandbox.api.representation import of_seconds
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.errors import InvalidParameter, MissingParameter, PayloadTooLarge
from sandbox.cloud.store import Record, Store
from sandbox.services.ons import SUBSCRIPTION, subscriptions

LARGEST = 64 * 1024
TYPES = ("JSON", "RAW_TEXT")
RETRY_SECONDS = 7200.0
_LONGEST_RETRY = 366 * 24 * 3600.0


@dataclass(frozen=True)
class Message:
    """What is published. With `type` JSON the body holds one text for each protocol, and a `default`."""

    body: str
    title: str = ""
    type: str = "RAW_TEXT"

    def check(self) -> None:
        """Raises what Notifications refuses."""
        if not self.body:
            raise MissingParameter("body is required")
        try:
            size = len(self.body.encode()) + len(self.title.encode())
        except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell
            raise InvalidParameter("title and body must be valid Unicode") from None
        if size > LARGEST:
            raise PayloadTooLarge(f"the message has {size} bytes; at most {LARGEST} are allowed")
        if self.type not in TYPES:
            raise InvalidParameter(f"messageType must be one of {', '.join(TYPES)}, not {self.type[:40]!r}")
        if self.type == "JSON":
            self._texts()

    def text_for(self, protocol: str) -> str:
        """What a subscription of a protocol gets."""
        if self.type != "JSON":
            return self.body
        texts = {name.lower(): text for name, text in self._texts().items()}
        return texts.get(protocol.lower(), texts["default"])

    def _texts(self) -> dict[str, str]:
        try:
            texts = json.loads(self.body)
        except (ValueError, RecursionError):
            texts = None
        if not isinstance(texts, dict) or "default" not in texts:
            raise InvalidParameter("a body of messageType JSON must be an object with the key default")
        return {name: text if isinstance(text, str) else json.dumps(text) for name, text in texts.items()}


def publish(store: Store, topic: Record, message: Message, now: float) -> str:
    """Owe the message to everybody who has subscribed; its id. Part of the transaction that is open."""
    message.check()
    id = str(uuid.uuid4())
    outbox = Outbox(store)
    with store.transaction():
        for subscription in store.users(topic.id, SUBSCRIPTION):
            outputs = subscription.outputs
            if outputs.get("topicId") != topic.id or outputs.get("state", "ACTIVE") != "ACTIVE":
                continue
            outbox.record(
                source=("subscription", subscription.id),
                destination=subscriptions.destination(subscription),
                payload=message.text_for(str(outputs["protocol"])).encode(),
                headers=_headers(store, topic, subscription, message, id, now),
                now=now,
                until=now + retry_seconds(outputs.get("deliveryPolicy")),
            )
    return id


def retry_seconds(policy: Any) -> float:
    """How long a delivery is tried, by a subscription's delivery policy (JSON in a string); two hours where
    it does not say."""
    try:
        seconds = float(json.loads(policy)["backoffRetryPolicy"]["maxRetryDuration"]) / 1000
    except (TypeError, ValueError, KeyError, OverflowError):
        return RETRY_SECONDS
    return seconds if 0 < seconds < _LONGEST_RETRY else RETRY_SECONDS


def _headers(
    store: Store, topic: Record, subscription: Record, message: Message, id: str, now: float
) -> dict[str, str]:
    found = {
        "X-OCI-NS-MessageId": id,
        "X-OCI-NS-MessageType": "Notification",
        "X-OCI-NS-TopicOcid": topic.id,
        "X-OCI-NS-TopicName": str(topic.outputs.get("name")),
        "X-OCI-NS-Timestamp": of_seconds(now),
        "X-OCI-NS-UnsubscribeURL": subscriptions.link(store, subscription, "unsubscription"),
    }
    # Only some protocols show a title, as the subject of a mail.
    return {**found, "title": message.title} if message.title else found
