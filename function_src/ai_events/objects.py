"""The object that an Object Storage event names, and reading it.

`ObjectReader` is all that the event logic knows of storage. Two readers:

* `StorageReader`: Object Storage, as the function's own resource principal. The SDK is imported when the
  first object is read, because it takes half a second that other events need not wait for.
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
from typing import Any, NoReturn, Protocol
from urllib.parse import unquote

from ai_events.envelope import Event
from ai_events.failures import EventFailure, Refusal, Unprocessed, quote
from ai_events.strict_json import too_large

_CHUNK = 64 * 1024
# Connect and read timeouts in seconds; with two attempts they fit the default function timeout of 30 s.
_TIMEOUT = (3.05, 9)
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


class ObjectReader(Protocol):
    """Reads one object."""

    def read(self, target: ObjectName, max_bytes: int) -> bytes:
        """The whole body. Raises `Refusal` or `Unprocessed` as the module's table says."""
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
    """Objects as files below a folder. A name that leads out of it, by `..` or by a link, is refused."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)

    def read(self, target: ObjectName, max_bytes: int) -> bytes:
        """See `ObjectReader`. A bucket without a folder is one that this function may not see."""
        path = self._path(target)
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise _not_found(target)
            with path.open("rb") as file:
                return _gather(iter(lambda: file.read(_CHUNK), b""), max_bytes)
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
    """Objects in Object Storage, through the SDK's client (or one with the same `get_object`)."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    def as_resource_principal(cls) -> StorageReader:
        """A reader with the function's own identity, which the platform puts into its environment."""
        try:
            import oci

            signer = oci.auth.signers.get_resource_principals_signer()
            client = oci.object_storage.ObjectStorageClient({}, signer=signer, **client_options())
        except Exception:  # noqa: BLE001 the SDK raises many types here, and their texts may quote the token
            raise Unprocessed(
                "no-resource-principal", "the function has no resource principal to read objects with"
            ) from None
        return cls(client)

    def read(self, target: ObjectName, max_bytes: int) -> bytes:
        """See `ObjectReader`."""
        try:
            response = self._client.get_object(target.namespace, target.bucket, target.name)
            return self._body(response, max_bytes)
        except EventFailure:
            raise
        except Exception as error:  # noqa: BLE001 classified below; nothing of its text is passed on
            _classify(error, target)

    def _body(self, response: Any, max_bytes: int) -> bytes:
        announced = str(response.headers.get("Content-Length", ""))
        if announced.isdecimal() and int(announced) > max_bytes:
            response.data.close()
            raise too_large(f"the object is {announced} bytes", max_bytes)
        try:
            # The transport itself reports a body shorter than announced.
            return _gather(response.data.iter_content(_CHUNK), max_bytes)
        finally:
            response.data.close()


def client_options() -> dict[str, Any]:
    """How the SDK's client is to behave: bounded in time, two attempts, no state between calls."""
    import oci

    retry = oci.retry.RetryStrategyBuilder(
        max_attempts=_ATTEMPTS, total_elapsed_time_seconds=12, retry_base_sleep_time_seconds=0.2
    )
    return {
        "timeout": _TIMEOUT,
        "retry_strategy": retry.get_retry_strategy(),
        # The default breaker would refuse the calls of later, unrelated events in a warm function.
        "circuit_breaker_strategy": oci.circuit_breaker.NoCircuitBreakerStrategy(),
    }


def _classify(error: Exception, target: ObjectName) -> NoReturn:
    """Turns an SDK error into this project's own, by status and service code alone."""
    status = getattr(error, "status", None)
    if status == 404 and getattr(error, "code", None) == "ObjectNotFound":
        raise _not_found(target) from None
    if status in {401, 403, 404}:
        raise _not_readable(target) from None
    detail = f"status {status}" if isinstance(status, int) else type(error).__name__
    raise _unavailable(f"Object Storage did not return the object ({detail})") from None


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
