"""Resources as the REST API shows them."""

from __future__ import annotations

import pytest

from sandbox.api.representation import in_provider_form, of_seconds, rfc3339, shown
from sandbox.api.tags import flat, nested
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.store import Record


def test_a_resource_in_the_apis_words() -> None:
    """Times, tags and state; what nobody has set is null, what is secret is not shown."""
    outputs = {
        "compartmentId": "c",
        "state": "ACTIVE",
        "timeCreated": "2026-01-31 12:00:00.123 +0000 UTC",
        "definedTags": {"Ops.Team": "a"},
        "accessType": "x",
        "password": "p",
        "timeoutInSeconds": 30,
    }
    record = Record("id", "urn", "type", {}, outputs, 0.0, ("password",))
    found = shown(record, "password", "name", "timeoutInSeconds", publicAccessType="accessType")

    assert found == {
        "id": "id",
        "compartmentId": "c",
        "lifecycleState": "ACTIVE",
        "timeCreated": "2026-01-31T12:00:00.123Z",
        "freeformTags": {},
        "definedTags": {"Ops": {"Team": "a"}},
        "name": None,
        "timeoutInSeconds": 30,
        "publicAccessType": "x",
    }


def test_a_time_that_nobody_has_set_is_null() -> None:
    """By its name: the SDK reads no empty string as a time."""
    record = Record("id", "urn", "type", {}, {"timeEnded": "", "versionDate": "", "name": ""}, 0.0)
    found = shown(record, "timeEnded", "versionDate", "name")

    assert (found["timeEnded"], found["versionDate"], found["name"]) == (None, None, "")


def test_times_there_and_back() -> None:
    """To the millisecond; what is no time stays what it is."""
    assert rfc3339(in_provider_form(1_800_000_000.25)) == of_seconds(1_800_000_000.25)
    assert (rfc3339("soon"), rfc3339(""), rfc3339(None)) == ("soon", None, None)


def test_tags_there_and_back() -> None:
    """A key may hold a point, a namespace may not."""
    tags = {"Ops": {"Team": "a", "x.y": "b"}, "Cost": {"Center": "1"}}

    assert nested(flat(tags)) == tags
    assert flat(None) == {}
    assert nested(None) == {}


@pytest.mark.parametrize("tags", [[], "x", {"Ops": "a"}, {"Ops": None}])
def test_tags_that_are_none(tags: object) -> None:
    """400 InvalidParameter."""
    with pytest.raises(InvalidParameter):
        flat(tags)
