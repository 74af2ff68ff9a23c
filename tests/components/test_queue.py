"""A queue that a stack creates."""

from __future__ import annotations

from typing import Any

import pytest

from components import Queue
from tests.components.arguments import COMPARTMENT, arguments, refusal

QUEUE = "oci:Queue/queue:Queue"


def queue(world: Any, **changes: Any) -> Any:
    """The queue that these options make."""
    return world.run(lambda: Queue("one", arguments("queue", **changes))).one(QUEUE)


def test_it_has_ocis_own_defaults(world: Any) -> None:
    """Sent as such, so that an option that is no longer said is off; it goes with the stack."""
    made = queue(world)

    assert made.inputs == {
        "compartmentId": COMPARTMENT,
        "displayName": "jobs-dev",
        "retentionInSeconds": 86400,
        "visibilityInSeconds": 30,
        "timeoutInSeconds": 30,
        "deadLetterQueueDeliveryCount": 0,
        "channelConsumptionLimit": 100,
    }
    assert not made.retained


def test_each_option(world: Any) -> None:
    """Reaches OCI, and it may stay."""
    made = queue(
        world,
        retention_seconds=60,
        visibility_seconds=10,
        polling_seconds=5,
        dead_letter_after=3,
        channel_limit_percent=50,
        retain=True,
    )

    assert {
        name: made.inputs[name]
        for name in {
            "retentionInSeconds": 60,
            "visibilityInSeconds": 10,
            "timeoutInSeconds": 5,
            "deadLetterQueueDeliveryCount": 3,
            "channelConsumptionLimit": 50,
        }
    } == {
        "retentionInSeconds": 60,
        "visibilityInSeconds": 10,
        "timeoutInSeconds": 5,
        "deadLetterQueueDeliveryCount": 3,
        "channelConsumptionLimit": 50,
    }
    assert made.retained


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"compartment_id": "c"}, "compartment_id: 'c' is not an OCID"),
        ({"display_name": "a b"}, "display_name: 'a b' is not a name"),
        ({"retention_seconds": 9}, "retention_seconds: 9 is not between 10 and 604800 seconds"),
        ({"visibility_seconds": 43201}, "visibility_seconds: 43201 is not between 0 and 43200"),
        ({"polling_seconds": 31}, "polling_seconds: 31 is not between 0 and 30"),
        ({"dead_letter_after": 21}, "dead_letter_after: 21 is not between 0 and 20 deliveries"),
        ({"channel_limit_percent": 0}, "channel_limit_percent: 0 is not between 1 and 100 percent"),
    ],
)
def test_bad_arguments_are_refused(changes: dict[str, Any], reason: str) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("queue", changes).startswith(reason)
