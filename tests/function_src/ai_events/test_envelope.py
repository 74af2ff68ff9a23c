"""OCI's event envelope, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.envelope import Event, looks_like_event, read_event
from ai_events.failures import Refusal

ENVELOPE: dict[str, Any] = {
    "eventType": "com.oraclecloud.datascience.failedjobrun",
    "cloudEventsVersion": "0.1",
    "eventTypeVersion": "2.0",
    "source": "datascience",
    "eventTime": "2026-03-01T10:00:00Z",
    "contentType": "application/json",
    "data": {
        "compartmentId": "ocid1.compartment.oc1..a",
        "resourceName": "nightly",
        "resourceId": "ocid1.datasciencejobrun.oc1..b",
        "freeformTags": {"team": "ml"},
        "additionalDetails": {"x": 1},
    },
    "eventID": "3e47d127",
    "extensions": {"compartmentId": "ocid1.compartment.oc1..c"},
}


def test_everything_that_is_used_is_read() -> None:
    """Both compartments count: a check that looked at one could be talked past with the other."""
    expected = Event(
        id="3e47d127",
        type="com.oraclecloud.datascience.failedjobrun",
        time="2026-03-01T10:00:00Z",
        source="datascience",
        compartment_ids=frozenset({"ocid1.compartment.oc1..a", "ocid1.compartment.oc1..c"}),
        resource_name="nightly",
        resource_id="ocid1.datasciencejobrun.oc1..b",
        freeform_tags={"team": "ml"},
        details={"x": 1},
    )

    assert expected == read_event(ENVELOPE)


def test_only_type_id_and_data_are_required() -> None:
    """Real events leave out the rest."""
    assert Event(id="1", type="t") == read_event({"eventType": "t", "eventID": "1", "data": {}})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"eventType": None}, True),
        ({"eventID": 1}, True),
        ({"cloudEventsVersion": "0.1"}, True),
        ({"specversion": "1.0"}, True),
        ({"score": 1}, False),
        ([], False),
        (None, False),
    ],
)
def test_an_event_is_told_from_a_result(value: Any, expected: bool) -> None:
    """One of the envelope's own keys is enough: a broken event must not be graded as a result."""
    assert expected is looks_like_event(value)


@pytest.mark.parametrize("spelling", ["freeformTags", "freeFormTags"])
def test_odd_tags_are_left_out(spelling: str) -> None:
    """What OCI would never take as a free-form tag does not travel into the answer."""
    tags = {"team": "ml", "odd": 7, "k" * 101: "v", "k": "v" * 257}

    assert read_event(ENVELOPE | {"data": {spelling: tags}}).freeform_tags == {"team": "ml"}


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"eventID": None}, "missing-field", "eventID is missing"),
        ({"eventType": ""}, "missing-field", "eventType is missing"),
        ({"eventType": "x" * 201}, "wrong-shape", "eventType is longer than 200 characters"),
        ({"eventTime": 7}, "wrong-shape", "eventTime: expected a string, found a number"),
        ({"data": None}, "missing-field", "data: expected an object, found null"),
        ({"data": "x"}, "wrong-shape", "data: expected an object, found a string"),
        ({"data": {"resourceId": {}}}, "wrong-shape", "data.resourceId: expected a string, found an object"),
        (
            {"data": {"additionalDetails": []}},
            "wrong-shape",
            "data.additionalDetails: expected an object, found an array",
        ),
        (
            {"cloudEventsVersion": "1.0"},
            "unsupported-envelope",
            "expected CloudEvents '0.1', which OCI sends, found '1.0'",
        ),
        (
            {"specversion": {"secret": 1}},
            "unsupported-envelope",
            "expected CloudEvents '0.1', which OCI sends, found an object",
        ),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], code: str, message: str) -> None:
    """A field that is there with the wrong type is refused: guessing would be worse than asking."""
    with pytest.raises(Refusal) as caught:
        read_event(ENVELOPE | change)

    assert (code, message) == (caught.value.code, caught.value.message)
