"""A stream that a stack creates."""

from __future__ import annotations

from typing import Any

import pytest

from components import Stream
from tests.components.arguments import COMPARTMENT, arguments, refusal

STREAM = "oci:Streaming/stream:Stream"


def stream(world: Any, **changes: Any) -> Any:
    """The stream that these options make."""
    return world.run(lambda: Stream("one", arguments("stream", **changes))).one(STREAM)


def test_it_has_ocis_own_defaults(world: Any) -> None:
    """Sent as such, so that an option that is no longer said is off; it goes with the stack."""
    made = stream(world)

    assert made.inputs == {
        "compartmentId": COMPARTMENT,
        "name": "feed-dev",
        "partitions": 1,
        "retentionInHours": 24,
    }
    assert not made.retained


def test_each_option(world: Any) -> None:
    """Reaches OCI, and it may stay."""
    made = stream(world, partitions=3, retention_hours=48, retain=True)

    assert {name: made.inputs[name] for name in {"partitions": 3, "retentionInHours": 48}} == {
        "partitions": 3,
        "retentionInHours": 48,
    }
    assert made.retained


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"compartment_id": "c"}, "compartment_id: 'c' is not an OCID"),
        ({"stream_name": "a b"}, "stream_name: 'a b' is not a name"),
        ({"partitions": 0}, "partitions: 0 is not between 1 and 1000"),
        ({"retention_hours": 169}, "retention_hours: 169 is not between 24 and 168 hours"),
    ],
)
def test_bad_arguments_are_refused(changes: dict[str, Any], reason: str) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("stream", changes).startswith(reason)
