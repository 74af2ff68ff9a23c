"""A tag made of what an image is built from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from components.values.content_tag import content_tag

AMD = ("linux/amd64",)


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A build context."""
    (tmp_path / "Dockerfile").write_text("FROM scratch")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("")
    return tmp_path


def _bytecode(context: Path) -> None:
    (context / "code" / "__pycache__").mkdir()
    (context / "code" / "__pycache__" / "a.pyc").write_text("")


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda context: (context / "code" / "a.py").write_text("x = 1"),
    "name": lambda context: (context / "code" / "a.py").rename(context / "code" / "b.py"),
    "executable": lambda context: (context / "code" / "a.py").chmod(0o755),
    "another file": lambda context: (context / ".hidden").write_text(""),
    "link": lambda context: (context / "link").symlink_to("code/a.py"),
    "bytecode": _bytecode,
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_changes_with_whatever_a_build_could_see(context: Path, change: str) -> None:
    """Else a build would be pushed over a tag that is there, which an immutable repository refuses."""
    before = content_tag(context, AMD)
    CHANGES[change](context)

    assert content_tag(context, AMD) != before


def test_it_changes_with_the_platforms(context: Path) -> None:
    """Another image is built of the same files."""
    assert content_tag(context, AMD) != content_tag(context, ("linux/arm64",))


@pytest.mark.parametrize("line", ["*", "**/__pycache__", "__pycache__/"])
def test_bytecode_that_no_build_sees_makes_no_difference(context: Path, line: str) -> None:
    """Nor does the repository that the folder is in: two machines have one tag."""
    (context / ".dockerignore").write_text(f"{line}\n!code\n")
    before = content_tag(context, AMD)
    _bytecode(context)
    (context / ".git").mkdir()
    (context / ".git" / "HEAD").write_text("")

    assert content_tag(context, AMD) == before
