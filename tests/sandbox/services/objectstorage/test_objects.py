"""Objects of buckets: kept whole, listed in order, replaced in one step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.services.objectstorage.objects import Objects, bucket_id

BUCKET = bucket_id("ns", "data")


@pytest.fixture
def objects(tmp_path: Path) -> Iterator[Objects]:
    """An empty store's."""
    with Store(tmp_path / "store.db") as store:
        yield Objects(store)


def files(tmp_path: Path) -> list[Path]:
    """The bodies on disk."""
    return [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]


def test_objects_are_counted_in_their_bucket(objects: Objects) -> None:
    """Those in folders too, and none of another bucket; a bucket nothing was put into has none."""
    for name in ("a.json", "b/c.json"):
        objects.put_bytes(BUCKET, name, b"12")

    assert [objects.count(bucket) for bucket in (BUCKET, bucket_id("ns", "empty"))] == [2, 0]
    assert objects.size(BUCKET) == 4


@pytest.mark.parametrize("name", ["a", "a/b", "../../x", "/", "a//b", ".", "ä b?#%2F", "x" * 1024, "a\nb"])
def test_any_name_is_an_object(objects: Objects, tmp_path: Path, name: str) -> None:
    """A name is a string and no path: nothing is written outside of the bucket's folder."""
    objects.put_bytes(BUCKET, name, b"body")
    found = objects.open(BUCKET, name)
    assert found is not None
    with found[1] as file:
        assert file.read() == b"body"
    assert [path.parent for path in files(tmp_path)] == [tmp_path / "objects" / "ns" / "data"]


def test_a_replaced_body_is_removed(objects: Objects, tmp_path: Path) -> None:
    """Whoever is reading it reads it to its end; the object keeps the time it was created."""
    first = objects.put_bytes(BUCKET, "a", b"old")
    reading = objects.open(BUCKET, "a")
    second = objects.put_bytes(BUCKET, "a", b"new")

    assert reading is not None
    with reading[1] as file:
        assert file.read() == b"old"
    assert len(files(tmp_path)) == 1
    assert first.etag != second.etag
    assert first.created == second.created


def test_a_refused_put_leaves_nothing(objects: Objects, tmp_path: Path) -> None:
    """Neither a row nor a file."""

    def refuse(_: object) -> None:
        raise ValueError("unwanted")

    with pytest.raises(ValueError, match="unwanted"):
        objects.put(BUCKET, "a", lambda path: path.touch(), md5="", expect=refuse)

    assert objects.get(BUCKET, "a") is None
    assert files(tmp_path) == []


def test_names_are_listed_in_order_page_by_page(objects: Objects) -> None:
    """Each page begins where the one before ended."""
    names = sorted(f"{number:03}" for number in range(450))
    for name in names:
        objects.put_bytes(BUCKET, name, b"")

    found: list[str] = []
    start: str | None = ""
    while start is not None:
        page = objects.list(BUCKET, start=start, limit=99)
        found += [one.name for one in page.objects]
        start = page.next_start

    assert found == names


def test_a_delimiter_gives_what_names_share_once(objects: Objects) -> None:
    """However many objects it stands for; a prefix and bounds narrow it."""
    for name in ("a", "b/1", "b/2", "b/c/3", "d", "e/f"):
        objects.put_bytes(BUCKET, name, b"")
    top = objects.list(BUCKET, delimiter="/")
    inside = objects.list(BUCKET, prefix="b/", delimiter="/")

    assert ([one.name for one in top.objects], top.prefixes) == (["a", "d"], ["b/", "e/"])
    assert ([one.name for one in inside.objects], inside.prefixes) == (["b/1", "b/2"], ["b/c/"])
    assert objects.list(BUCKET, delimiter="/", limit=2).next_start == "d"
    assert [one.name for one in objects.list(BUCKET, after="b/1", end="d").objects] == ["b/2", "b/c/3"]


def test_a_renamed_object_keeps_its_body(objects: Objects, tmp_path: Path) -> None:
    """What had the new name is replaced."""
    objects.put_bytes(BUCKET, "a", b"kept")
    objects.put_bytes(BUCKET, "b", b"gone")
    objects.rename(BUCKET, "a", "b", lambda *_: None)

    assert objects.get(BUCKET, "a") is None
    found = objects.open(BUCKET, "b")
    assert found is not None
    with found[1] as file:
        assert file.read() == b"kept"
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("bucket", ["n/../b/x", "n/ns/b/..", "ns/data", "n/ns/b/a/b"])
def test_a_bucket_is_never_a_path(objects: Objects, bucket: str) -> None:
    """What is no bucket's id is refused."""
    with pytest.raises(SandboxFault, match="cannot store an object"):
        objects.put_bytes(bucket, "a", b"")


def test_a_lost_body_is_said(objects: Objects, tmp_path: Path) -> None:
    """Instead of waiting for it for ever."""
    objects.put_bytes(BUCKET, "a", b"")
    files(tmp_path)[0].unlink()

    with pytest.raises(SandboxFault, match="the body of an object is lost"):
        objects.open(BUCKET, "a")
