"""A bucket whose objects cause events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pulumi
import pulumi_oci as oci

from components.bucket_lifecycle import BucketLifecycle, BucketLifecycleArgs, LifecycleOptions
from components.errors import BadArguments, checks_of, refuse_bad
from components.values import data, limits
from components.values.option import Check, Option, options_of

Tier = Literal["Standard", "Archive"]
RETAIN = "true: it stays in OCI, with what it holds, when the stack or its part of it is taken away"


@dataclass(frozen=True, kw_only=True)
class BucketOptions(LifecycleOptions):
    """What a stack may say about a bucket it creates."""

    versioning: Annotated[bool, Option("false: an object that is overwritten or deleted is gone")] = True
    retention_days: Annotated[
        int | None,
        Option(
            "Days in which nobody can change or delete an object, 1 to 182500; needs versioning: false",
            data.object_days,
        ),
    ] = None
    storage_tier: Annotated[
        Tier, Option("Standard, or Archive, whose objects must be restored before they are read", data.tier)
    ] = "Standard"
    kms_key_id: Annotated[
        str | None,
        Option("OCID of a Vault key that Object Storage may use; left out, a key of Oracle's", data.key),
    ] = None
    retain: Annotated[bool, Option(RETAIN)] = False

    def problem(self) -> str | None:
        """Why Object Storage would refuse this, if it would."""
        if self.retention_days is not None and self.versioning:
            return "retention_days: a bucket that keeps versions has no retention; say versioning: false too"
        if self.delete_versions_after_days is not None and not self.versioning:
            return "delete_versions_after_days: a bucket with versioning: false keeps no versions"
        if (self.delete_after_days or self.retention_days or 0) < (self.retention_days or 0):
            return (
                f"delete_after_days: nobody can delete an object for the {self.retention_days} retention_days"
            )
        return None


@dataclass(frozen=True, kw_only=True)
class EventBucketArgs(BucketOptions):
    """A bucket in the tenancy's Object Storage `namespace`; another `bucket_name` makes another bucket.

    `region` and `iam_provider` are for what Object Storage is granted where it is to delete.
    `was_versioned` and `had_key` say what the deployed bucket has: each is switched off by another word than
    the one a new bucket begins with.
    """

    compartment_id: Annotated[str, Check(limits.compartment)]
    bucket_name: Annotated[str, Check(limits.bucket)]
    namespace: str
    region: str = ""
    iam_provider: oci.Provider | None = None
    was_versioned: bool = False
    had_key: bool = False
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))
        problem = self.problem()
        if problem is None and self.is_asked_for and not self.region:
            problem = "region: missing; Object Storage is granted to delete by a name that holds it"
        if problem:
            raise BadArguments(f"{self.config_path}.{problem}".lstrip("."))

    @property
    def versioning_in_oci(self) -> str:
        """How the service calls it: versions that were kept once are suspended, never disabled."""
        if self.versioning:
            return "Enabled"
        return "Suspended" if self.was_versioned else "Disabled"


class EventBucket(pulumi.ComponentResource):
    """A private bucket that reports what happens to its objects, and keeps versions unless told otherwise.

    It is named after the bucket, not after a function or trigger: several may watch it, and it stays when one
    of them is renamed.

    Not for: deleting objects with it. OCI deletes only an empty bucket. Nor for letting Object Storage use a
    key: whoever keeps the key says that.
    """

    bucket_name: pulumi.Output[str]

    def __init__(self, name: str, args: EventBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:EventBucket", name, {}, opts)
        bucket = oci.objectstorage.Bucket(
            f"{name}-bucket",
            compartment_id=args.compartment_id,
            namespace=args.namespace,
            name=args.bucket_name,
            access_type="NoPublicAccess",
            versioning=args.versioning_in_oci,
            storage_tier=args.storage_tier,
            kms_key_id=args.kms_key_id or ("" if args.had_key else None),
            retention_rules=_retention(args.retention_days),
            object_events_enabled=True,  # off by default, and then no object ever causes an event
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain),
        )
        self.bucket_name = bucket.name
        if args.is_asked_for:
            _delete_old(f"{name}-lifecycle", bucket, args, pulumi.ResourceOptions(parent=self))
        self.register_outputs({"bucket_name": self.bucket_name, "retained": args.retain})


def _delete_old(
    name: str, bucket: oci.objectstorage.Bucket, args: EventBucketArgs, opts: pulumi.ResourceOptions
) -> None:
    BucketLifecycle(
        name,
        BucketLifecycleArgs(
            **options_of(args, LifecycleOptions),
            compartment_id=args.compartment_id,
            bucket=bucket,
            bucket_name=args.bucket_name,
            namespace=args.namespace,
            region=args.region,
            policy_name=f"{args.bucket_name}-lifecycle",
            iam_provider=args.iam_provider,
            config_path=args.config_path,
        ),
        opts,
    )


def _retention(days: int | None) -> list[oci.objectstorage.BucketRetentionRuleArgs] | None:
    """Not locked, so that it can be taken away. None is taken as none: the provider takes no empty list."""
    if days is None:
        return None
    lasting = oci.objectstorage.BucketRetentionRuleDurationArgs(time_amount=str(days), time_unit="DAYS")
    return [oci.objectstorage.BucketRetentionRuleArgs(display_name="retention", duration=lasting)]
