"""What Queue refuses and fills in, and how the provider treats a queue."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud import clock
from sandbox.services.queue import QUEUE
from sandbox.services.queue.messages import Messages, Queue
from tests.sandbox.conftest import COMPARTMENT, Client, refused

QUEUED = {"compartmentId": COMPARTMENT, "displayName": "jobs"}


def test_a_queue_has_defaults_and_an_address(oci: Client) -> None:
    """A day, half a minute, and no dead letters."""
    made = oci.create(QUEUE, "q", QUEUED)

    assert made.id.startswith("ocid1.queue.oc1.iad.")
    assert {name: made.outputs[name] for name in ("retentionInSeconds", "visibilityInSeconds")} == {
        "retentionInSeconds": 86_400,
        "visibilityInSeconds": 30,
    }
    assert made.outputs["deadLetterQueueDeliveryCount"] == 0
    assert made.outputs["messagesEndpoint"] == (
        "https://cell-1.queue.messaging.us-ashburn-1.oci.oraclecloud.com"
    )
    assert oci.changed(made, QUEUED) == {}
    assert oci.refresh(made) == made


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"displayName": " "}, "displayName"),
        ({"retentionInSeconds": 9}, "retentionInSeconds must be between 10 and 604800"),
        ({"visibilityInSeconds": 43_201}, "visibilityInSeconds must be between 0 and 43200"),
        ({"timeoutInSeconds": 31}, "timeoutInSeconds must be between 0 and 30"),
        ({"deadLetterQueueDeliveryCount": 21}, "deadLetterQueueDeliveryCount must be between 0 and 20"),
        ({"channelConsumptionLimit": 0}, "channelConsumptionLimit must be between 1 and 100"),
        ({"capabilities": [{"type": "MAGIC"}]}, '"capabilities[0].type": expected one of CONSUMER_GROUPS'),
    ],
)
def test_settings_have_limits(oci: Client, more: dict[str, Any], text: str) -> None:
    """One beyond each."""
    refused(oci, QUEUE, {**QUEUED, **more}, text)


def test_retention_is_for_ever(oci: Client) -> None:
    """A queue that keeps messages longer is another one; all else changes in place."""
    made = oci.create(QUEUE, "q", {**QUEUED, "capabilities": [{"type": "large_messages"}]})
    capable = {**QUEUED, "capabilities": [{"type": "LARGE_MESSAGES"}]}

    assert "replace" in str(oci.changed(made, {**QUEUED, "retentionInSeconds": 60})).lower()
    assert "replace" not in str(oci.changed(made, {**QUEUED, "visibilityInSeconds": 60})).lower()
    assert oci.changed(made, capable) == {}


def test_a_raised_trigger_purges(oci: Client) -> None:
    """What the program says of the kind of purge; a deleted queue's messages are gone."""
    made = oci.create(QUEUE, "q", QUEUED)
    store = oci.provider.store
    record = store.get(made.id)
    assert record is not None
    messages, queue, now = Messages(store), Queue.of(record), clock.now(store)
    messages.put(queue, [{"content": "a"}], now)
    oci.update(made, {**QUEUED, "purgeTrigger": 1, "purgeType": "DLQ"})
    assert messages.stats(queue, now)[0].visible == 1

    oci.update(made, {**QUEUED, "purgeTrigger": 2, "purgeType": "BOTH"})
    assert messages.stats(queue, now)[0].visible == 0
    messages.put(queue, [{"content": "b"}], now)
    oci.delete(made)
    assert messages.stats(queue, now)[0].visible == 0
