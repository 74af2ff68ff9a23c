"""A bucket whose objects cause events."""

from __future__ import annotations

from typing import Any

import pytest

from components import EventBucket
from tests.components.arguments import TENANCY, arguments, refusal


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
        ({"bucket_name": "a b"}, "bucket_name: 'a b' is not a bucket name"),
        ({"bucket_name": "a" * 257}, "bucket_name: "),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("bucket", changes).startswith(reason)


def test_the_bucket_is_private_and_reports_its_objects(world: Any) -> None:
    """With versions, and with object events on, which OCI leaves off."""
    world.run(lambda: EventBucket("ai-results", arguments("bucket")))

    assert world.one("oci:ObjectStorage/bucket:Bucket").inputs == {
        "compartmentId": "ocid1.compartment.oc1..aaaaaaaafunctions",
        "namespace": "ax",
        "name": "ai-results-dev",
        "accessType": "NoPublicAccess",
        "versioning": "Enabled",
        "objectEventsEnabled": True,
    }
