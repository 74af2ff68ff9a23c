"""A zip whose bytes depend on its members alone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from components.archives.zip_file import Member, copied, stored, written


def wheel(place: Path, **files: bytes) -> Path:
    """A compressed zip, as somebody else made it: with times, and sizes after the content."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("folder/"), b"")
        for name, content in files.items():
            archive.writestr(name, content)
    return place


def test_the_order_of_members_makes_no_difference() -> None:
    """The same members give the same bytes."""
    members = [stored("b", b"2"), stored("a/c", b"1"), stored("a", b"3", executable=True)]

    assert written(members) == written(reversed(members))


def test_what_is_written_is_a_zip() -> None:
    """With every file's content and permission, and one time for all."""
    content = written([stored("a.py", b"text"), stored("bin/run", b"#!", executable=True)])

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        found = {info.filename: (archive.read(info), info.external_attr >> 16) for info in archive.infolist()}
        times = {info.date_time for info in archive.infolist()}
    assert found == {"a.py": (b"text", 0o100644), "bin/run": (b"#!", 0o100755)}
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_compressed_is_copied_as_it_is(tmp_path: Path) -> None:
    """Compressed anew it could give other bytes; folders are left out."""
    long = b"text" * 1000
    members = [member for _, member in copied(wheel(tmp_path / "a.whl", long=long))]

    (member,) = members
    with zipfile.ZipFile(io.BytesIO(written(members))) as archive:
        assert archive.read("long") == long
    assert len(member.data) < len(long)
    assert member.method == zipfile.ZIP_DEFLATED


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and nothing more"])
def test_what_is_no_zip_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    """As a value that cannot be used, not as a crash."""
    (tmp_path / "a.whl").write_bytes(content)

    with pytest.raises(ValueError, match=r"^a.whl: cannot be read"):
        list(copied(tmp_path / "a.whl"))


def test_two_files_of_one_path_are_refused() -> None:
    """Which of them would run is nobody's guess."""
    with pytest.raises(ValueError, match=r"^a: is there twice$"):
        written([stored("a", b"1"), Member("a", b"2", 0, 1)])
