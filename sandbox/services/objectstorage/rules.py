"""What Object Storage refuses and fills in. Source: Oracle's pages on managing buckets and on retention
rules."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sandbox.cloud import validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import Conflict, InvalidParameter, NotEmulated, NotFound
from sandbox.cloud.existence import strict
from sandbox.cloud.namespace import namespace_of
from sandbox.cloud.service_rules import Rules
from sandbox.cloud.store import Record
from sandbox.services.objectstorage import BUCKET, PREAUTHENTICATED, STORAGE_OBJECT, preauthenticated
from sandbox.services.objectstorage.objects import Objects, go_with_their_bucket

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
        other = _other_namespace(call)
        if other:
            raise NotFound(
                f"namespace {call.inputs['namespace']!r} not found: buckets of this compartment are in"
                f" {other!r}, and a tenancy has one"
            )
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
        if go_with_their_bucket():
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


def _other_namespace(call: Call) -> str:
    """Another namespace that this program has buckets of the same compartment in; empty where it has none.

    What other programs say is left alone: each may be written for a tenancy of its own.
    """
    program = "::".join(call.urn.split("::", 2)[:2])
    for record in call.store.list(BUCKET):
        is_mine = bool(program) and record.urn.startswith(f"{program}::")
        if is_mine and record.outputs.get("compartmentId") == call.inputs.get("compartmentId"):
            namespace = str(record.outputs.get("namespace"))
            return namespace if namespace != call.inputs["namespace"] else ""
    return ""


class StorageObjectRules(Rules):
    """An object that a program declares is an object like any other: clients see it, and it emits."""

    def write(self, call: Call) -> None:
        given = [name for name in ("content", "source", "sourceUriDetails") if call.inputs.get(name)]
        if len(given) > 1:
            raise InvalidParameter(f"only one of {', '.join(given)} can be given")
        if "sourceUriDetails" in given and _bucket(call) is not None:
            raise NotEmulated("the sandbox does not copy an object that a program declares by its URI")

    def computed(self, call: Call) -> Mapping[str, Any]:
        body = _body(call)
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        return {
            "contentLength": str(len(body)),
            "contentMd5": base64.b64encode(digest).decode(),
            "contentType": call.inputs.get("contentType") or "application/octet-stream",
            "state": "ACTIVE",
        }

    def created(self, call: Call) -> None:
        bucket = _bucket(call)
        if bucket is None:  # of a bucket elsewhere
            return
        body, computed = _body(call), self.computed(call)
        Objects(call.store).put(
            bucket.id,
            str(call.inputs["object"]),
            lambda path: _keep(path, body),
            md5=computed["contentMd5"],
            content_type=computed["contentType"],
            details={
                "metadata": {name.lower(): text for name, text in (call.inputs.get("metadata") or {}).items()}
            },
        )

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        """A new name is a rename; a new content is another resource."""
        bucket, former = _bucket(call), call.former.inputs if call.former is not None else {}
        if bucket is not None and former.get("object") != call.inputs["object"]:
            old, new = str(former.get("object")), str(call.inputs["object"])
            Objects(call.store).rename(bucket.id, old, new, lambda _, __: None)
        return outputs

    def delete(self, call: Call) -> None:
        bucket = _bucket(call)
        if bucket is not None and not _is_replaced(call):
            Objects(call.store).delete(bucket.id, str(call.inputs["object"]))


def _bucket(call: Call) -> Record | None:
    wanted = (call.inputs.get("namespace"), call.inputs.get("bucket"))
    buckets = call.cloud.list(BUCKET)
    return next((one for one in buckets if (one.outputs["namespace"], one.outputs["name"]) == wanted), None)


def _is_replaced(call: Call) -> bool:
    """Whether another resource stands for the same object by now: the engine creates before it deletes."""
    named = [(one.id, one.inputs) for one in call.cloud.list(STORAGE_OBJECT)]
    keys = ("namespace", "bucket", "object")
    return any(
        id != call.id and all(inputs.get(key) == call.inputs.get(key) for key in keys) for id, inputs in named
    )


def _body(call: Call) -> bytes:
    source = call.inputs.get("source")
    if not source:
        return str(call.inputs.get("content") or "").encode()
    try:
        return Path(str(source)).read_bytes()
    except OSError as error:
        raise InvalidParameter(f"source {source}: cannot be read: {error.strerror}") from None


def _keep(path: Path, body: bytes) -> None:
    path.write_bytes(body)


class PreauthenticatedRules(Rules):
    """A pre-authenticated request that a program declares works as one made by a client does."""

    def create(self, call: Call) -> None:
        preauthenticated.described(_asked(call))

    def computed(self, call: Call) -> Mapping[str, Any]:
        made = preauthenticated.described(_asked(call))
        inputs = call.inputs
        address = made.address(preauthenticated.new_secret(), inputs["namespace"], inputs["bucket"])
        host = f"https://objectstorage.{call.cloud.region}.oraclecloud.com"
        return {"accessUri": address, "fullPath": f"{host}{address}", "objectName": made.object}

    def created(self, call: Call) -> None:
        bucket, record = _bucket(call), call.store.get(call.id)
        if bucket is None or record is None:  # of a bucket elsewhere
            return
        secret = str(record.outputs["accessUri"]).split("/")[2]
        made = preauthenticated.described(_asked(call), call.id.rpartition("/")[2])
        preauthenticated.keep(call.store, bucket.id, secret, made)

    def delete(self, call: Call) -> None:
        preauthenticated.forget(call.store, call.id.rpartition("/")[2])


def _asked(call: Call) -> dict[str, Any]:
    """The inputs in the words of the REST operation."""
    return {**call.inputs, "objectName": call.inputs.get("objectName") or call.inputs.get("object")}


RULES = {
    BUCKET: BucketRules(),
    PREAUTHENTICATED: PreauthenticatedRules(),
    STORAGE_OBJECT: StorageObjectRules(),
}
