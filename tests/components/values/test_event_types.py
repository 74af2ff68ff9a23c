"""The event types a trigger can filter on."""

from __future__ import annotations

import pytest

from components.values.event_types import OBJECT_EVENTS, EventType, event_type, known_event_type


def test_a_known_type_is_found_by_its_name() -> None:
    """Every member is found by its value, which begins as OCI's own types do."""
    assert [known_event_type(str(each)) for each in EventType] == list(EventType)
    assert all(each.startswith("com.oraclecloud.") for each in EventType)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("com.oraclecloud.cloudguards.problemdetected", "did you mean com.oraclecloud.cloudguard.problemdet"),
        ("com.oraclecloud.computeapi.launchinstance.end", "code of your own can$"),
        ("com.oraclecloud.objectstorage.createobjects", "did you mean com.oraclecloud.objectstorage.create"),
        (
            "nothing",
            r"^nothing is not a known event type; the shipped handler does not serve it, code of your own "
            r"can$",
        ),
    ],
)
def test_an_unknown_type_names_the_nearest(name: str, reason: str) -> None:
    """If one is near enough."""
    with pytest.raises(ValueError, match=reason):
        known_event_type(name)


def test_object_events_are_those_of_objects() -> None:
    """Of buckets themselves there are events too, which need no bucket to watch."""
    assert {str(each).rpartition(".")[2] for each in OBJECT_EVENTS} == {
        "createobject",
        "updateobject",
        "deleteobject",
    }


@pytest.mark.parametrize("name", ["com.oraclecloud.aiservice.new.end", "com.oraclecloud.compute.x"])
def test_any_type_that_oci_sends_is_one(name: str) -> None:
    """Also one that is not in the list here."""
    assert event_type(name) == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("com.oraclecloud.*", "is a pattern; list the event types by their full names"),
        ("com.oraclecloud.objectstorage.*object", "is a pattern"),
        ("createobject", "is not an event type such as com.oraclecloud.objectstorage.createobject"),
        ("com.oraclecloud.", "is not an event type"),
        ("com.oraclecloud.a b.c", "is not an event type"),
        (
            "com.oraclecloud.objectstorage.createObject",
            "is not how OCI writes it: com.oraclecloud.objectstorage.createobject",
        ),
    ],
)
def test_what_is_no_type_is_refused(name: str, reason: str) -> None:
    """A pattern would let unknown types in, and the rule's condition would never match another string."""
    with pytest.raises(ValueError, match=reason):
        event_type(name)
