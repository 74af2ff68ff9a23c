"""What Object Storage refuses and fills in. Source: Oracle's pages on managing buckets and on retention
rules."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import Conflict, InvalidParameter, NotFound
from sandbox.cloud.existence import strict
from sandbox.cloud.namespace import namespace_of
from sandbox.cloud.service_rules import Rules
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects

_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,256}", re.ASCII)
_NAMESPACE = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)


class BucketNotEmpty(Conflict):
    """A bucket that still holds objects cannot be deleted."""

    code = "BucketNotEmpty"


class BucketRules(Rules):
    """A bucket's name is unique in its namespace and region."""

    def new_id(self, call: Call) -> str:
        """Buckets are known by their path; a second region's bucket of the same name gets that region's
        name too."""
        path = f"n/{call.inputs['namespace']}/b/{call.inputs['name']}"
        return path if call.store.get(path) is None else f"{path}?region={call.cloud.region}"

    def claims(self, call: Call) -> Iterable[str]:
        yield f"bucket|{call.cloud.region}|{call.inputs['namespace']}|{call.inputs['name']}"

    def create(self, call: Call) -> None:
        validation.one_of(call.inputs, "versioning", ("Enabled", "Disabled"))
        if strict() and call.inputs["namespace"] != namespace_of(call.cloud):
            raise NotFound(f"namespace {call.inputs['namespace']!r} not found")
        self.write(call)

    def update(self, call: Call) -> None:
        former = call.store.get(call.id)
        was = former.outputs.get("versioning") if former else None
        if was in ("Enabled", "Suspended") and call.inputs.get("versioning") == "Disabled":
            raise InvalidParameter("versioning cannot be Disabled once it was Enabled, only Suspended")
        self.write(call)

    def write(self, call: Call) -> None:
        name = call.inputs.get("name")
        if not isinstance(name, str) or _NAME.fullmatch(name) is None:
            raise InvalidParameter(
                f"name {name!r} must have 1 to 256 letters, digits, hyphens, underscores or periods"
            )
        if _NAMESPACE.fullmatch(call.inputs["namespace"]) is None:
            raise NotFound(f"namespace {call.inputs['namespace']!r} not found")
        validation.one_of(
            call.inputs, "accessType", ("NoPublicAccess", "ObjectRead", "ObjectReadWithoutList")
        )
        validation.one_of(call.inputs, "storageTier", ("Standard", "Archive"))
        validation.one_of(call.inputs, "autoTiering", ("InfrequentAccess", "Disabled"))
        validation.one_of(call.inputs, "versioning", ("Enabled", "Disabled", "Suspended"))
        if call.inputs.get("retentionRules") and call.inputs.get("versioning") == "Enabled":
            raise InvalidParameter("a bucket with versioning Enabled has no retention rules")
        if len(call.inputs.get("retentionRules") or []) > 100:
            raise InvalidParameter("a bucket has at most 100 retention rules")

    def delete(self, call: Call) -> None:
        objects = Objects(call.store)
        if os.environ.get("OCI_SANDBOX_EMPTY_BUCKETS") == "1":
            objects.delete_all(call.id)
        if not objects.is_empty(call.id):
            what = "objects" if objects.count(call.id) else "object versions"
            raise BucketNotEmpty(
                f"Bucket named '{call.inputs['name']}' is not empty. Delete all {what} first. "
                "(On the sandbox OCI_SANDBOX_EMPTY_BUCKETS=1 deletes them with it.)"
            )

    def computed(self, call: Call) -> Mapping[str, Any]:
        defaults = {
            "storageTier": "Standard",
            "autoTiering": "Disabled",
            "versioning": "Disabled",
            "objectEventsEnabled": False,
        }
        return {
            **{key: call.inputs.get(key, value) for key, value in defaults.items()},
            "bucketId": call.cloud.mint("bucket"),
        }


RULES = {BUCKET: BucketRules()}
