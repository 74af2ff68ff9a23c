"""Pre-authenticated requests in the store: made with a right, used by whoever has the address.

The address holds a secret; the store keeps its hash only, as OCI shows it once. Not for REST or Pulumi: both
make and use them by this.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from sandbox.cloud.errors import InvalidParameter, MissingParameter
from sandbox.cloud.store import Store

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


@dataclass(frozen=True)
class Preauthenticated:
    """One request; times in seconds since 1970."""

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

    def address(self, secret: str, namespace: str, bucket: str) -> str:
        """The path below Object Storage's host that whoever has it may use."""
        named = quote(self.object, safe="") if self.object and not self.access.startswith("Any") else ""
        return f"/p/{secret}/n/{namespace}/b/{bucket}/o/{named}"


def new_secret() -> str:
    """What makes an address one nobody guesses."""
    return secrets.token_urlsafe(48)


def described(details: Mapping[str, Any], id: str = "") -> Preauthenticated:
    """A new one as it is asked for, in the words of the REST operation. Raises a `ServiceError`."""
    for name in ("name", "accessType", "timeExpires"):
        if not isinstance(details.get(name), str) or not details[name]:
            raise MissingParameter(f"{name} is required")
    access, target = details["accessType"], str(details.get("objectName") or "")
    if access not in _ACCESS:
        raise InvalidParameter(f"accessType must be one of {', '.join(_ACCESS)}")
    if not access.startswith("Any") and not target:
        raise MissingParameter("objectName is required for access to one object")
    return Preauthenticated(
        id or secrets.token_urlsafe(32),
        details["name"],
        target,
        access,
        str(details.get("bucketListingAction") or "Deny"),
        _expiry(details["timeExpires"]),
        time.time(),
    )


def keep(store: Store, bucket: str, secret: str, made: Preauthenticated) -> None:
    """Make a bucket's; its secret is kept as a hash."""
    store.define(_TABLES)
    store.execute(
        f"INSERT INTO preauthenticated (bucket, secret, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            bucket,
            _hash(secret),
            *(made.id, made.name, made.object, made.access, made.listing, made.expires, made.created),
        ),
    )


def forget(store: Store, id: str) -> None:
    """Its address is of no use any more."""
    store.define(_TABLES)
    store.execute("DELETE FROM preauthenticated WHERE id = ?", (id,))


def of_bucket(store: Store, bucket: str) -> list[Preauthenticated]:
    """Those of a bucket."""
    return _select(store, "bucket = ?", (bucket,))


def with_secret(store: Store, bucket: str, secret: str) -> Sequence[Preauthenticated]:
    """Those of a bucket with the secret of an address; one at most."""
    return _select(store, "secret = ? AND bucket = ?", (_hash(secret), bucket))


def _select(store: Store, where: str, values: tuple[str, ...]) -> list[Preauthenticated]:
    store.define(_TABLES)
    rows = store.select(f"SELECT {_COLUMNS} FROM preauthenticated WHERE {where}", values)  # noqa: S608 constants only
    return [Preauthenticated(*row) for row in rows]


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
