"""Pre-authenticated requests: made with a right, used by whoever has the address.

The address holds a secret; the store keeps its hash only, as OCI shows it once. Every use that is not
allowed gets one answer, whatever was wrong with it.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from sandbox.api.paging import page
from sandbox.api.representation import of_seconds
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json, nothing
from sandbox.cloud.errors import InvalidParameter, MissingParameter, NotFound, ServiceError
from sandbox.cloud.store import Store
from sandbox.services.objectstorage.bucket_operations import bucket_named
from sandbox.services.objectstorage.object_operations import get_object, head_object, list_objects, put_object

_TABLES = """
CREATE TABLE IF NOT EXISTS preauthenticated (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    secret TEXT NOT NULL,
    name TEXT NOT NULL,
    object TEXT NOT NULL,
    access TEXT NOT NULL,
    listing TEXT NOT NULL,
    expires REAL NOT NULL,
    created REAL NOT NULL
) WITHOUT ROWID
"""
_COLUMNS = "id, name, object, access, listing, expires, created"
_ACCESS = (
    "ObjectRead",
    "ObjectWrite",
    "ObjectReadWrite",
    "AnyObjectRead",
    "AnyObjectWrite",
    "AnyObjectReadWrite",
)
_MISSING = "Authorization failed or requested resource not found."


@dataclass(frozen=True)
class _Preauthenticated:
    id: str
    name: str
    object: str
    """The one object's name; of any object's the prefix."""
    access: str
    listing: str
    expires: float
    created: float

    def allows(self, wish: str, name: str) -> bool:
        """Whether it reads or writes an object of this name, now."""
        fits = name.startswith(self.object) if self.access.startswith("Any") else name == self.object
        return fits and wish in self.access.partition("Object")[2] and time.time() < self.expires


def create_request(request: ApiRequest) -> ApiResponse:
    """A new one; its address is in this answer and in no other."""
    details = request.json()
    for name in ("name", "accessType", "timeExpires"):
        if not isinstance(details.get(name), str) or not details[name]:
            raise MissingParameter(f"{name} is required")
    access, target = details["accessType"], str(details.get("objectName") or "")
    if access not in _ACCESS:
        raise InvalidParameter(f"accessType must be one of {', '.join(_ACCESS)}")
    if not access.startswith("Any") and not target:
        raise MissingParameter("objectName is required for access to one object")
    secret, now = secrets.token_urlsafe(48), time.time()
    made = _Preauthenticated(
        secrets.token_urlsafe(32),
        details["name"],
        target,
        access,
        str(details.get("bucketListingAction") or "Deny"),
        _expiry(details["timeExpires"]),
        now,
    )
    _store(request).execute(
        f"INSERT INTO preauthenticated (bucket, secret, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            bucket_named(request).id,
            _hash(secret),
            *(made.id, made.name, made.object, made.access, made.listing, made.expires, made.created),
        ),
    )
    namespace, bucket = request.path["namespaceName"], request.path["bucketName"]
    object_part = quote(target, safe="") if target and not access.startswith("Any") else ""
    address = f"/p/{secret}/n/{namespace}/b/{bucket}/o/{object_part}"
    return as_json({**_shown(made), "accessUri": address, "fullPath": f"https://{request.host}{address}"})


def list_requests(request: ApiRequest) -> ApiResponse:
    """Those of a bucket."""
    prefix = request.argument("objectNamePrefix") or ""
    found = [one for one in _all(request) if one.object.startswith(prefix)]
    items, headers = page(request, found, lambda one: one.id)
    return as_json([_shown(one) for one in items], headers)


def get_request(request: ApiRequest) -> ApiResponse:
    """One of them."""
    return as_json(_shown(_named(request)))


def delete_request(request: ApiRequest) -> ApiResponse:
    """Its address is of no use any more."""
    _store(request).execute("DELETE FROM preauthenticated WHERE id = ?", (_named(request).id,))
    return nothing()


def using(wish: str, handler: Callable[[ApiRequest], ApiResponse]) -> Callable[[ApiRequest], ApiResponse]:
    """A handler that answers whoever has the address, as far as that goes."""

    def used(request: ApiRequest) -> ApiResponse:
        if not any(one.allows(wish, request.path["objectName"]) for one in _by_address(request)):
            raise NotFound(_MISSING)
        return handler(request)

    return used


read, look, write = using("Read", get_object), using("Read", head_object), using("Write", put_object)


def list_by_address(request: ApiRequest) -> ApiResponse:
    """The objects that an address reaches, where it may list them; never beyond its prefix."""
    asked = request.argument("prefix") or ""
    for one in _by_address(request):
        if one.listing == "ListObjects" and one.allows("Read", asked):
            return list_objects(request)
    raise NotFound(_MISSING)


def _by_address(request: ApiRequest) -> Sequence[_Preauthenticated]:
    """Those with the secret of the address, in its bucket; one at most."""
    try:
        bucket = bucket_named(request).id
    except ServiceError:
        raise NotFound(_MISSING) from None
    rows = _store(request).select(
        f"SELECT {_COLUMNS} FROM preauthenticated WHERE secret = ? AND bucket = ?",  # noqa: S608 constants only
        (_hash(request.path["secret"]), bucket),
    )
    return [_Preauthenticated(*row) for row in rows]


def _all(request: ApiRequest) -> list[_Preauthenticated]:
    rows = _store(request).select(
        f"SELECT {_COLUMNS} FROM preauthenticated WHERE bucket = ?",  # noqa: S608 constants only
        (bucket_named(request).id,),
    )
    return [_Preauthenticated(*row) for row in rows]


def _named(request: ApiRequest) -> _Preauthenticated:
    found = next((one for one in _all(request) if one.id == request.path["parId"]), None)
    if found is None:
        raise NotFound(_MISSING)
    return found


def _shown(one: _Preauthenticated) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "objectName": one.object or None,
        "accessType": one.access,
        "bucketListingAction": one.listing,
        "timeExpires": of_seconds(one.expires),
        "timeCreated": of_seconds(one.created),
    }


def _expiry(text: str) -> float:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidParameter("timeExpires is not a time") from None
    seconds = (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()
    if seconds <= time.time():
        raise InvalidParameter("timeExpires must be in the future")
    return seconds


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _store(request: ApiRequest) -> Store:
    request.cloud.store.define(_TABLES)
    return request.cloud.store
