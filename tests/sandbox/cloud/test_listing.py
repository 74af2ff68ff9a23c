"""Look-ups: how a resource is shown, and filters."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import filtered, listing, shown
from tests.sandbox.cloud.conftest import APPLICATION, Keep


def test_an_argument_must_be_equal(cloud: Cloud, keep: Keep) -> None:
    """Those that say how to search are none; a renamed one means another output."""
    one, two = keep(displayName="one", compartmentId="c"), keep(displayName="two", compartmentId="d")
    lookup = listing("applications", APPLICATION, name="displayName")

    def found(**args: Any) -> list[str]:
        return [item["id"] for item in lookup(cloud, args)["applications"]]

    assert found() == [one.id, two.id]
    assert found(name="two") == [two.id]
    assert found(compartmentId="c", sortBy="x", limit=1) == [one.id]
    assert found(compartmentId="root", compartmentIdInSubtree=True) == [one.id, two.id]


def test_what_came_in_as_a_secret_stays_out(cloud: Cloud) -> None:
    """Everything else is shown, with the id."""
    outputs = {"name": "n", "password": "p"}
    record = cloud.store.create("t", "urn", outputs, outputs, "id", secret=["password"])

    assert shown(record) == {"name": "n", "id": "id"}


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ({"name": "display_name", "values": ["a1"]}, ["a1"]),
        ({"name": "display_name", "values": ["a."], "regex": True}, ["a1", "a2"]),
        ({"name": "is_free", "values": ["true"]}, ["a2"]),
        ({"name": "missing", "values": ["x"]}, []),
    ],
)
def test_filters_are_those_of_the_terraform_provider(rule: dict[str, Any], names: list[str]) -> None:
    """Names in snake case, values as strings, patterns where asked for."""
    items = [{"displayName": "a1", "isFree": False}, {"displayName": "a2", "isFree": True}]

    assert [item["displayName"] for item in filtered(items, {"filters": [rule]})] == names


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ({"name": "freeform_tags.cost_center", "values": ["7"]}, ["a"]),
        ({"name": "defined_tags.Ops.Owner", "values": ["x"]}, ["b"]),
        ({"name": "rules.port", "values": ["443"]}, ["b"]),
        ({"name": "security_list_ids", "values": ["s1"]}, ["a", "b"]),
        ({"name": "name", "values": ["a", "b"]}, ["a", "b"]),
    ],
)
def test_filters_look_into_maps_and_lists(rule: dict[str, Any], names: list[str]) -> None:
    """Keys of tags are spelt as they are; one item of a list that fits is enough."""
    items: list[dict[str, Any]] = [
        {"name": "a", "freeformTags": {"cost_center": "7"}, "securityListIds": ["s1", "s2"], "rules": []},
        {
            "name": "b",
            "definedTags": {"Ops.Owner": "x"},
            "securityListIds": ["s1"],
            "rules": [{"port": 80}, {"port": 443}],
        },
    ]

    assert [item["name"] for item in filtered(items, {"filters": [rule]})] == names
