"""What is given to `pulumi import`, and which resource it means."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.import_ids import imported

THING = "oci:Core/thing:Thing"


def kept(cloud: Cloud, id: str, **outputs: Any) -> str:
    cloud.store.create(THING, "urn", {}, outputs, id)
    return id


@pytest.mark.parametrize(
    ("format", "id", "outputs", "given"),
    [
        ("id", "ocid1.thing.oc1.iad.a", {}, "ocid1.thing.oc1.iad.a"),
        (
            "users/{userId}/things/{thingId}",
            "ocid1.thing.oc1.iad.a",
            {"userId": "u"},
            "users/u/things/ocid1.thing.oc1.iad.a",
        ),
        ("{compartment_id}/{id}", "ocid1.thing.oc1.iad.a", {"compartmentId": "c"}, "c/ocid1.thing.oc1.iad.a"),
        (
            "users/{userId}/apiKeys/{fingerprint}",
            "t/u/aa:bb",
            {"userId": "u", "fingerprint": "aa:bb"},
            "users/u/apiKeys/aa:bb",
        ),
        (
            "n/{namespaceName}/b/{bucketName}/o/{objectName}",
            "n/n/b/b/o/x%2Fy",
            {"namespace": "n", "bucket": "b", "object": "x/y"},
            "n/n/b/b/o/x/y",
        ),
        (
            "end/{endpoint}/keys/{keyId}",
            "ocid1.key.oc1.iad.a",
            {"endpoint": "https://a.b:443"},
            "end/https://a.b:443/keys/ocid1.key.oc1.iad.a",
        ),
        (
            "end/{endpoint}/keys/{keyId}",
            "ocid1.key.oc1.iad.a",
            {"endpoint": "https://a.b"},
            "end/https%3A%2F%2Fa.b/keys/ocid1.key.oc1.iad.a",
        ),
        ("zones/{zone}/view/{viewId}", "zones/z", {"zone": "z"}, "zones/z/view/zones/z"),
    ],
)
def test_the_resource_that_is_meant(
    cloud: Cloud, format: str, id: str, outputs: dict[str, Any], given: str
) -> None:
    """Its own id, or the path its outputs make; percent-encoded or not."""
    kept(cloud, id, **outputs)
    found = imported(cloud, THING, format, given)

    assert found is not None
    assert found.id == id


def test_another_one_is_not_meant(cloud: Cloud) -> None:
    """One whose outputs differ in any field."""
    kept(cloud, "t/u/aa:bb", userId="u", fingerprint="aa:bb")

    assert imported(cloud, THING, "users/{userId}/apiKeys/{fingerprint}", "users/v/apiKeys/aa:bb") is None
    assert imported(cloud, THING, "users/{userId}/apiKeys/{fingerprint}", "users/u/apiKeys/aa:bc") is None


def test_an_id_of_another_format_is_refused(cloud: Cloud) -> None:
    """Though a resource is kept under it: the provider takes a path."""
    id = kept(cloud, "ocid1.thing.oc1.iad.a", userId="u")

    with pytest.raises(InvalidParameter, match=r"expected an import id such as users/\{userId\}/things/"):
        imported(cloud, THING, "users/{userId}/things/{thingId}", id)


def test_the_id_it_is_kept_under_may_leave_out_the_end(cloud: Cloud) -> None:
    """As that of records of a public zone does, which has neither scope nor view; one that leaves out the
    beginning is none."""
    format = "zone/{zoneName}/type/{type}/scope/{scope}"
    known = kept(cloud, "zone/z/type/A", zoneName="z", type="A")

    found = imported(cloud, THING, format, known)
    assert found is not None
    assert found.id == known
    with pytest.raises(InvalidParameter):
        imported(cloud, THING, f"endpoint/{{endpoint}}/{format}", known)
    with pytest.raises(InvalidParameter):
        imported(cloud, THING, format, "zone/other/type/A")
