"""Where the bodies of a bucket's objects are."""

from __future__ import annotations

from pathlib import Path

from sandbox.cloud.store import Store
from sandbox.services.objectstorage.objects import count_of, objects_of


def test_objects_are_counted_in_their_bucket(tmp_path: Path) -> None:
    """Those in folders too, and none of another bucket; a bucket nothing was put into has none."""
    with Store(tmp_path / "store.db") as store:
        for name in ("a.json", "b/c.json"):
            path = objects_of(store, "ns", "full") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

        assert [count_of(store, "ns", bucket) for bucket in ("full", "empty")] == [2, 0]
