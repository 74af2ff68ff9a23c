"""Buckets over REST: namespace, and buckets created, shown, changed and deleted."""

from __future__ import annotations

import time
from typing import Any

from sandbox.api.etags import etag_of, expect
from sandbox.api.operation import Target
from sandbox.api.paging import page
from sandbox.api.representation import in_provider_form, of_seconds, rfc3339
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json, nothing
from sandbox.api.tags import flat, nested
from sandbox.cloud.errors import Conflict, InvalidParameter, MissingParameter, ServiceError, coded
from sandbox.cloud.namespace import namespace_of
from sandbox.cloud.store import Record
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from sandbox.services.resources import create, delete, update

# What a client may say of a bucket: the API's name -> the Pulumi provider's.
_SETTINGS = {
    "compartmentId": "compartmentId",
    "publicAccessType": "accessType",
    "storageTier": "storageTier",
    "objectEventsEnabled": "objectEventsEnabled",
    "versioning": "versioning",
    "metadata": "metadata",
    "kmsKeyId": "kmsKeyId",
    "autoTiering": "autoTiering",
    "freeformTags": "freeformTags",
}
_CHANGEABLE = _SETTINGS.keys() - {"storageTier"}


def not_found(request: ApiRequest, bucket: str | None = None) -> ServiceError:
    """What Object Storage answers for a bucket that is not there, and for a right that is missing."""
    name = bucket if bucket is not None else request.path.get("bucketName")
    if request.operation == "CreateBucket" and name is None:
        name = str(request.json().get("name"))
    namespace = request.path.get("namespaceName", "")
    if name is None:
        text = f"You do not have authorization to perform this request in '{namespace}'"
        return coded(404, "NamespaceNotFound", text)
    return coded(
        404,
        "BucketNotFound",
        f"Either the bucket named '{name}' does not exist in the namespace '{namespace}' or you are not"
        " authorized to access it",
    )


def bucket_named(request: ApiRequest, name: str | None = None) -> Record:
    """The bucket a request is about, in its region. Raises BucketNotFound."""
    wanted = name if name is not None else request.path["bucketName"]
    return bucket_of(request, request.path["namespaceName"], wanted)


def bucket_of(request: ApiRequest, namespace: str, name: str) -> Record:
    """A bucket by namespace and name, in the region of the request. Raises BucketNotFound."""
    usual = request.cloud.store.get(bucket_id(namespace, name))
    if usual is not None and usual.type == BUCKET and request.cloud.sees(usual):
        return usual
    for record in request.cloud.list(BUCKET):
        if (record.outputs.get("namespace"), record.outputs.get("name")) == (namespace, name):
            return record
    raise not_found(request, name)


def bucket_target(record: Record, **variables: str) -> Target:
    """A bucket as IAM asks for it. Variables by keyword: `target.object.name` is `object_name`."""
    more = {f"target.{name.replace('_', '.')}": text for name, text in variables.items()}
    outputs = record.outputs
    tags = outputs.get("definedTags") or {}
    of_bucket = {f"target.bucket.tag.{name}": str(value) for name, value in tags.items()}
    name = {"target.bucket.name": str(outputs.get("name"))}
    return Target(str(outputs.get("compartmentId")), {**name, **of_bucket, **more}, tags)


def own_target(request: ApiRequest) -> Target:
    """The bucket in the path."""
    return bucket_target(bucket_named(request))


def namespace_target(request: ApiRequest) -> Target | None:
    """Everybody may know the namespace; that of another compartment takes a right."""
    compartment = request.argument("compartmentId")
    return Target(compartment) if compartment else None


def metadata_target(request: ApiRequest) -> Target:
    """The namespace's settings are the tenancy's."""
    return Target(request.cloud.tenancy)


def list_target(request: ApiRequest) -> Target:
    """The compartment whose buckets are listed."""
    return Target(request.required("compartmentId"))


def create_target(request: ApiRequest) -> Target:
    """The compartment a bucket is to lie in."""
    details = request.json()
    for name in ("name", "compartmentId"):
        if not isinstance(details.get(name), str) or not details[name]:
            raise MissingParameter(f"{name} is required")
    return Target(details["compartmentId"], {"target.bucket.name": details["name"]})


def get_namespace(request: ApiRequest) -> ApiResponse:
    """The namespace as a JSON string."""
    return as_json(namespace_of(request.cloud))


def get_namespace_metadata(request: ApiRequest) -> ApiResponse:
    """Where buckets of the other two APIs would lie."""
    return as_json(
        {
            "namespace": request.path["namespaceName"],
            "defaultS3CompartmentId": request.cloud.tenancy,
            "defaultSwiftCompartmentId": request.cloud.tenancy,
        }
    )


