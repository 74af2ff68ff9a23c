"""The hash of a build context and the copy that is kept."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.providers.build_context import ContextError, read, way_out


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "ctx"
    (place / "lib").mkdir(parents=True)
    (place / "empty").mkdir()
    (place / "Dockerfile").write_text("FROM x\n")
    (place / "func.py").write_text("print(1)\n")
    (place / "lib" / "a.py").write_text("a = 1\n")
    (place / "run.sh").write_text("#!/bin/sh\n")
    (place / "run.sh").chmod(0o755)
    (place / "link").symlink_to("func.py")
    return place


def hashed(root: Path) -> str:
    return read(str(root), None, None).hash()


def test_it_does_not_depend_on_times_owners_or_the_place(root: Path, tmp_path: Path) -> None:
    """The same content elsewhere, older and with other permissions is the same."""
    before = hashed(root)
    os.utime(root / "func.py", (1, 1))
    (root / "func.py").chmod(0o600)
    moved = root.rename(tmp_path / "elsewhere")

    assert hashed(moved) == before


@pytest.mark.parametrize("change", ["content", "new", "gone", "name", "mode", "link", "dockerfile", "folder"])
def test_it_changes_when_what_is_built_changes(root: Path, change: str) -> None:
    """Each of these makes another image."""
    before = hashed(root)
    changes: dict[str, Callable[[], object]] = {
        "content": lambda: (root / "lib" / "a.py").write_text("a = 2\n"),
        "new": lambda: (root / "new.py").write_text(""),
        "gone": lambda: (root / "func.py").unlink(),
        "name": lambda: (root / "func.py").rename(root / "fun.py"),
        "mode": lambda: (root / "run.sh").chmod(0o644),
        "link": lambda: (root / "link").rename(root / "lib" / "link"),
        "dockerfile": lambda: (root / "Dockerfile").write_text("FROM y\n"),
        "folder": lambda: (root / "empty").rmdir(),
    }
    changes[change]()

    assert hashed(root) != before


def test_content_can_not_move_between_names(tmp_path: Path) -> None:
    """`a` + `bc` is not `ab` + `c`."""
    one, two = tmp_path / "one", tmp_path / "two"
    for place, names in ((one, ("a", "bc")), (two, ("ab", "c"))):
        place.mkdir()
        for name in names:
            (place / name).write_text("")

    assert read(str(one), None, "FROM x").hash() != read(str(two), None, "FROM x").hash()


def test_what_is_ignored_does_not_count(root: Path) -> None:
    """But the Dockerfile is read although it is ignored."""
    (root / ".dockerignore").write_text("*.pyc\nDockerfile\nlib\n!lib/a.py\n")
    before = hashed(root)
    (root / "x.pyc").write_text("x")
    (root / "lib" / "b.py").write_text("x")
    unchanged = hashed(root)
    (root / "lib" / "a.py").write_text("changed")

    assert unchanged == before
    assert hashed(root) != before
    assert "Dockerfile" not in read(str(root), None, None).paths
    assert read(str(root), None, None).dockerfile == "FROM x\n"


def test_the_copy_is_what_was_hashed(root: Path, tmp_path: Path) -> None:
    """Files, bits, inner links and empty folders; hashing the copy gives the same."""
    found = read(str(root), None, None)
    found.keep(tmp_path / "images" / "kept")
    kept = tmp_path / "images" / "kept" / "content"

    assert read(str(kept), None, None).hash() == found.hash()
    assert (kept / "link").readlink() == Path("func.py")
    assert sorted(path.name for path in kept.parent.parent.iterdir()) == ["kept"]


def test_a_link_that_leads_out_is_never_followed(root: Path, tmp_path: Path) -> None:
    """Neither for the hash nor for the copy."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("1")
    (root / "abs").symlink_to(secret / "key")
    (root / "up").symlink_to("../secret")
    (root / "lib" / "fine").symlink_to("../func.py")
    before = hashed(root)
    (secret / "key").write_text("2")
    read(str(root), None, None).keep(tmp_path / "kept")
    kept = tmp_path / "kept" / "content"

    assert hashed(root) == before
    assert not (kept / "abs").is_symlink()
    assert not (kept / "up").exists()
    assert (kept / "lib" / "fine").readlink() == Path("../func.py")


