"""Data sources of Object Storage."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotFound
from sandbox.cloud.listing import Lookup, listing, shown
from sandbox.cloud.namespace import namespace_of
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, go_with_their_bucket


def namespace(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The tenancy's namespace."""
    return {**args, "id": "namespace", "namespace": namespace_of(cloud)}


def bucket(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """One bucket, by name and namespace."""
    for record in cloud.list(BUCKET):
        if all(record.outputs.get(name) == args.get(name) for name in ("name", "namespace")):
            # Objects that go with their bucket keep no program from letting go of it.
            count = 0 if go_with_their_bucket() else Objects(cloud.store).count(record.id)
            return {**args, **shown(record), "approximateCount": str(count)}
    raise NotFound(f"bucket {args.get('name')!r} not found in namespace {args.get('namespace')!r}")


LOOKUPS: dict[str, Lookup] = {
    "oci:ObjectStorage/getBucket:getBucket": bucket,
    "oci:ObjectStorage/getBucketSummaries:getBucketSummaries": listing("bucketSummaries", BUCKET),
    "oci:ObjectStorage/getNamespace:getNamespace": namespace,
}