def list_buckets(request: ApiRequest) -> ApiResponse:
    """The buckets of a compartment."""
    compartment, namespace = request.required("compartmentId"), request.path["namespaceName"]
    with_tags = "tags" in (request.argument("fields") or "").split(",")
    found = [
        _summary(record, with_tags)
        for record in request.cloud.list(BUCKET)
        if record.outputs.get("compartmentId") == compartment and record.outputs.get("namespace") == namespace
    ]
    items, headers = page(request, found, lambda item: str(item["name"]))
    return as_json(items, headers)


def create_bucket(request: ApiRequest) -> ApiResponse:
    """A new bucket."""
    details = request.json()
    inputs = {
        "name": details["name"],
        "namespace": request.path["namespaceName"],
        "accessType": "NoPublicAccess",
        **_settings(details, frozenset(_SETTINGS)),
    }
    if request.path["namespaceName"] != namespace_of(request.cloud):
        raise not_found(request, details["name"])
    more = {
        "createdBy": request.principal.id or "",
        "timeCreated": in_provider_form(time.time()),
        "metadata": {},
        "freeformTags": {},
        "definedTags": {},
    }
    try:
        record = create(request.cloud, BUCKET, inputs, {**more, **inputs})
    except Conflict as error:
        if error.code != "Conflict":
            raise
        name = details["name"]
        text = (
            f"Either the bucket '{name}' in namespace '{inputs['namespace']}' already exists or you are not"
            " authorized to create it"
        )
        raise coded(409, "BucketAlreadyExists", text) from None
    return _shown(request, record)


def head_bucket(request: ApiRequest) -> ApiResponse:
    """Whether there is such a bucket."""
    return ApiResponse(200, {"etag": etag_of(bucket_named(request))})


def get_bucket(request: ApiRequest) -> ApiResponse:
    """A bucket; how much is in it where that is asked for."""
    return _shown(request, bucket_named(request))


def update_bucket(request: ApiRequest) -> ApiResponse:
    """A bucket with some settings changed; metadata whose value is null is removed."""
    record = bucket_named(request)
    expect(request, record)
    details = request.json()
    new_name = details.get("name")
    if new_name not in (None, record.outputs.get("name")):
        raise InvalidParameter("the sandbox does not rename buckets")
    changes = _settings(details, _CHANGEABLE)
    if "metadata" in changes:
        both = {**(record.outputs.get("metadata") or {}), **changes["metadata"]}
        changes["metadata"] = {key: value for key, value in both.items() if value is not None}
    return _shown(request, update(request.cloud, record, changes))


def delete_bucket(request: ApiRequest) -> ApiResponse:
    """An empty bucket is deleted."""
    record = bucket_named(request)
    expect(request, record)
    delete(request.cloud, record)
    return nothing()


def _settings(details: dict[str, Any], allowed: frozenset[str] | set[str]) -> dict[str, Any]:
    found = {
        kept: details[name]
        for name, kept in _SETTINGS.items()
        if name in allowed and details.get(name) is not None
    }
    for name in ("metadata", "freeformTags"):
        if name in found and not isinstance(found[name], dict):
            raise InvalidParameter(f"{name} must be an object")
    if details.get("definedTags") is not None:
        found["definedTags"] = flat(details["definedTags"])
    return found


def _summary(record: Record, with_tags: bool) -> dict[str, Any]:
    outputs = record.outputs
    found = {
        "namespace": outputs.get("namespace"),
        "name": outputs.get("name"),
        "compartmentId": outputs.get("compartmentId"),
        "createdBy": outputs.get("createdBy") or "",
        "timeCreated": rfc3339(outputs.get("timeCreated")) or of_seconds(record.created),
        "etag": etag_of(record),
    }
    if with_tags:
        found["freeformTags"] = outputs.get("freeformTags") or {}
        found["definedTags"] = nested(outputs.get("definedTags"))
    return found


def _shown(request: ApiRequest, record: Record) -> ApiResponse:
    outputs = record.outputs
    objects, asked = Objects(request.cloud.store), (request.argument("fields") or "").split(",")
    value = {
        **_summary(record, with_tags=True),
        "id": outputs.get("bucketId"),
        "metadata": outputs.get("metadata") or {},
        "publicAccessType": outputs.get("accessType") or "NoPublicAccess",
        "storageTier": outputs.get("storageTier") or "Standard",
        "objectEventsEnabled": outputs.get("objectEventsEnabled") is True,
        "versioning": outputs.get("versioning") or "Disabled",
        "autoTiering": outputs.get("autoTiering") or "Disabled",
        "kmsKeyId": outputs.get("kmsKeyId"),
        "replicationEnabled": False,
        "isReadOnly": False,
        "objectLifecyclePolicyEtag": None,
        "approximateCount": objects.count(record.id) if "approximateCount" in asked else None,
        "approximateSize": objects.size(record.id) if "approximateSize" in asked else None,
    }
    return as_json(value, {"etag": str(value["etag"])})
