"""The object that an Object Storage event names, and reading it.

`ObjectReader` is all that the event logic knows of storage. Two readers:

* `StorageReader`: Object Storage, as the function's own resource principal.
* `FolderReader`: `<root>/<namespace>/<bucket>/<object name>`, for the sandbox.

Both stop reading at the limit, whatever size was announced. What an outcome means:

| outcome                                          | code                | answered as                      |
|--------------------------------------------------|---------------------|----------------------------------|
| the object is not there (deleted since event)    | object-not-found    | refusal: no retry brings it back |
| it is over the limit                             | too-large           | refusal                          |
| the bucket is not visible, or access is denied   | object-not-readable | failure: a grant is missing, or  |
|                                                  |                     | not yet in force (15 minutes)    |
| throttled, 5xx, timeout, connection lost         | storage-unavailable | failure                          |
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from ai_events.envelope import Event
from ai_events.failures import Refusal, Unprocessed, quote
from ai_events.hops import BEGINNING, Trail, of_object
from ai_events.service import NoAnswer, Service, segment
from ai_events.strict_json import too_large

_CHUNK = 64 * 1024
# With the timeouts of `service` two attempts fit the default function timeout of 30 s.
_ATTEMPTS = 2
_PATH_PART = re.compile(r"[A-Za-z0-9_.-]{1,256}", re.ASCII)
_RESOURCE_ID = re.compile(r"/n/([^/]+)/b/([^/]+)/o/(.+)", re.DOTALL)
_MAX_NAME_BYTES = 1024


@dataclass(frozen=True)
class ObjectName:
    """Where an object is: Object Storage namespace, bucket, and the object's name (it may hold slashes)."""

    namespace: str
    bucket: str
    name: str

    @property
    def path(self) -> str:
        """Its path in Object Storage's API, the name as one segment."""
        return f"/n/{segment(self.namespace)}/b/{segment(self.bucket)}/o/{segment(self.name)}"


@dataclass(frozen=True)
class Content:
    """An object's body, and the handlers that it came through."""

    body: bytes
    trail: Trail = BEGINNING


class ObjectReader(Protocol):
    """Reads one object."""

    def read(self, target: ObjectName, max_bytes: int) -> Content:
        """All of it. Raises `Refusal` or `Unprocessed` as the module's table says."""
        ...


def object_of(event: Event) -> ObjectName:
    """The object an event names: by its details and name, else by its id (`/n/NAMESPACE/b/BUCKET/o/NAME`)."""
    by_id = _RESOURCE_ID.fullmatch(event.resource_id or "")
    parts = [unquote(part) for part in by_id.groups()] if by_id else ["", "", ""]
    namespace = _detail(event.details, "namespace") or parts[0]
    bucket = _detail(event.details, "bucketName") or parts[1]
    name = event.resource_name or parts[2]
    if not (namespace and bucket and name):
        raise Refusal(
            "missing-field", "the event names no object (expected namespace, bucketName and resourceName)"
        )
    for what, value in (("namespace", namespace), ("bucketName", bucket)):
        if not _PATH_PART.fullmatch(value) or value in {".", ".."}:
            raise Refusal("wrong-shape", f"{what} {quote(value)} is not a valid name in Object Storage")
    _check_name(name)
    return ObjectName(namespace, bucket, name)


def _detail(details: Mapping[str, object], key: str) -> str:
    value = details.get(key)
    return value if isinstance(value, str) else ""


def _check_name(name: str) -> None:
    """Object Storage takes 1 to 1024 bytes of UTF-8 without NUL, LF and CR."""
    if len(name.encode()) > _MAX_NAME_BYTES or not {"\0", "\n", "\r"}.isdisjoint(name):
        raise Refusal("wrong-shape", f"resourceName {quote(name)} is not a valid name in Object Storage")


def _gather(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    """Joins chunks and stops at the first byte over the limit."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            raise too_large(f"the object is more than {max_bytes} bytes", max_bytes)
    return bytes(body)


class FolderReader:
    """Objects as files below a folder, which have no metadata. A name that leads out of it, by `..` or by a
    link, is refused."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)

    def read(self, target: ObjectName, max_bytes: int) -> Content:
        """See `ObjectReader`. A bucket without a folder is one that this function may not see."""
        path = self._path(target)
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise _not_found(target)
            with path.open("rb") as file:
                return Content(_gather(iter(lambda: file.read(_CHUNK), b""), max_bytes))
        except (FileNotFoundError, NotADirectoryError):
            raise _not_found(target) from None
        except PermissionError:
            raise _not_readable(target) from None
        except OSError:
            raise _unavailable("the object could not be read from the folder") from None

    def _path(self, target: ObjectName) -> Path:
        bucket = self._root / target.namespace / target.bucket
        if not bucket.is_dir():
            raise _not_readable(target)
        parts = target.name.split("/")
        if any(part in {"", ".", ".."} for part in parts):
            raise Refusal(
                "unsafe-name", f"the object name {quote(target.name)} is not a path below its bucket"
            )
        path = bucket.joinpath(*parts)
        if not path.resolve().is_relative_to(bucket.resolve()):
            raise Refusal("unsafe-name", f"the object name {quote(target.name)} leads out of its bucket")
        return path


class StorageReader:
    """Objects in Object Storage, with the function's own identity."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def read(self, target: ObjectName, max_bytes: int) -> Content:
        """See `ObjectReader`."""
        try:
            reply = self._service.call(
                "GET", "objectstorage", target.path, attempts=_ATTEMPTS, max_bytes=max_bytes
            )
        except NoAnswer as error:
            raise _unavailable(f"Object Storage did not return the object ({error})") from None
        if reply.status == 200:
            return Content(reply.body, of_object(reply.headers))
        if reply.status == 404 and reply.code == "ObjectNotFound":
            raise _not_found(target)
        if reply.status in {401, 403, 404}:
            raise _not_readable(target)
        raise _unavailable(f"Object Storage did not return the object (status {reply.status})")


def _not_found(target: ObjectName) -> Refusal:
    return Refusal(
        "object-not-found", f"bucket {quote(target.bucket)} has no object {quote(target.name)}", 404
    )


def _not_readable(target: ObjectName) -> Unprocessed:
    return Unprocessed(
        "object-not-readable",
        f"bucket {quote(target.bucket)} cannot be read: it is gone, or the function lacks OBJECT_READ in it",
    )


def _unavailable(message: str) -> Unprocessed:
    return Unprocessed("storage-unavailable", message)
