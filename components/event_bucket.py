"""A bucket whose objects cause events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.values import limits
from components.values.option import Check


@dataclass(frozen=True, kw_only=True)
class EventBucketArgs:
    """A bucket in the tenancy's Object Storage `namespace`; another `bucket_name` makes another bucket."""

    compartment_id: Annotated[str, Check(limits.compartment)]
    bucket_name: Annotated[str, Check(limits.bucket)]
    namespace: str
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


class EventBucket(pulumi.ComponentResource):
    """A private bucket that keeps versions and reports what happens to its objects.

    It is named after the bucket, not after a function or trigger: several may watch it, and it stays when one
    of them is renamed.

    Not for: deleting objects. OCI deletes only an empty bucket.
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
            versioning="Enabled",
            object_events_enabled=True,  # off by default, and then no object ever causes an event
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket_name = bucket.name
        self.register_outputs({"bucket_name": self.bucket_name})
