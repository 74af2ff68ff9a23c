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
        ({"retention_days": 0, "versioning": False}, "retention_days: 0 is not between 1 and 182500 days"),
        ({"retention_days": 1}, "retention_days: a bucket that keeps versions has no retention"),
        ({"delete_after_days": 0}, "delete_after_days: 0 is not between 1 and 182500 days"),
        ({"delete_after_days": 9}, "region: missing"),
        (
            {"delete_versions_after_days": 9, "versioning": False},
            "delete_versions_after_days: a bucket with versioning: false keeps no versions",
        ),
        (
            {"delete_after_days": 9, "versioning": False, "retention_days": 10},
            "delete_after_days: nobody can delete an object for the 10 retention_days",
        ),
        ({"storage_tier": "Cold"}, "storage_tier: Cold is not one of Standard, Archive"),
        ({"kms_key_id": TENANCY}, "kms_key_id: expected the OCID of a key, found one of a tenancy"),
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
        "storageTier": "Standard",
        "objectEventsEnabled": True,
    }


BUCKET = "oci:ObjectStorage/bucket:Bucket"
KEY = "ocid1.key.oc1.eu-frankfurt-1.aaaaaaaakey"


def bucket(world: Any, **changes: Any) -> Any:
    """The bucket that these options make."""
    return world.run(lambda: EventBucket("ai-results", arguments("bucket", **changes))).one(BUCKET)


def test_each_option(world: Any) -> None:
    """Retention, tier, key, and that the bucket stays."""
    made = bucket(
        world,
        versioning=False,
        retention_days=30,
        storage_tier="Archive",
        kms_key_id=KEY,
        retain=True,
    )

    assert made.inputs["versioning"] == "Disabled"
    assert made.inputs["retentionRules"] == [
        {"displayName": "retention", "duration": {"timeAmount": "30", "timeUnit": "DAYS"}}
    ]
    assert (made.inputs["storageTier"], made.inputs["kmsKeyId"]) == ("Archive", KEY)
    assert made.retained


@pytest.mark.parametrize(
    ("former", "key", "sent"),
    [
        ({}, "versioning", "Disabled"),
        ({"was_versioned": True}, "versioning", "Suspended"),
        ({}, "kmsKeyId", None),
        ({"had_key": True}, "kmsKeyId", ""),
    ],
)
def test_what_a_deployed_bucket_has_is_switched_off(
    world: Any, former: dict[str, Any], key: str, sent: str | None
) -> None:
    """By the word that OCI takes for it; a new bucket begins with another."""
    made = bucket(world, versioning=False, **former)

    assert made.inputs.get(key) == sent
    assert not made.retained
