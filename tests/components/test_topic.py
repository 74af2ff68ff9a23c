"""A topic that a stack creates."""

from __future__ import annotations

from typing import Any

import pytest

from components import Topic
from tests.components.arguments import COMPARTMENT, arguments, refusal

TOPIC = "oci:Ons/notificationTopic:NotificationTopic"


def topic(world: Any, **changes: Any) -> Any:
    """The topic that these options make."""
    return world.run(lambda: Topic("one", arguments("own_topic", **changes))).one(TOPIC)


def test_it_has_ocis_own_defaults(world: Any) -> None:
    """Sent as such, so that an option that is no longer said is off; it goes with the stack."""
    made = topic(world)

    assert made.inputs == {"compartmentId": COMPARTMENT, "name": "alerts-dev"}
    assert not made.retained


def test_each_option(world: Any) -> None:
    """Reaches OCI, and it may stay."""
    made = topic(world, retain=True)

    assert made.retained


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"compartment_id": "c"}, "compartment_id: 'c' is not an OCID"),
        ({"topic_name": "a b"}, "topic_name: 'a b' is not a name"),
    ],
)
def test_bad_arguments_are_refused(changes: dict[str, Any], reason: str) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("own_topic", changes).startswith(reason)
