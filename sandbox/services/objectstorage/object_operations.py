"""Objects over REST: put, read, listed, deleted, renamed and copied."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sandbox.api.operation import Ask, Target
from sandbox.api.paging import token, value_of
from sandbox.api.representation import of_seconds
from sandbox.api.request import ApiRequest, Body
from sandbox.api.response import ApiResponse, FilePart, as_json, nothing
from sandbox.cloud.errors import InvalidParameter, MissingParameter, ServiceError, coded
from sandbox.cloud.store import Record
from sandbox.services.objectstorage.bucket_operations import bucket_named, bucket_of, bucket_target
from sandbox.services.objectstorage.checksums import checksum_headers
from sandbox.services.objectstorage.objects import Objects
from sandbox.services.objectstorage.stored_object import StoredObject
from sandbox.services.objectstorage.versions import Version
from sandbox.services.objectstorage.work_requests import finished

# What an object keeps of a request's headers, and gives back.
_KEPT = ("content-language", "content-encoding", "content-disposition", "cache-control", "storage-tier")
_META = "opc-meta-"
_OVERRIDES = {
    "httpResponseContentDisposition": "content-disposition",
    "httpResponseCacheControl": "cache-control",
    "httpResponseContentType": "content-type",
    "httpResponseContentLanguage": "content-language",
    "httpResponseContentEncoding": "content-encoding",
    "httpResponseExpires": "expires",
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_FIELDS = ("name", "size", "etag", "md5", "timeCreated", "timeModified", "storageTier", "archivalState")
_META_BYTES = 4000
_NAME_BYTES = 1024


# What IAM is asked about


def object_target(request: ApiRequest) -> Target:
    """The object in the path."""
    return bucket_target(bucket_named(request), object_name=request.path["objectName"])


def put_case(request: ApiRequest) -> str:
    """A new object takes another right than one that is replaced."""
    known = Objects(request.cloud.store).get(bucket_named(request).id, request.path["objectName"])
    return "the object is new" if known is None else "the object exists"


def rename_asks(request: ApiRequest) -> Sequence[Ask]:
    """The new name is written, and the old one goes: who may touch one name only cannot move what has
    another."""
    bucket, details = bucket_named(request), request.json()
    old = bucket_target(bucket, object_name=_text(details, "sourceName"))
    new = bucket_target(bucket, object_name=_text(details, "newName"))
    return [Ask([["OBJECT_OVERWRITE"]], old), Ask([["OBJECT_CREATE", "OBJECT_OVERWRITE"]], new)]


def copy_asks(request: ApiRequest) -> Sequence[Ask]:
    """The caller reads here and writes there; so does the service of the region, under its own name."""
    details, source_bucket = request.json(), bucket_named(request)
    target_bucket, name = _destination(request, details)
    source = bucket_target(source_bucket, object_name=_text(details, "sourceObjectName"))
    target = bucket_target(target_bucket, object_name=name)
    known = Objects(request.cloud.store).get(target_bucket.id, name)
    write = [["OBJECT_CREATE" if known is None else "OBJECT_OVERWRITE"]]
    service = f"objectstorage-{request.cloud.region}"
    text = (
        f"Permissions granted to the object storage service principal '{service}' to this bucket are"
        " insufficient"
    )
    refusal = coded(400, "InsufficientServicePermissions", text)
    return [
        Ask([["OBJECT_READ"]], source),
        Ask(write, target),
        Ask([["OBJECT_READ"]], source, service=service, refusal=refusal),
        Ask(write, target, service=service, refusal=refusal),
    ]


# Operations


def put_object(request: ApiRequest) -> ApiResponse:
    """An object is created or replaced in one step."""
    name = checked_name(request.path["objectName"])
    headers = request.headers
    if headers.get("if-none-match") not in (None, "*"):
        raise InvalidParameter("if-none-match must be * for an object that is put")
    check_md5(request.body, headers)
    checksums = checksum_headers(request.body, headers)
    objects, bucket = Objects(request.cloud.store), bucket_named(request).id
    kept = objects.put(
        bucket,
        name,
        request.body.keep,
        md5=request.body.md5,
        content_type=headers.get("content-type") or "application/octet-stream",
        details={**details_of(headers), **checksums},
        expect=lambda former: expect_put(former, headers.get("if-match"), headers.get("if-none-match")),
    )
    return ApiResponse(
        200,
        {
            "etag": kept.etag,
            "opc-content-md5": kept.md5,
            "last-modified": http_date(kept.modified),
            **checksums,
            **version_header(objects, bucket, kept),
        },
    )


def get_object(request: ApiRequest) -> ApiResponse:
    """An object, or a range of it."""
    objects, bucket = Objects(request.cloud.store), bucket_named(request).id
    opened = objects.open(bucket, request.path["objectName"], request.argument("versionId"))
    if opened is None:
        raise object_not_found(request)
    found, file = opened
    try:
        unchanged = _unchanged(request, found)
        if unchanged is not None:
            file.close()
            return unchanged
        start, length = _range(request.headers.get("range"), found.size)
    except ServiceError:
        file.close()
        raise
    headers = {**_headers(found), **version_header(objects, bucket, found)}
    for argument, header in _OVERRIDES.items():
        text = request.argument(argument)
        if text is not None:
            headers[header] = text
    if start is None:
        return ApiResponse(200, headers, FilePart(file, 0, found.size))
    headers["content-range"] = f"bytes {start}-{start + length - 1}/{found.size}"
    return ApiResponse(206, headers, FilePart(file, start, length))


def head_object(request: ApiRequest) -> ApiResponse:
    """What an object is, without its body."""
    objects, bucket = Objects(request.cloud.store), bucket_named(request).id
    found = objects.version(bucket, request.path["objectName"], request.argument("versionId"))
    if found is None:
        raise object_not_found(request)
    unchanged = _unchanged(request, found)
    if unchanged is not None:
        return unchanged
    headers = {**_headers(found), **version_header(objects, bucket, found)}
    return ApiResponse(200, {**headers, "content-length": str(found.size)})


def delete_object(request: ApiRequest) -> ApiResponse:
    """An object is gone; with versioning a delete marker is in its place."""
    wanted, objects, bucket = (
        request.headers.get("if-match"),
        Objects(request.cloud.store),
        bucket_named(request),
    )
    gone = objects.delete(bucket.id, request.path["objectName"], lambda found: _expect_match(found, wanted))
    if gone is None:
        raise object_not_found(request)
    marker = objects.versions.get(bucket.id, gone.name, gone.marker_id)
    headers = {"version-id": marker.id, "is-delete-marker": "true"} if marker else {}
    return nothing({"last-modified": http_date(gone.modified), **headers})


def delete_object_version(request: ApiRequest) -> ApiResponse:
    """One version is gone for good; what was before it may be current again."""
    wanted, id = request.headers.get("if-match"), request.required("versionId")
    gone = Objects(request.cloud.store).delete_version(
        bucket_named(request).id, request.path["objectName"], id, lambda found: _expect_match(found, wanted)
    )
    if gone is None:
        raise object_not_found(request)
    headers = {"last-modified": http_date(gone.object.modified), "version-id": gone.id}
    return nothing({**headers, **({"is-delete-marker": "true"} if gone.is_marker else {})})


def list_object_versions(request: ApiRequest) -> ApiResponse:
    """A page of versions by name, the newest first, delete markers among them."""
    fields, delimiter = _fields_asked(request), _delimiter(request)
    limit, after = request.number("limit", 1000, 1, 1000), request.argument("startAfter")
    run = Objects(request.cloud.store).versions.run(
        bucket_named(request).id,
        prefix=request.argument("prefix") or "",
        start=request.argument("start") or "",
        end=request.argument("end"),
        delimiter=delimiter,
        after=_version_place(request) or ((after, 0) if after else None),
    )
    found = list(islice(run, limit + 1))
    shown = found[:limit]
    value = {
        "items": [_version_fields(one, fields) for one in shown if isinstance(one, Version)],
        "prefixes": [one for one in shown if isinstance(one, str)],
    }
    if len(found) == len(shown):
        return as_json(value)
    last = shown[-1]
    place = [last, 0] if isinstance(last, str) else [last.object.name, last.number]
    return as_json(value, {"opc-next-page": token(place)})


def _version_place(request: ApiRequest) -> tuple[str, int] | None:
    text = request.argument("page")
    if text is None:
        return None
    match value_of(text):
        case [str(name), int(number)]:
            return name, number
    raise InvalidParameter("page is not a token of a page")


def _version_fields(one: Version, wanted: set[str]) -> dict[str, Any]:
    found = {**_fields(one.object, wanted), "versionId": one.id, "isDeleteMarker": one.is_marker}
    return {name: None if one.is_marker and name in ("etag", "md5") else found[name] for name in found}


def list_objects(request: ApiRequest) -> ApiResponse:
    """A page of names, and of each object the fields that are asked for."""
    fields, delimiter = _fields_asked(request), _delimiter(request)
    found = Objects(request.cloud.store).list(
        bucket_named(request).id,
        prefix=request.argument("prefix") or "",
        start=request.argument("start") or "",
        after=request.argument("startAfter"),
        end=request.argument("end"),
        delimiter=delimiter,
        limit=request.number("limit", 1000, 1, 1000),
    )
    value: dict[str, Any] = {
        "objects": [_fields(one, fields) for one in found.objects],
        "prefixes": found.prefixes,
    }
    if found.next_start is not None:
        value["nextStartWith"] = found.next_start
    return as_json(value)


def rename_object(request: ApiRequest) -> ApiResponse:
    """An object gets another name; its body stays where it is."""
    details = request.json()
    old, new = _text(details, "sourceName"), checked_name(_text(details, "newName"))

    def expect(found: StoredObject, former: StoredObject | None) -> None:
        _expect_match(found, details.get("srcObjIfMatchETag"))
        expect_put(former, details.get("newObjIfMatchETag"), details.get("newObjIfNoneMatchETag"))

    objects, bucket = Objects(request.cloud.store), bucket_named(request).id
    kept = objects.rename(bucket, old, new, expect)
    if kept is None:
        raise object_not_found(request, old)
    headers = {"etag": kept.etag, "last-modified": http_date(kept.modified)}
    return ApiResponse(200, {**headers, **version_header(objects, bucket, kept)})


def copy_object(request: ApiRequest) -> ApiResponse:
    """An object is copied; the work request is done when it is answered."""
    details, objects = request.json(), Objects(request.cloud.store)
    source = _text(details, "sourceObjectName")
    if details.get("destinationRegion") not in (None, request.cloud.region):
        raise coded(501, "NotImplemented", "the sandbox copies objects within a region only")
    bucket, name = _destination(request, details)
    version = details.get("sourceVersionId")
    opened = objects.open(bucket_named(request).id, source, None if version is None else str(version))
    if opened is None:
        raise object_not_found(request, source)
    found, file = opened

    def write(path: Path) -> None:
        with path.open("wb") as target:
            shutil.copyfileobj(file, target)

    given = details.get("destinationObjectMetadata")
    with file:
        _expect_match(found, details.get("sourceObjectIfMatchETag"))
        objects.put(
            bucket.id,
            name,
            write,
            md5=found.md5,
            content_type=found.content_type,
            details={
                **found.details,
                **({"metadata": _metadata(given)} if isinstance(given, Mapping) else {}),
            },
            expect=lambda former: expect_put(
                former,
                details.get("destinationObjectIfMatchETag"),
                details.get("destinationObjectIfNoneMatchETag"),
            ),
        )
    id = finished(request.cloud.store, "COPY_OBJECT", bucket, str(uuid.uuid4()))
    return ApiResponse(202, {"opc-work-request-id": id})


# What operations share


def version_header(objects: Objects, bucket: str, found: StoredObject) -> dict[str, str]:
    """Which version it is, in a bucket that has versions."""
    return {"version-id": found.version_id} if objects.versions.are_shown(bucket) else {}


def _fields_asked(request: ApiRequest) -> set[str]:
    fields = [field for field in (request.argument("fields") or "name").split(",") if field]
    unknown = [field for field in fields if field not in _FIELDS]
    if unknown:
        raise InvalidParameter(f"fields must be of {', '.join(_FIELDS)}, not {unknown[0][:40]!r}")
    return {"name", *fields}


def _delimiter(request: ApiRequest) -> str:
    delimiter = request.argument("delimiter") or ""
    if delimiter not in ("", "/"):
        raise InvalidParameter("delimiter must be /")
    return delimiter


def object_not_found(request: ApiRequest, name: str | None = None) -> ServiceError:
    """What Object Storage answers for an object that is not there."""
    wanted = name if name is not None else request.path["objectName"]
    bucket = request.path["bucketName"]
    return coded(404, "ObjectNotFound", f"The object '{wanted}' was not found in the bucket '{bucket}'")


def checked_name(name: str) -> str:
    """An object's name. Raises `InvalidParameter` for one that OCI refuses."""
    if not name or len(name.encode("utf-8", "replace")) > _NAME_BYTES or set(name) & {"\0", "\r", "\n"}:
        raise InvalidParameter(
            f"an object's name must have 1 to {_NAME_BYTES} bytes and no line break or NUL"
        )
    return name


