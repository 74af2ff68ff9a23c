"""The event types a trigger can filter on."""

from __future__ import annotations

import pytest

from components.values.event_types import OBJECT_EVENTS, EventType, event_type


def test_a_known_type_is_found_by_its_name() -> None:
    """Every member is found by its value, which begins as OCI's own types do."""
    assert [event_type(str(each)) for each in EventType] == list(EventType)
    assert all(each.startswith("com.oraclecloud.") for each in EventType)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("com.oraclecloud.objectstorage.createobjects", "did you mean com.oraclecloud.objectstorage.create"),
        ("nothing", "^nothing is not a known event type$"),
        (7, "^7 is not a known event type$"),
    ],
)
def test_an_unknown_type_names_the_nearest(name: object, reason: str) -> None:
    """If one is near enough."""
    with pytest.raises(ValueError, match=reason):
        event_type(name)


def test_object_events_are_those_of_objects() -> None:
    """Of buckets themselves there are events too, which need no bucket to watch."""
    assert {str(each).rpartition(".")[2] for each in OBJECT_EVENTS} == {
        "createobject",
        "updateobject",
        "deleteobject",
    }
