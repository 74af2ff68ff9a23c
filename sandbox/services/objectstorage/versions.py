"""Former versions of objects and delete markers, in buckets that have versioning enabled.

What is current is in `objects`; here is what was before, in the order in which it ceased to be current. A
delete marker stands for a deletion, has no body, and is current where no object of its name is. In a bucket
with versioning suspended nothing is added, and what is here stays. Source: Oracle's page on object
versioning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.store import Store
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.stored_object import COLUMNS, StoredObject, behind, row_of, stored

_TABLES = """
CREATE TABLE IF NOT EXISTS object_versions (
    bucket TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    version TEXT NOT NULL,
    is_marker INTEGER NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    etag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    details TEXT NOT NULL,
    created REAL NOT NULL,
    modified REAL NOT NULL,
    PRIMARY KEY (bucket, name, number)
) WITHOUT ROWID
"""
_CURRENT = 2**62
_CHUNK = 200


@dataclass(frozen=True)
class Version:
    """One version of an object; a delete marker's `object` has no body. The greater the number, the newer."""

    id: str
    number: int
    is_marker: bool
    object: StoredObject


class Versions:
    """The former versions of one store's objects. Changes belong into the transaction that changes the
    object."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.define(_TABLES)

    def are_kept(self, bucket: str) -> bool:
        """Whether what is replaced or deleted becomes a former version."""
        return self._status(bucket) == "Enabled"

    def are_shown(self, bucket: str) -> bool:
        """Whether answers name versions: versioning is, or was, enabled."""
        return self._status(bucket) in ("Enabled", "Suspended")

    def _status(self, bucket: str) -> str:
        record = self._store.get(bucket)
        return str(record.outputs.get("versioning")) if record and record.type == BUCKET else ""

    def keep(self, bucket: str, one: StoredObject) -> None:
        """What was current is former from now on."""
        self._add(bucket, one.version_id, one, is_marker=False)

    def mark_deleted(self, bucket: str, one: StoredObject, now: float) -> None:
        """A delete marker for what was current."""
        marker = StoredObject(one.name, "", 0, "", one.marker_id, "", {}, now, now)
        self._add(bucket, one.marker_id, marker, is_marker=True)

    def get(self, bucket: str, name: str, id: str) -> Version | None:
        """A former version or a delete marker."""
        return next(iter(self._rows("AND name = ? AND version = ?", (bucket, name, id))), None)

    def newest(self, bucket: str, name: str) -> Version | None:
        """The one that was current last."""
        return next(iter(self._rows("AND name = ? ORDER BY number DESC LIMIT 1", (bucket, name))), None)

    def remove(self, bucket: str, one: Version) -> None:
        """Forget it; its file is the caller's."""
        self._store.execute(
            "DELETE FROM object_versions WHERE bucket = ? AND name = ? AND number = ?",
            (bucket, one.object.name, one.number),
        )

    def remove_all(self, bucket: str) -> None:
        """Forget all of a bucket."""
        self._store.execute("DELETE FROM object_versions WHERE bucket = ?", (bucket,))

    def are_there(self, bucket: str) -> bool:
        """Whether a bucket has any, delete markers included."""
        query = "SELECT 1 FROM object_versions WHERE bucket = ? LIMIT 1"
        return bool(self._store.select(query, (bucket,)))

    def run(
        self,
        bucket: str,
        *,
        prefix: str = "",
        start: str = "",
        end: str | None = None,
        delimiter: str = "",
        after: tuple[str, int] | None = None,
    ) -> Iterator[Version | str]:
        """All versions, current ones included, by name, then the newest first; and each common prefix once.

        `after` is the name and number of the last one that was seen; a common prefix has the number 0.
        """
        until = behind(prefix) if prefix else None
        place: tuple[str, int] | None = max((max(start, prefix), _CURRENT + 1), after or ("", 0), key=_order)
        while place is not None:
            rows = self._chunk(bucket, place, until, end)
            place = None
            for one in rows:
                name = one.object.name
                cut = name.find(delimiter, len(prefix)) if delimiter else -1
                if cut >= 0:
                    common = name[: cut + len(delimiter)]
                    if after is None or common > after[0]:
                        yield common
                    following = behind(common)
                    place = (following, _CURRENT + 1) if following else None
                    break
                yield one
            else:
                if len(rows) == _CHUNK:
                    place = (rows[-1].object.name, rows[-1].number)

    def _chunk(
        self, bucket: str, place: tuple[str, int], until: str | None, end: str | None
    ) -> list[Version]:
        rows = self._store.select(
            f"SELECT * FROM (SELECT {_CURRENT} AS number, '' AS version, 0 AS is_marker, {COLUMNS}"  # noqa: S608 constants only
            " FROM objects WHERE bucket = ? AND name >= ?"
            f" UNION ALL SELECT number, version, is_marker, {COLUMNS} FROM object_versions"
            " WHERE bucket = ? AND name >= ?)"
            " WHERE (name > ? OR number < ?) AND (? IS NULL OR name < ?) AND (? IS NULL OR name < ?)"
            " ORDER BY name, number DESC LIMIT ?",
            (bucket, place[0], bucket, place[0], *place, until, until, end, end, _CHUNK),
        )
        return [_version(row) for row in rows]

    def _rows(self, more: str, values: tuple[Any, ...]) -> list[Version]:
        rows = self._store.select(
            f"SELECT number, version, is_marker, {COLUMNS} FROM object_versions WHERE bucket = ? {more}",  # noqa: S608
            values,
        )
        return [_version(row) for row in rows]

    def _add(self, bucket: str, id: str, one: StoredObject, *, is_marker: bool) -> None:
        newest = self.newest(bucket, one.name)
        self._store.execute(
            f"INSERT INTO object_versions (bucket, number, version, is_marker, {COLUMNS})"  # noqa: S608
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (bucket, newest.number + 1 if newest else 1, id, is_marker, *row_of(one)),
        )


def _order(place: tuple[str, int]) -> tuple[str, int]:
    """Names upwards, numbers downwards."""
    return place[0], -place[1]


def _version(row: tuple[Any, ...]) -> Version:
    number, id, is_marker, *rest = row
    one = stored(tuple(rest))
    return Version(id or one.version_id, number, bool(is_marker), one)