def details_of(headers: Mapping[str, str]) -> dict[str, Any]:
    """What an object keeps of the headers it was put with."""
    meta = {name[len(_META) :]: text for name, text in headers.items() if name.startswith(_META)}
    return {**{name: headers[name] for name in _KEPT if name in headers}, "metadata": _metadata(meta)}


def _metadata(given: Mapping[str, Any]) -> dict[str, str]:
    found = {str(name).lower().removeprefix(_META): str(value) for name, value in given.items()}
    if sum(len(name) + len(value.encode()) for name, value in found.items()) > _META_BYTES:
        raise InvalidParameter(f"an object's metadata must have at most {_META_BYTES} bytes")
    return found


def http_date(seconds: float) -> str:
    """A time since 1970 as headers have it."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def _destination(request: ApiRequest, details: dict[str, Any]) -> tuple[Record, str]:
    namespace, bucket = _text(details, "destinationNamespace"), _text(details, "destinationBucket")
    return bucket_of(request, namespace, bucket), checked_name(_text(details, "destinationObjectName"))


def _text(details: dict[str, Any], name: str) -> str:
    value = details.get(name)
    if not isinstance(value, str) or not value:
        raise MissingParameter(f"{name} is required")
    return value


def check_md5(body: Body, headers: Mapping[str, str]) -> None:
    """Refuse a body that is not the one the client hashed."""
    given = headers.get("content-md5")
    if given is not None and given != body.md5:
        raise coded(
            400,
            "UnmatchedContentMD5",
            f"The computed MD5 of the request body ({body.md5}) does not match the Content-MD5 header"
            f" ({given})",
        )


def expect_put(former: StoredObject | None, if_match: Any, if_none_match: Any) -> None:
    """Refuse to replace what the client does not mean to replace."""
    if if_none_match == "*" and former is not None:
        raise coded(
            412, "IfNoneMatchFailed", "The If-None-Match header is '*' but there is an existing entity"
        )
    if if_match is not None and (former is None or if_match not in ("*", former.etag)):
        raise _if_match_failed(former)


def _expect_match(found: StoredObject, if_match: Any) -> None:
    if if_match not in (None, "*", found.etag):
        raise _if_match_failed(found)


def _if_match_failed(found: StoredObject | None) -> ServiceError:
    current = found.etag if found else "none"
    return coded(
        412, "IfMatchFailed", f"The If-Match header does not match the ETag of the entity ({current})"
    )


def _unchanged(request: ApiRequest, found: StoredObject) -> ApiResponse | None:
    """304 where the client has this very object; refused where it asks for another one."""
    _expect_match(found, request.headers.get("if-match"))
    if request.headers.get("if-none-match") != found.etag:
        return None
    return ApiResponse(304, {"etag": found.etag, "last-modified": http_date(found.modified)})


def _range(text: str | None, size: int) -> tuple[int | None, int]:
    """Where a range begins and its length; None where no range is asked for that can be read."""
    found = _RANGE.fullmatch(text.strip()) if text else None
    if found is None or not any(found.groups()):
        return None, size
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size or (first and last and int(last) < int(first)):
        raise coded(416, "InvalidRange", f"the range {text!r} is not within the object's {size} bytes")
    return start, end - start + 1


def _headers(found: StoredObject) -> dict[str, str]:
    details = dict(found.details)
    meta = details.pop("metadata", {})
    md5 = {"opc-multipart-md5": details.pop("multipart-md5")} if "multipart-md5" in details else {}
    return {
        "accept-ranges": "bytes",
        "content-type": found.content_type,
        "etag": found.etag,
        "last-modified": http_date(found.modified),
        "storage-tier": "Standard",
        **({"content-md5": found.md5} if found.md5 else {}),
        **md5,
        **details,
        **{f"{_META}{name}": text for name, text in meta.items()},
        "x-api-id": "native",
    }


def _fields(one: StoredObject, wanted: set[str]) -> dict[str, Any]:
    known = {
        "name": one.name,
        "size": one.size,
        "etag": one.etag,
        "md5": one.md5 or one.details.get("multipart-md5"),
        "timeCreated": of_seconds(one.created),
        "timeModified": of_seconds(one.modified),
        "storageTier": one.details.get("storage-tier", "Standard"),
        "archivalState": None,
    }
    return {name: value for name, value in known.items() if name in wanted}


def md5_of(parts: Sequence[str]) -> str:
    """The digest of an object that was put together from parts with these MD5s."""
    whole = hashlib.md5(b"".join(map(base64.b64decode, parts)), usedforsecurity=False).digest()
    return f"{base64.b64encode(whole).decode()}-{len(parts)}"
