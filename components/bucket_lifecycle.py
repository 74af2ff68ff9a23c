"""Rules by which Object Storage deletes what a bucket has held for long enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import BadArguments, checks_of, refuse_bad
from components.granted_policy import GrantedPolicy, GrantedPolicyArgs
from components.grants.connectors import ObjectStorageIdentity, allow
from components.grants.targets import BucketTarget
from components.values import data, limits
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class LifecycleOptions:
    """How long a bucket keeps what is in it; without either, for ever."""

    delete_after_days: Annotated[
        int | None,
        Option(
            "Days after which Object Storage deletes an object; where versions are kept it becomes one then",
            data.object_days,
        ),
    ] = None
    delete_versions_after_days: Annotated[
        int | None,
        Option(
            "Days after which Object Storage deletes a version that has become a former one", data.object_days
        ),
    ] = None

    @property
    def is_asked_for(self) -> bool:
        """Whether there is anything to delete."""
        return self.delete_after_days is not None or self.delete_versions_after_days is not None


@dataclass(frozen=True, kw_only=True)
class BucketLifecycleArgs(LifecycleOptions):
    """A `bucket` in the tenancy's Object Storage `namespace`, and its name. The name by which Object Storage
    is granted to delete holds the `region`."""

    compartment_id: Annotated[str, Check(limits.compartment)]
    bucket: oci.objectstorage.Bucket
    bucket_name: Annotated[str, Check(limits.bucket)]
    namespace: str
    region: str
    policy_name: Annotated[str, Check(limits.iam_name)]
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))
        if not self.is_asked_for:
            raise BadArguments(f"{self.config_path}.delete_after_days: nothing is to be deleted".lstrip("."))


class BucketLifecycle(pulumi.ComponentResource):
    """The lifecycle policy of one bucket, and Object Storage's permission to act on it, which comes first:
    without it OCI refuses the rules.

    Not for: a bucket that others have rules for. OCI holds one lifecycle policy a bucket, and this is all of
    it.
    """

    def __init__(
        self, name: str, args: BucketLifecycleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:BucketLifecycle", name, {}, opts)
        bucket = BucketTarget(name=args.bucket_name, compartment_id=args.compartment_id)
        granted = GrantedPolicy(
            f"{name}-grants",
            GrantedPolicyArgs(
                compartment_id=args.compartment_id,
                policy_name=args.policy_name,
                description="What Object Storage may delete for the rules of a bucket",
                grants=[allow(ObjectStorageIdentity(region=args.region)).to_delete_old(bucket)],
                iam_provider=args.iam_provider,
                config_path=args.config_path,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        oci.objectstorage.ObjectLifecyclePolicy(
            f"{name}-rules",
            bucket=args.bucket.name,
            namespace=args.namespace,
            rules=list(_rules(args)),
            # By the output of the bucket, so that another one of the same name gets them anew.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[granted]),
        )
        self.register_outputs({})


def _rules(args: LifecycleOptions) -> Iterator[oci.objectstorage.ObjectLifecyclePolicyRuleArgs]:
    for target, days in (
        ("objects", args.delete_after_days),
        ("previous-object-versions", args.delete_versions_after_days),
    ):
        if days is not None:
            yield oci.objectstorage.ObjectLifecyclePolicyRuleArgs(
                name=f"delete-{target}",
                action="DELETE",
                is_enabled=True,
                target=target,
                time_amount=str(days),
                time_unit="DAYS",
            )
