"""Archives of code: what Functions refuses of one, and where its bytes come from.

Kept as `archives/<sha256>.zip` beside the store, because an object may be deleted once a function is made of
it. Sources: Oracle's pages "Packaging Archives for Code-only Functions", "Creating Python Code-only
Functions" and "Updating Code-only Functions".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import os
import re
import stat
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oci_iam import Principal, Request, decide
from sandbox import private
from sandbox.cloud import validation
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import InvalidParameter, MissingParameter
from sandbox.cloud.store import Record, Store
from sandbox.services.identity.directory import directory_of, policies_of
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects

_MEGABYTE = 1024 * 1024
_LARGEST = {"DIRECT_ARCHIVE": 25 * _MEGABYTE, "OBJECT_STORAGE_ARCHIVE": 250 * _MEGABYTE}
_UNPACKED = 1024 * _MEGABYTE  # not Oracle's: what a laptop is asked for at most
_RUNTIME = re.compile(r"(?:(?P<language>python|java|node)(?P<version>\d+)\.)?ol[89]")
_HANDLER = re.compile(r"(?P<file>[A-Za-z0-9_]+)\.[A-Za-z0-9_]+")
_FOLDERS = ("function", "python", "resources", "native")


def validate(details: Mapping[str, Any]) -> None:
    """Refuse what the service refuses of a function's source, without its bytes."""
    where, runtime = details.get("archiveSourceDetails") or {}, details.get("runtimeConfig") or {}
    if not where:
        raise MissingParameter("sourceDetails.archiveSourceDetails is required for an archive")
    if not runtime:
        raise MissingParameter("sourceDetails.runtimeConfig is required for an archive")
    validation.one_of(_in_capitals(where), "archiveSourceType", _LARGEST)
    validation.one_of(_in_capitals(runtime), "runtimeConfigType", ("FUNCTION_UPDATE", "MANUAL"))
    name = str(runtime.get("functionsRuntimeName"))
    if _RUNTIME.fullmatch(name) is None:
        raise InvalidParameter(f"functionsRuntimeName {name!r} is not a runtime such as python312.ol9")
    manual = str(runtime.get("runtimeConfigType")).upper() == "MANUAL"
    if manual and not runtime.get("functionsRuntimeVersionId"):
        raise MissingParameter("functionsRuntimeVersionId is required where runtimeConfigType is MANUAL")


def _in_capitals(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """As the service gets values that the provider takes in any case."""
    return {name: value.upper() if isinstance(value, str) else value for name, value in inputs.items()}


def fetched(cloud: Cloud, application: Record | None, details: Mapping[str, Any]) -> bytes:
    """The archive's bytes, as the service gets them."""
    where = details["archiveSourceDetails"]
    kind = str(where["archiveSourceType"]).upper()
    content = _direct(where) if kind == "DIRECT_ARCHIVE" else _object(cloud, application, where)
    if len(content) > _LARGEST[kind]:
        most = _LARGEST[kind] // _MEGABYTE
        raise InvalidParameter(f"the archive has {len(content)} bytes; at most {most} MB are allowed")
    return content


def _direct(where: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(where.get("archiveFile") or "", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidParameter("archiveFile must be base64") from None


def _object(cloud: Cloud, application: Record | None, where: Mapping[str, Any]) -> bytes:
    for name in ("bucket", "namespace", "object"):
        validation.filled(where, name)
    bucket = cloud.store.get(f"n/{where['namespace']}/b/{where['bucket']}")
    absent = InvalidParameter(
        f"archive {where['bucket']}/{where['object']} does not exist, or the application may not read it"
    )
    if bucket is None or bucket.type != BUCKET or not _may_read(cloud, application, bucket, where):
        raise absent
    opened = Objects(cloud.store).open(bucket.id, where["object"], where.get("objectVersionId"))
    if opened is None:
        raise absent
    with opened[1] as file:
        return file.read()


def _may_read(cloud: Cloud, application: Record | None, bucket: Record, where: Mapping[str, Any]) -> bool:
    """Whether the application's own principal may, by the deployed policies."""
    if application is None:
        return True  # of another sandbox or of OCI: nothing is known of it
    records = cloud.store.list()
    request = Request(
        principal=Principal("fnapp", application.id, str(application.outputs.get("compartmentId"))),
        permission="OBJECT_READ",
        compartment_id=str(bucket.outputs.get("compartmentId")),
        operation="GetObject",
        target={"target.bucket.name": where["bucket"], "target.object.name": where["object"]},
    )
    return decide(request, policies_of(records), directory_of(records)).allowed


def refuse_bad_layout(content: bytes, details: Mapping[str, Any], shape: str) -> None:
    """Refuse an archive that does not have the structure that its runtime and its application ask for."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
    except zipfile.BadZipFile:
        raise InvalidParameter("the archive is not a zip") from None
    if sum(info.file_size for info in members) > _UNPACKED:
        raise InvalidParameter(f"the archive unpacks to more than {_UNPACKED // _MEGABYTE} MB")
    for info in members:
        link = stat.S_ISLNK(info.external_attr >> 16)
        if link or info.filename.startswith("/") or ".." in info.filename.split("/"):
            raise InvalidParameter(f"the archive must not contain {info.filename}")
    if (details["runtimeConfig"]["functionsRuntimeName"]).startswith("python"):
        _refuse_bad_python({info.filename for info in members}, details.get("handler"), shape)


def _refuse_bad_python(paths: set[str], handler: Any, shape: str) -> None:
    outside = sorted({path.partition("/")[0] for path in paths} - set(_FOLDERS))
    if outside:
        raise InvalidParameter(
            f"the archive has {outside[0]} at its root; only {', '.join(_FOLDERS)} may be there"
        )
    if shape != "GENERIC_X86_ARM" and any(path.startswith("native/") for path in paths):
        raise InvalidParameter("the archive has native/, which only multi-architecture applications allow")
    named = _HANDLER.fullmatch(str(handler or ""))
    if named is None:
        raise InvalidParameter(f"handler must be <file>.<function>, not {handler!r}")
    if f"function/{named['file']}.py" not in paths:
        raise InvalidParameter(f"the archive has no function/{named['file']}.py, which the handler names")


def keep(store: Store, content: bytes) -> str:
    """Keep an archive; its hash as the service shows it."""
    shown = base64.b64encode(hashlib.sha256(content).digest()).decode()
    place = kept_at(store.path.parent, shown)
    if place.exists():
        os.utime(place)  # it is wanted again: `sandbox.housekeeping` looks at the time
        return shown
    private.make_folder(place.parent)
    descriptor, partial = tempfile.mkstemp(suffix=".partial", dir=place.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.rename(partial, place)
    return shown


def kept_at(folder: Path, shown: str) -> Path:
    """Where the archive of this hash is kept, below the sandbox's folder."""
    return folder / "archives" / f"{base64.b64decode(shown).hex()}.zip"
