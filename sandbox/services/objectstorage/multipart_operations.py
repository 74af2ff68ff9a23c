"""Multipart uploads over REST: begun, parts put in any order, committed or given up."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import private
from sandbox.api.operation import Target
from sandbox.api.paging import page
from sandbox.api.representation import of_seconds
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json, nothing
from sandbox.cloud.errors import InvalidParameter, MissingParameter, SandboxFault, coded
from sandbox.cloud.store import Store
from sandbox.services.objectstorage.bucket_operations import bucket_named, bucket_target
from sandbox.services.objectstorage.checksums import algorithm_asked, checksum_headers, multipart_headers
from sandbox.services.objectstorage.object_operations import (
    check_md5,
    checked_name,
    details_of,
    expect_put,
    http_date,
    md5_of,
    version_header,
)
from sandbox.services.objectstorage.objects import Objects

_TABLES = """
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    name TEXT NOT NULL,
    details TEXT NOT NULL,
    created REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS upload_parts (
    upload TEXT NOT NULL,
    number INTEGER NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    etag TEXT NOT NULL,
    PRIMARY KEY (upload, number)
) WITHOUT ROWID
"""
_MOST_PARTS = 10_000


@dataclass(frozen=True)
class _Part:
    number: int
    file: str
    size: int
    md5: str
    etag: str


@dataclass(frozen=True)
class _Upload:
    id: str
    name: str
    details: dict[str, Any]
    created: float


def create_target(request: ApiRequest) -> Target:
    """The object that is to be."""
    return bucket_target(bucket_named(request), object_name=_name_in(request.json()))


def create_upload(request: ApiRequest) -> ApiResponse:
    """A new upload."""
    details = request.json()
    name = checked_name(_name_in(details))
    headers = {
        **{f"opc-meta-{key}": str(value) for key, value in _object(details, "metadata").items()},
        **{
            header: str(details[key])
            for key, header in (
                ("contentLanguage", "content-language"),
                ("contentEncoding", "content-encoding"),
                ("contentDisposition", "content-disposition"),
                ("cacheControl", "cache-control"),
                ("storageTier", "storage-tier"),
            )
            if details.get(key)
        },
    }
    kept: dict[str, Any] = {
        "type": details.get("contentType") or "application/octet-stream",
        "details": details_of(headers),
        "checksum": algorithm_asked(request.headers),
    }
    if request.headers.get("if-none-match") == "*":
        kept["if_none_match"] = "*"
        expect_put(Objects(request.cloud.store).get(bucket_named(request).id, name), None, "*")
    upload = _Upload(str(uuid.uuid4()), name, kept, time.time())
    _store(request).execute(
        "INSERT INTO uploads VALUES (?, ?, ?, ?, ?)",
        (upload.id, bucket_named(request).id, name, json.dumps(kept), upload.created),
    )
    return as_json(_shown(request, upload))


def list_uploads(request: ApiRequest) -> ApiResponse:
    """The uploads of a bucket that are under way."""
    rows = _store(request).select(
        "SELECT id, name, details, created FROM uploads WHERE bucket = ?", (bucket_named(request).id,)
    )
    uploads = [_Upload(id, name, json.loads(details), created) for id, name, details, created in rows]
    items, headers = page(request, uploads, lambda upload: f"{upload.name} {upload.id}")
    return as_json([_shown(request, upload) for upload in items], headers)


def put_part(request: ApiRequest) -> ApiResponse:
    """A part, which replaces one of the same number."""
    upload = _upload(request)
    number = request.number("uploadPartNum", 0, 1, _MOST_PARTS)
    if number == 0:
        raise MissingParameter("uploadPartNum is required")
    check_md5(request.body, request.headers)
    checksums = checksum_headers(request.body, request.headers)
    part = _Part(
        number, f"{number}-{uuid.uuid4().hex}", request.body.size, request.body.md5, str(uuid.uuid4())
    )
    folder = _folder(request, upload)
    try:
        private.make_folder(folder)
        request.body.keep(folder / part.file)
    except OSError as error:
        raise SandboxFault(f"{folder}: a part cannot be kept: {error.strerror}") from None
    with _store(request).transaction():
        former = [one for one in _parts(request, upload) if one.number == number]
        _store(request).execute(
            "INSERT OR REPLACE INTO upload_parts VALUES (?, ?, ?, ?, ?, ?)",
            (upload.id, number, part.file, part.size, part.md5, part.etag),
        )
    for one in former:
        (folder / one.file).unlink(missing_ok=True)
    return ApiResponse(200, {"etag": part.etag, "opc-content-md5": part.md5, **checksums})


def list_parts(request: ApiRequest) -> ApiResponse:
    """The parts that have been put."""
    upload = _upload(request)
    items, headers = page(request, _parts(request, upload), lambda part: f"{part.number:05}")
    shown = [
        {"partNumber": part.number, "size": part.size, "md5": part.md5, "etag": part.etag} for part in items
    ]
    return as_json(shown, headers)


def commit_upload(request: ApiRequest) -> ApiResponse:
    """The parts become an object."""
    upload = _upload(request)
    parts = _chosen(request.json(), {part.number: part for part in _parts(request, upload)})
    folder, details = _folder(request, upload), upload.details

    def write(path: Path) -> None:
        with path.open("wb") as whole:
            for part in parts:
                with (folder / part.file).open("rb") as file:
                    shutil.copyfileobj(file, whole)

    digest = md5_of([part.md5 for part in parts])
    none_match = request.headers.get("if-none-match") or details.get("if_none_match")

    checksums = multipart_headers(details.get("checksum", ""), [folder / part.file for part in parts])
    objects, bucket = Objects(request.cloud.store), bucket_named(request).id
    kept = objects.put(
        bucket,
        upload.name,
        write,
        md5="",
        content_type=details["type"],
        details={**details["details"], "multipart-md5": digest, **checksums},
        expect=lambda former: expect_put(former, request.headers.get("if-match"), none_match),
    )
    _forget(request, upload)
    headers = {"etag": kept.etag, "opc-multipart-md5": digest, "last-modified": http_date(kept.modified)}
    return ApiResponse(200, {**headers, **checksums, **version_header(objects, bucket, kept)})


def abort_upload(request: ApiRequest) -> ApiResponse:
    """An upload is given up, its parts with it."""
    _forget(request, _upload(request))
    return nothing()


def _chosen(details: dict[str, Any], known: dict[int, _Part]) -> list[_Part]:
    """The parts to put together, in the order of their numbers; every part must be named, to commit or to
    exclude."""
    wanted = details.get("partsToCommit")
    if not isinstance(wanted, list) or not wanted:
        raise MissingParameter("partsToCommit must name at least one part")
    found = {}
    for one in wanted:
        number = one.get("partNum") if isinstance(one, dict) else None
        part = known.get(number) if isinstance(number, int) else None
        if part is None or one.get("etag") != part.etag:
            raise coded(400, "InvalidUploadPart", f"part {number!r} was not uploaded with this etag")
        found[part.number] = part
    excluded = details.get("partsToExclude") or []
    unnamed = [number for number in known if number not in found and number not in excluded]
    if unnamed:
        raise InvalidParameter(f"part {unnamed[0]} is neither in partsToCommit nor in partsToExclude")
    return [found[number] for number in sorted(found)]


def _upload(request: ApiRequest) -> _Upload:
    id, name = request.required("uploadId"), request.path["objectName"]
    rows = _store(request).select(
        "SELECT id, name, details, created FROM uploads WHERE id = ? AND bucket = ? AND name = ?",
        (id, bucket_named(request).id, name),
    )
    if not rows:
        raise coded(404, "NoSuchUpload", "The upload ID was not found")
    return _Upload(rows[0][0], rows[0][1], json.loads(rows[0][2]), rows[0][3])


def _parts(request: ApiRequest, upload: _Upload) -> list[_Part]:
    rows = _store(request).select(
        "SELECT number, file, size, md5, etag FROM upload_parts WHERE upload = ? ORDER BY number",
        (upload.id,),
    )
    return [_Part(*row) for row in rows]


def _forget(request: ApiRequest, upload: _Upload) -> None:
    with _store(request).transaction():
        _store(request).execute("DELETE FROM upload_parts WHERE upload = ?", (upload.id,))
        _store(request).execute("DELETE FROM uploads WHERE id = ?", (upload.id,))
    shutil.rmtree(_folder(request, upload), ignore_errors=True)


def _folder(request: ApiRequest, upload: _Upload) -> Path:
    return request.cloud.store.path.parent / "objects" / ".uploads" / upload.id


def _store(request: ApiRequest) -> Store:
    request.cloud.store.define(_TABLES)
    return request.cloud.store


def _shown(request: ApiRequest, upload: _Upload) -> dict[str, Any]:
    return {
        "namespace": request.path["namespaceName"],
        "bucket": request.path["bucketName"],
        "object": upload.name,
        "uploadId": upload.id,
        "timeCreated": of_seconds(upload.created),
        "storageTier": "Standard",
    }


def _name_in(details: dict[str, Any]) -> str:
    name = details.get("object")
    if not isinstance(name, str) or not name:
        raise MissingParameter("object is required")
    return name


def _object(details: dict[str, Any], name: str) -> dict[str, Any]:
    value = details.get(name)
    return value if isinstance(value, dict) else {}
