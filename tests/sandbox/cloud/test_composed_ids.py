"""Ids of new resources."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.cloud.call import Call
from sandbox.cloud.composed_ids import new_id, own_ocids

NAMED = "oci:Core/thing:Thing"


@pytest.mark.parametrize(
    ("pattern", "inputs", "expected"),
    [
        ("id", {}, "ocid1.thing.oc1.iad."),
        ("n/{namespaceName}/b/{bucketName}", {"namespace": "ns", "name": "b"}, "n/ns/b/b"),
        ("things/{thingId}/parts/{partName}", {"thingId": "t", "partName": "p"}, "things/t/parts/p"),
        ("things/{thing_id}/parts/{partId}", {"thingId": "t"}, "things/t/parts/ocid1.thing.oc1.iad."),
    ],
)
def test_an_id_follows_the_pattern(
    asked: Callable[..., Call], pattern: str, inputs: dict[str, str], expected: str
) -> None:
    """A field is the input it means; the last one no input gives stands for the resource itself."""
    assert new_id(pattern, asked(NAMED, **inputs)).startswith(expected)


def test_what_is_only_imported_by_a_path_has_a_plain_ocid(asked: Callable[..., Call]) -> None:
    """As the provider keeps it."""
    assert new_id("logGroupId/{logGroupId}/logId/{logId}", asked("oci:Logging/log:Log")).startswith(
        "ocid1.log."
    )


def test_two_of_one_path_get_two_ids(asked: Callable[..., Call]) -> None:
    """The store knows each by its id."""
    call = asked(NAMED, name="x")
    first = new_id("things/{name}", call)
    call.store.create(NAMED, "urn", {}, {}, first)

    assert first == "things/x"
    assert new_id("things/{name}", call).startswith("things/x-")


def test_parts_that_were_minted_with_a_resource_are_its_own(asked: Callable[..., Call]) -> None:
    """Not what the program gave, nor what others are, nor what is foreign."""
    call = asked(NAMED, givenId="ocid1.x.oc1.iad.a")
    part = call.cloud.mint("routetable")
    outputs = {"givenId": "ocid1.x.oc1.iad.a", "defaultRouteTableId": part, "otherId": "ocid1.y.oc1.iad.a"}

    assert list(own_ocids(call, outputs)) == [f"ocid|{part}"]
