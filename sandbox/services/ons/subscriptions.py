"""Confirming a subscription: its owner proves to get what is sent there, by a token that was sent there."""

from __future__ import annotations

import secrets

from sandbox.cloud import clock
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Record, Store
from sandbox.services.ons import TOPIC

_DAYS = 3


def token_of(store: Store, subscription: str) -> str:
    """The secret that confirms or ends a subscription."""
    key = f"ons-token|{subscription}"
    with store.transaction():
        token = store.setting(key)
        if token is None:
            token = secrets.token_urlsafe(24)
            store.set_setting(key, token)
    return token


def link(store: Store, subscription: Record, action: str) -> str:
    """What its owner opens to confirm (`confirmation`) or to end it (`unsubscription`)."""
    outputs = subscription.outputs
    topic = store.get(str(outputs["topicId"]))
    endpoint = topic.outputs.get("apiEndpoint") if topic is not None else ""
    query = f"token={token_of(store, subscription.id)}&protocol={outputs['protocol']}"
    return f"{endpoint}/20181201/subscriptions/{subscription.id}/{action}?{query}"


def ask_to_confirm(store: Store, subscription: Record) -> None:
    """Send the link that confirms it to where its messages are to go."""
    outputs, now = subscription.outputs, clock.now(store)
    url = link(store, subscription, "confirmation")
    topic = store.get(str(outputs["topicId"]))
    name = topic.outputs.get("name") if topic is not None and topic.type == TOPIC else outputs["topicId"]
    Outbox(store).record(
        source=("subscription", subscription.id),
        destination=destination(subscription),
        payload=f"Confirm your subscription to the topic {name}: {url}".encode(),
        now=now,
        headers={"X-OCI-NS-MessageType": "SubscriptionConfirmation", "X-OCI-NS-ConfirmationURL": url},
        until=now + _DAYS * 24 * 3600,
    )


def destination(subscription: Record) -> tuple[str, str]:
    """Where its messages go: `function` and an OCID, or a protocol and an address."""
    outputs = subscription.outputs
    is_function = outputs["protocol"] == "ORACLE_FUNCTIONS"
    return ("function" if is_function else str(outputs["protocol"])), str(outputs["endpoint"])
