"""Where the bodies of a bucket's objects are."""

from __future__ import annotations

from pathlib import Path

from sandbox.cloud.store import Store


def objects_of(store: Store, namespace: str, bucket: str) -> Path:
    """The folder with the bodies of a bucket's objects, beside the store."""
    return store.path.parent / "objects" / namespace / bucket


def count_of(store: Store, namespace: str, bucket: str) -> int:
    """How many objects a bucket has."""
    return sum(path.is_file() for path in objects_of(store, namespace, bucket).rglob("*"))
