"""One object as the store has it, and the order of names."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COLUMNS = "name, file, size, md5, etag, content_type, details, created, modified"
_VERSIONS = uuid.UUID("5f0c2f0e-55a4-4a3e-9c8e-6a1c9d0f7a11")
_MARKERS = uuid.UUID("c2f7b7a0-2f3e-4f0d-8a55-0b6f0f1d9e42")


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

    @property
    def version_id(self) -> str:
        """Its version's id. An etag is never given twice, so that the id follows from it, also for what was
        there before its bucket had versions."""
        return str(uuid.uuid5(_VERSIONS, self.etag))

    @property
    def marker_id(self) -> str:
        """The id of the delete marker that stands for its deletion."""
        return str(uuid.uuid5(_MARKERS, self.etag))


def stored(row: tuple[Any, ...]) -> StoredObject:
    """The object in a row of `COLUMNS`."""
    name, file, size, md5, etag, content_type, details, created, modified = row
    return StoredObject(name, file, size, md5, etag, content_type, json.loads(details), created, modified)


def row_of(one: StoredObject) -> tuple[Any, ...]:
    """The row of `COLUMNS` of an object."""
    return (
        one.name,
        one.file,
        one.size,
        one.md5,
        one.etag,
        one.content_type,
        json.dumps(dict(one.details)),
        one.created,
        one.modified,
    )


def behind(prefix: str) -> str | None:
    """The first string, in the order of UTF-8, behind all that begin with a prefix; None if there is none."""
    while prefix:
        last = ord(prefix[-1])
        if last < 0x10FFFF:
            return prefix[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)
        prefix = prefix[:-1]
    return None
