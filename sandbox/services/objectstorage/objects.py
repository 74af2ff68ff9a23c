"""The objects of buckets: rows in the store, and a file for each body beside it.

A body is written to a file of its own before its row names it, and files no row names any more are removed
afterwards: whoever reads sees the old object or the new one, whole, and so does whoever comes after a kill.
Where the bucket has versioning enabled, what is replaced or deleted becomes a former version.
Names are any strings; only the file's name resembles one. Does not know who may do what, nor HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from sandbox import private
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.services.objectstorage.emission import Change, emit
from sandbox.services.objectstorage.stored_object import COLUMNS, StoredObject, behind, row_of, stored
from sandbox.services.objectstorage.versions import Version, Versions

_TABLES = """
CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL,
    name TEXT NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    etag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    details TEXT NOT NULL,
    created REAL NOT NULL,
    modified REAL NOT NULL,
    PRIMARY KEY (bucket, name)
) WITHOUT ROWID
"""
_PART = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.-]{1,256}", re.ASCII)
_BUCKET_ID = re.compile(r"n/([^/?]+)/b/([^/?]+)(?:\?region=([a-z0-9-]+))?")
_CHUNK = 200


@dataclass(frozen=True)
class Listing:
    """One page of a bucket: objects, what names share up to the delimiter, and where the next page begins."""

    objects: list[StoredObject] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    next_start: str | None = None


def go_with_their_bucket() -> bool:
    """Whether objects are deleted with their bucket, where OCI refuses to delete one that is not empty."""
    return os.environ.get("OCI_SANDBOX_EMPTY_BUCKETS") == "1"


class Objects:
    """The objects of all buckets of one store. A bucket is named by its resource's id,
    `n/<namespace>/b/<name>`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.path.parent / "objects"
        self.versions = Versions(store)
        store.define(_TABLES)

    def get(self, bucket: str, name: str) -> StoredObject | None:
        """An object, or None."""
        rows = self._store.select(
            f"SELECT {COLUMNS} FROM objects WHERE bucket = ? AND name = ?",  # noqa: S608 constants only
            (bucket, name),
        )
        return stored(rows[0]) if rows else None

    def version(self, bucket: str, name: str, id: str | None) -> StoredObject | None:
        """The object, or one version of it; None where there is none, and for a delete marker."""
        with self._store.transaction():  # one that ceases to be current in between must not be missed
            current = self.get(bucket, name)
            if id is None or (current is not None and current.version_id == id):
                return current
            former = self.versions.get(bucket, name, id)
        return None if former is None or former.is_marker else former.object

    def open(
        self, bucket: str, name: str, version: str | None = None
    ) -> tuple[StoredObject, BinaryIO] | None:
        """An object, or one version of it, and its body, to be closed; None where there is none."""
        while (found := self.version(bucket, name, version)) is not None:
            with suppress(FileNotFoundError):  # replaced or deleted since: look again
                return found, (self.folder_of(bucket) / found.file).open("rb")
            if self.version(bucket, name, version) == found:
                raise SandboxFault(f"{self.folder_of(bucket) / found.file}: the body of an object is lost")
        return None

    def put(
        self,
        bucket: str,
        name: str,
        write: Callable[[Path], None],
        *,
        md5: str,
        content_type: str = "application/octet-stream",
        details: Mapping[str, Any] | None = None,
        expect: Callable[[StoredObject | None], None] = lambda _: None,
        emits: bool = True,
    ) -> StoredObject:
        """Keep an object; `write` makes the file of its body. `expect` may refuse, by raising, what it is to
        replace; nobody else puts between that and the change. Where `emits` is off, Events does not hear of
        it."""
        folder = self.folder_of(bucket)
        file = _file_for(name)
        try:
            private.make_folder(folder)
            write(folder / file)
            size = (folder / file).stat().st_size
        except OSError as error:
            (folder / file).unlink(missing_ok=True)
            raise SandboxFault(f"{folder}: the object cannot be kept: {error.strerror}") from None
        now = time.time()
        try:
            with self._store.transaction():
                former = self.get(bucket, name)
                expect(former)
                kept = StoredObject(
                    name,
                    file,
                    size,
                    md5,
                    str(uuid.uuid4()),
                    content_type,
                    details or {},
                    former.created if former else now,
                    now,
                )
                is_kept = self._keep(bucket, former)
                self._write(bucket, kept)
                if emits:
                    self._emit(bucket, kept, former)
        except BaseException:
            (folder / file).unlink(missing_ok=True)
            raise
        if former is not None and not is_kept:
            (folder / former.file).unlink(missing_ok=True)
        return kept

    def put_bytes(self, bucket: str, name: str, body: bytes, *, emits: bool = True) -> StoredObject:
        """Keep an object that is in memory."""
        digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        return self.put(bucket, name, lambda path: _write_bytes(path, body), md5=digest, emits=emits)

    def rename(
        self, bucket: str, name: str, new: str, expect: Callable[[StoredObject, StoredObject | None], None]
    ) -> StoredObject | None:
        """Give an object another name, with the same body; None where there is none. `expect` may refuse.

        With versioning the old name keeps a version of its own, under a delete marker.
        """
        folder, now = self.folder_of(bucket), time.time()
        with self._store.transaction():
            found, former = self.get(bucket, name), self.get(bucket, new)
            if found is None:
                return None
            expect(found, former)
            kept = replace(found, name=new, etag=str(uuid.uuid4()), modified=now)
            if self.versions.are_kept(bucket):
                kept = replace(kept, file=_file_for(new))
                os.link(folder / found.file, folder / kept.file)
            is_kept = self._keep(bucket, former)
            self._delete(bucket, found)
            self._write(bucket, kept)
            self._emit(bucket, kept, former)
        if former is not None and not is_kept and former.file != found.file:
            (folder / former.file).unlink(missing_ok=True)
        return kept

    def delete(
        self, bucket: str, name: str, expect: Callable[[StoredObject], None] = lambda _: None
    ) -> StoredObject | None:
        """Delete an object; the one that was there, or None. `expect` may refuse.

        With versioning it becomes a former version, under the delete marker `marker_id`.
        """
        with self._store.transaction():
            found = self.get(bucket, name)
            if found is None:
                return None
            expect(found)
            is_kept = self._delete(bucket, found)
        if not is_kept:
            (self.folder_of(bucket) / found.file).unlink(missing_ok=True)
        return found

    def delete_version(
        self, bucket: str, name: str, id: str, expect: Callable[[StoredObject], None] = lambda _: None
    ) -> Version | None:
        """Delete one version for good, current, former or a delete marker; it, or None. `expect` may refuse.

        The version before a current one, or before the marker of a deletion, is current afterwards.
        """
        with self._store.transaction():
            current, newest = self.get(bucket, name), self.versions.newest(bucket, name)
            if current is not None and current.version_id == id:
                gone = Version(id, 0, False, current)
                expect(current)
                self._remove(bucket, name)
                emit(self._store, bucket, "deleteobject", name, current.etag)
                self._bring_back(bucket, name)
            else:
                found = self.versions.get(bucket, name, id)
                if found is None:
                    return None
                gone = found
                expect(gone.object)
                self.versions.remove(bucket, gone)
                if current is None and gone.is_marker and gone == newest:
                    self._bring_back(bucket, name)
        if gone.object.file:
            (self.folder_of(bucket) / gone.object.file).unlink(missing_ok=True)
        return gone

    def _bring_back(self, bucket: str, name: str) -> None:
        """Make the newest former version current, unless that is the marker of a deletion."""
        newest = self.versions.newest(bucket, name)
        if newest is not None and not newest.is_marker:
            self.versions.remove(bucket, newest)
            self._write(bucket, newest.object)

    def _keep(self, bucket: str, former: StoredObject | None) -> bool:
        """Make what is replaced a former version, where these are kept; whether that was so."""
        if former is None or not self.versions.are_kept(bucket):
            return False
        self.versions.keep(bucket, former)
        return True

    def _delete(self, bucket: str, found: StoredObject) -> bool:
        """Let there be no current object; whether a version of it is kept."""
        self._remove(bucket, found.name)
        emit(self._store, bucket, "deleteobject", found.name, found.etag)
        if not self._keep(bucket, found):
            return False
        self.versions.mark_deleted(bucket, found, time.time())
        return True

    def delete_all(self, bucket: str) -> None:
        """Delete every object of a bucket, with all versions."""
        with self._store.transaction():
            self.versions.remove_all(bucket)
            self._store.execute("DELETE FROM objects WHERE bucket = ?", (bucket,))
        shutil.rmtree(self.folder_of(bucket), ignore_errors=True)

    def is_empty(self, bucket: str) -> bool:
        """Whether a bucket has neither objects nor versions, nor delete markers."""
        return not self.count(bucket) and not self.versions.are_there(bucket)

    def count(self, bucket: str) -> int:
        """How many objects a bucket has."""
        return int(self._store.select("SELECT count(*) FROM objects WHERE bucket = ?", (bucket,))[0][0])

    def size(self, bucket: str) -> int:
        """The bytes of all objects of a bucket."""
        rows = self._store.select("SELECT coalesce(sum(size), 0) FROM objects WHERE bucket = ?", (bucket,))
        return int(rows[0][0])

    def list(
        self,
        bucket: str,
        *,
        prefix: str = "",
        start: str = "",
        after: str | None = None,
        end: str | None = None,
        delimiter: str = "",
        limit: int = 1000,
    ) -> Listing:
        """A page of objects in the order of their names: from `start` on, or behind `after`, before `end`."""
        found = Listing()
        run = self._run(bucket, prefix, max(start, prefix), after, end, delimiter)
        for number, each in enumerate(run):
            if number == limit:
                next_start = each if isinstance(each, str) else each.name
                return Listing(found.objects, found.prefixes, next_start)
            if isinstance(each, str):
                found.prefixes.append(each)
            else:
                found.objects.append(each)
        return found

    def _run(
        self, bucket: str, prefix: str, start: str, after: str | None, end: str | None, delimiter: str
    ) -> Iterator[StoredObject | str]:
        """Objects, and each common prefix once: what it stands for is passed over at a bound."""
        until = behind(prefix) if prefix else None
        place: str | None = start
        while place is not None:
            rows = self._store.select(
                f"SELECT {COLUMNS} FROM objects WHERE bucket = ? AND name >= ?"  # noqa: S608 constants only
                " AND (? IS NULL OR name > ?) AND (? IS NULL OR name < ?) AND (? IS NULL OR name < ?)"
                " ORDER BY name LIMIT ?",
                (bucket, place, after, after, until, until, end, end, _CHUNK),
            )
            place = None
            for row in rows:
                one = stored(row)
                cut = one.name.find(delimiter, len(prefix)) if delimiter else -1
                if cut >= 0:
                    common = one.name[: cut + len(delimiter)]
                    if after is None or common > after:
                        yield common
                    place = behind(common)
                    break
                yield one
            else:
                if len(rows) == _CHUNK:
                    place = f"{rows[-1][0]}\0"

    def folder_of(self, bucket: str) -> Path:
        """The folder with the bodies of a bucket. Raises `SandboxFault` for what is no bucket's id."""
        found = _BUCKET_ID.fullmatch(bucket)
        if found is None or not all(_PART.fullmatch(part) for part in found.groups()[:2]):
            raise SandboxFault(f"bucket {bucket!r}: the sandbox cannot store an object in it")
        namespace, name, region = found.groups()
        return self._folder / namespace / (f"{name}@{region}" if region else name)

    def _emit(self, bucket: str, kept: StoredObject, former: StoredObject | None) -> None:
        change: Change = "createobject" if former is None else "updateobject"
        emit(self._store, bucket, change, kept.name, kept.etag)

    def _write(self, bucket: str, one: StoredObject) -> None:
        self._store.execute(
            f"INSERT OR REPLACE INTO objects (bucket, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (bucket, *row_of(one)),
        )

    def _remove(self, bucket: str, name: str) -> None:
        self._store.execute("DELETE FROM objects WHERE bucket = ? AND name = ?", (bucket, name))


def bucket_id(namespace: str, name: str) -> str:
    """The id of the first region's bucket of a name."""
    return f"n/{namespace}/b/{name}"


def _file_for(name: str) -> str:
    """The name of a new file, which reminds a person of the object's."""
    like = re.sub(r"[^A-Za-z0-9._-]+", "_", name.rpartition("/")[2])[-60:] or "object"
    return f"{secrets.token_hex(8)}-{like}"


def _write_bytes(path: Path, body: bytes) -> None:
    path.write_bytes(body)
