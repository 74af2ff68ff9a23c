"""The objects of buckets: rows in the store, and a file for each body beside it.

A body is written to a file of its own before its row names it, and files no row names any more are removed
afterwards: whoever reads sees the old object or the new one, whole, and so does whoever comes after a kill.
Names are any strings; only the file's name resembles one. Does not know who may do what, nor HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sandbox import private
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.services.objectstorage.emission import Change, emit

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
_COLUMNS = "name, file, size, md5, etag, content_type, details, created, modified"
_PART = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.-]{1,256}", re.ASCII)
_BUCKET_ID = re.compile(r"n/([^/?]+)/b/([^/?]+)(?:\?region=([a-z0-9-]+))?")
_CHUNK = 200


@dataclass(frozen=True)
class StoredObject:
    """One object. `md5` is base64, empty for one that was put together from parts; times are seconds.

    `details`: `metadata` (`opc-meta-*` without that prefix) and headers such as `content-encoding`.
    """

    name: str
    file: str
    size: int
    md5: str
    etag: str
    content_type: str
    details: Mapping[str, Any]
    created: float
    modified: float


@dataclass(frozen=True)
class Listing:
    """One page of a bucket: objects, what names share up to the delimiter, and where the next page begins."""

    objects: list[StoredObject] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    next_start: str | None = None


class Objects:
    """The objects of all buckets of one store. A bucket is named by its resource's id,
    `n/<namespace>/b/<name>`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.path.parent / "objects"
        store.define(_TABLES)

    def get(self, bucket: str, name: str) -> StoredObject | None:
        """An object, or None."""
        rows = self._store.select(
            f"SELECT {_COLUMNS} FROM objects WHERE bucket = ? AND name = ?",  # noqa: S608 constants only
            (bucket, name),
        )
        return _stored(rows[0]) if rows else None

    def open(self, bucket: str, name: str) -> tuple[StoredObject, BinaryIO] | None:
        """An object and its body, to be closed; None where there is none."""
        while (found := self.get(bucket, name)) is not None:
            with suppress(FileNotFoundError):  # replaced or deleted since: look again
                return found, (self.folder_of(bucket) / found.file).open("rb")
            if self.get(bucket, name) == found:
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
        file = f"{secrets.token_hex(8)}-{_resembling(name)}"
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
                self._write(bucket, kept)
                if emits:
                    self._emit(bucket, kept, former)
        except BaseException:
            (folder / file).unlink(missing_ok=True)
            raise
        if former is not None:
            (folder / former.file).unlink(missing_ok=True)
        return kept

    def put_bytes(self, bucket: str, name: str, body: bytes, *, emits: bool = True) -> StoredObject:
        """Keep an object that is in memory."""
        digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        return self.put(bucket, name, lambda path: _write_bytes(path, body), md5=digest, emits=emits)

    def rename(
        self, bucket: str, name: str, new: str, expect: Callable[[StoredObject, StoredObject | None], None]
    ) -> StoredObject | None:
        """Give an object another name, with the same body; None where there is none. `expect` may refuse."""
        with self._store.transaction():
            found, former = self.get(bucket, name), self.get(bucket, new)
            if found is None:
                return None
            expect(found, former)
            kept = StoredObject(
                new,
                found.file,
                found.size,
                found.md5,
                str(uuid.uuid4()),
                found.content_type,
                found.details,
                found.created,
                time.time(),
            )
            self._remove(bucket, name)
            self._write(bucket, kept)
            emit(self._store, bucket, "deleteobject", name, found.etag)
            self._emit(bucket, kept, former)
        if former is not None and former.file != found.file:
            (self.folder_of(bucket) / former.file).unlink(missing_ok=True)
        return kept

    def delete(
        self, bucket: str, name: str, expect: Callable[[StoredObject], None] = lambda _: None
    ) -> StoredObject | None:
        """Delete an object; the one that was there, or None. `expect` may refuse."""
        with self._store.transaction():
            found = self.get(bucket, name)
            if found is None:
                return None
            expect(found)
            self._remove(bucket, name)
            emit(self._store, bucket, "deleteobject", name, found.etag)
        (self.folder_of(bucket) / found.file).unlink(missing_ok=True)
        return found

    def delete_all(self, bucket: str) -> None:
        """Delete every object of a bucket."""
        self._store.execute("DELETE FROM objects WHERE bucket = ?", (bucket,))
        shutil.rmtree(self.folder_of(bucket), ignore_errors=True)

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
        until = _behind(prefix) if prefix else None
        place: str | None = start
        while place is not None:
            rows = self._store.select(
                f"SELECT {_COLUMNS} FROM objects WHERE bucket = ? AND name >= ?"  # noqa: S608 constants only
                " AND (? IS NULL OR name > ?) AND (? IS NULL OR name < ?) AND (? IS NULL OR name < ?)"
                " ORDER BY name LIMIT ?",
                (bucket, place, after, after, until, until, end, end, _CHUNK),
            )
            place = None
            for row in rows:
                one = _stored(row)
                cut = one.name.find(delimiter, len(prefix)) if delimiter else -1
                if cut >= 0:
                    common = one.name[: cut + len(delimiter)]
                    if after is None or common > after:
                        yield common
                    place = _behind(common)
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
            f"INSERT OR REPLACE INTO objects (bucket, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                bucket,
                one.name,
                one.file,
                one.size,
                one.md5,
                one.etag,
                one.content_type,
                json.dumps(dict(one.details)),
                one.created,
                one.modified,
            ),
        )

    def _remove(self, bucket: str, name: str) -> None:
        self._store.execute("DELETE FROM objects WHERE bucket = ? AND name = ?", (bucket, name))


def bucket_id(namespace: str, name: str) -> str:
    """The id of the first region's bucket of a name."""
    return f"n/{namespace}/b/{name}"


def _stored(row: tuple[Any, ...]) -> StoredObject:
    name, file, size, md5, etag, content_type, details, created, modified = row
    return StoredObject(name, file, size, md5, etag, content_type, json.loads(details), created, modified)


def _resembling(name: str) -> str:
    """A file name that reminds a person of the object's."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name.rpartition("/")[2])[-60:] or "object"


def _behind(prefix: str) -> str | None:
    """The first string, in the order of UTF-8, behind all that begin with a prefix; None if there is none."""
    while prefix:
        last = ord(prefix[-1])
        if last < 0x10FFFF:
            return prefix[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)
        prefix = prefix[:-1]
    return None


def _write_bytes(path: Path, body: bytes) -> None:
    path.write_bytes(body)