@pytest.mark.parametrize(
    ("links", "path", "way"),
    [
        ({"out": "/etc", "in": "out/passwd"}, "in", "out"),
        ({"a": "/etc/passwd", "b": "a"}, "b", "a"),
        ({"lib/up": "..", "b": "lib/up/.."}, "b", "lib/up"),
        ({"lib/up": "..", "b": "lib/up/../secret"}, "b", "lib/up"),
        ({"one": "two", "two": "three", "three": "../x"}, "one", "three"),
        ({"d": "lib/deep/deeper", "x": "d/../../../.."}, "x", "d"),
    ],
)
def test_a_link_that_leads_out_by_way_of_another_is_refused(
    root: Path, links: dict[str, str], path: str, way: str
) -> None:
    """The copy would hold it, and lead out of the sandbox; each of the two looks fine by itself."""
    (root / "lib" / "deep" / "deeper").mkdir(parents=True)
    for name, target in links.items():
        (root / name).symlink_to(target)

    with pytest.raises(ContextError) as failed:
        read(str(root), None, None)

    assert str(failed.value) == (
        f"build context {root}: the link {path} leads out of it through {way}; remove it or name it in"
        " .dockerignore"
    )


def test_a_link_that_is_ignored_is_not_refused(root: Path) -> None:
    """Docker does not see it."""
    (root / "a").symlink_to("/etc/passwd")
    (root / "b").symlink_to("a")
    (root / ".dockerignore").write_text("b\n")

    assert "b" not in read(str(root), None, None).paths


@pytest.mark.parametrize(
    ("path", "links", "followed"),
    [
        ("a/b", {}, ()),
        ("a/../b", {}, ()),
        ("a", {"a": "b", "b": "a"}, ()),
        ("d/x", {"d": "lib/deep", "lib/deep/x": "../../y"}, ()),
        ("x", {"d": "lib/deep", "x": "d/../../y"}, ()),
        ("up", {"up": "../secret"}, ("up",)),
        ("abs", {"abs": "/etc"}, ("abs",)),
        ("x", {"x": "y/../..", "y": "."}, ("x", "y")),
    ],
)
def test_where_a_path_leads(path: str, links: dict[str, str], followed: tuple[str, ...]) -> None:
    """As the system would go, one part after the other; a circle leads nowhere."""
    assert way_out(path, links) == followed


def test_a_pipe_as_dockerfile_is_refused_at_once(root: Path, tmp_path: Path) -> None:
    """Reading it would wait for a writer that never comes; a device has no end."""
    os.mkfifo(tmp_path / "pipe")

    for place in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(ContextError, match=f"^Dockerfile {place}: not a regular file$"):
            read(str(root), str(place), None)


def test_sockets_are_left_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are no part of an image."""
    before = hashed(root)
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.sock")

        assert hashed(root) == before


@pytest.mark.parametrize(
    ("location", "dockerfile", "reason"),
    [
        ("nowhere", None, "build context nowhere: no such folder"),
        ("ctx", None, "Dockerfile ctx/Dockerfile: No such file or directory"),
        ("ctx", "other/Dockerfile", "Dockerfile other/Dockerfile: No such file or directory"),
        ("ctx", "ctx", "Dockerfile ctx: Is a directory"),
        ("ctx", "ctx/bin", "Dockerfile ctx/bin: not UTF-8 text"),
    ],
)
def test_what_can_not_be_read_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: str, dockerfile: str | None, reason: str
) -> None:
    """With the name as the program gave it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ctx").mkdir()
    (tmp_path / "ctx" / "bin").write_bytes(b"\xff\xfe")

    with pytest.raises(ContextError) as failed:
        read(location, dockerfile, None)

    assert str(failed.value) == reason
