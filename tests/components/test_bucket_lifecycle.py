"""What a bucket has held for long enough is deleted by Object Storage."""

from __future__ import annotations

from typing import Any

import pulumi_oci as oci
import pytest

from components import BucketLifecycle, EventBucket
from tests.components.arguments import TENANCY, arguments, refusal

RULES = "oci:ObjectStorage/objectLifecyclePolicy:ObjectLifecyclePolicy"
BUCKET = "oci:ObjectStorage/bucket:Bucket"
POLICY = "oci:Identity/policy:Policy"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
        ({"bucket_name": "a b"}, "bucket_name: 'a b' is not a bucket name"),
        ({"policy_name": "a" * 101}, "policy_name: "),
        ({"delete_after_days": 182_501}, "delete_after_days: 182501 is not between 1 and 182500 days"),
        ({"delete_versions_after_days": 0}, "delete_versions_after_days: 0 is not between 1 and 182500 days"),
        ({"delete_after_days": None}, "delete_after_days: nothing is to be deleted"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("lifecycle", changes).startswith(reason)


def lifecycle(**changes: Any) -> BucketLifecycle:
    """The rules of a bucket, inside a running program."""
    given = arguments("lifecycle")
    bucket = oci.objectstorage.Bucket(
        "bucket", compartment_id=given.compartment_id, namespace=given.namespace, name=given.bucket_name
    )
    return BucketLifecycle("old", arguments("lifecycle", bucket=bucket, **changes))


def rule(target: str, days: str) -> dict[str, Any]:
    """One rule as the provider gets it."""
    return {
        "name": f"delete-{target}",
        "action": "DELETE",
        "isEnabled": True,
        "target": target,
        "timeAmount": days,
        "timeUnit": "DAYS",
    }


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, [rule("objects", "90")]),
        (
            {"delete_versions_after_days": 7},
            [rule("objects", "90"), rule("previous-object-versions", "7")],
        ),
        (
            {"delete_after_days": None, "delete_versions_after_days": 7},
            [rule("previous-object-versions", "7")],
        ),
    ],
)
def test_each_age_is_a_rule(world: Any, changes: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    """Of objects, of former versions, or of both; nothing else is in the policy of the bucket."""
    world.run(lambda: lifecycle(**changes))

    made = world.one(RULES).inputs
    assert made == {"bucket": "ai-results-dev", "namespace": "ax", "rules": rules}


def test_object_storage_is_granted_to_delete_in_this_bucket_alone(world: Any) -> None:
    """By the name it has in the region."""
    world.run(lifecycle)

    (statement,) = world.one(POLICY).inputs["statements"]
    assert statement.startswith(
        "Allow service objectstorage-eu-frankfurt-1 to manage object-family in compartment id "
    )
    assert "target.bucket.name = 'ai-results-dev'" in statement
    for permission in ("OBJECT_READ", "OBJECT_CREATE", "OBJECT_OVERWRITE", "BUCKET_DELETE"):
        assert permission not in statement


def test_the_grant_comes_first(world: Any) -> None:
    """Without it OCI refuses the rules; and the bucket before both."""
    world.run(lifecycle)

    assert {world.one(POLICY).urn, world.one(BUCKET).urn} <= set(world.one(RULES).depends_on)


def test_a_bucket_keeps_everything_unless_told_otherwise(world: Any) -> None:
    """Then the bucket has its rules below it."""
    world.run(lambda: EventBucket("kept", arguments("bucket")))
    world.run(
        lambda: EventBucket("ai-results", arguments("bucket", delete_after_days=90, region="eu-frankfurt-1"))
    )

    assert world.one(RULES).inputs["rules"] == [rule("objects", "90")]
    assert "ai-results-lifecycle-rules" in world.one(RULES).urn
