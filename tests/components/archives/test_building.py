"""A folder as an archive: the same bytes on every machine, in the layout that OCI asks for."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from components.archives import building
from components.archives.building import Archive, build
from components.archives.runtime import runtime_for
from components.archives.zip_file import stored

RUNTIME = runtime_for("python312.ol9", "GENERIC_X86")
SAMPLES = Path(__file__).parent / "samples"


def names(archive: Archive) -> list[str]:
    """The paths in an archive."""
    with zipfile.ZipFile(io.BytesIO(archive.content)) as content:
        return content.namelist()


def test_its_digest_is_written_down() -> None:
    """So that another machine, another Python or another zlib that builds otherwise is found out."""
    archive = build(SAMPLES / "plain", "func.handler", RUNTIME)

    assert archive.digest == DIGEST


# Changes only when the sample or the way an archive is written does, which updates every deployed function.
DIGEST = "sha256:b8cd41572042ec6d8b4490d26ae6ed80c01c122c97b9f2999fafee00aa21cd34"


def test_two_checkouts_give_one_digest(tmp_path: Path) -> None:
    """Of other names, made at other times, with another umask and another order of creation."""
    one, other = tmp_path / "one", tmp_path / "two"
    shutil.copytree(SAMPLES / "plain", one)
    (one / "b").mkdir()
    (one / "b" / "x.py").write_text("")
    (one / "a.py").write_text("")
    other.mkdir()
    umask = os.umask(0o077)
    try:
        (other / "a.py").write_text("")
        (other / "b").mkdir()
        (other / "b" / "x.py").write_text("")
        (other / "func.py").write_bytes((one / "func.py").read_bytes())
    finally:
        os.umask(umask)
    os.utime(other / "a.py", (0, 0))

    built = [build(folder, "func.handler", RUNTIME) for folder in (one, other)]

    assert built[0].content == built[1].content
    assert names(built[0]) == ["function/a.py", "function/b/x.py", "function/func.py"]


def test_what_does_not_run_is_left_out(tmp_path: Path) -> None:
    """What is for people, images and tests, and bytecode, which differs from machine to machine."""
    for name in (
        "func.py",
        "Dockerfile",
        "func.yaml",
        "requirements.in",
        ".env",
        ".git/config",
        "tests/test_func.py",
        "__pycache__/func.pyc",
        "old.pyc",
        "data/model.json",
    ):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_text("")

    assert names(build(tmp_path, "func.handler", RUNTIME)) == ["function/data/model.json", "function/func.py"]


def test_its_packages_come_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the code, where OCI looks for them."""
    (tmp_path / "func.py").write_text("")
    (tmp_path / "requirements.txt").write_text(f"one==1 --hash=sha256:{'a' * 64}")
    monkeypatch.setattr(
        building, "packages_of", lambda listed, _: [stored(f"python/{listed[0][:3]}.py", b"")]
    )

    assert names(build(tmp_path, "func.handler", RUNTIME)) == ["function/func.py", "python/one.py"]


def test_a_handler_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """OCI would find that out at the first invocation."""
    (tmp_path / "func.py").write_text("")

    with pytest.raises(ValueError, match=r"contains no other.py, which the handler other.handler names"):
        build(tmp_path, "other.handler", RUNTIME)


def test_a_link_is_refused(tmp_path: Path) -> None:
    """What it leads to is not in the folder."""
    (tmp_path / "func.py").write_text("")
    (tmp_path / "link.py").symlink_to("func.py")

    with pytest.raises(ValueError, match=r"link.py: is a link"):
        build(tmp_path, "func.handler", RUNTIME)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(ValueError, match=r"^gone: cannot be read: No such file"):
        build(tmp_path / "gone", "func.handler", RUNTIME)


def test_what_is_too_large_to_send_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its size, and what to do instead."""
    (tmp_path / "func.py").write_bytes(b"#" * 2048)
    monkeypatch.setattr(building, "MOST_BYTES", 2048)

    with pytest.raises(ValueError, match=r"of 0.0 MB, of at most 25: put it into a bucket"):
        build(tmp_path, "func.handler", RUNTIME)
