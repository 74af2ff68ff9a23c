"""`.dockerignore`: which files Docker sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.providers.docker_ignore import Ignored, ignored_in


@pytest.mark.parametrize(
    ("patterns", "path", "covered"),
    [
        ("foo", "foo", True),
        ("foo", "foo/deep/file", True),
        ("foo", "sub/foo", False),
        ("/foo", "foo", True),
        ("foo/", "foo/file", True),
        ("./foo", "foo", True),
        ("*.pyc", "a.pyc", True),
        ("*.pyc", "sub/a.pyc", False),
        ("**/*.pyc", "a.pyc", True),
        ("**/*.pyc", "sub/deep/a.pyc", True),
        ("*/temp*", "sub/temporary", True),
        ("*/temp*", "sub/deep/temporary", False),
        ("temp?", "tempa", True),
        ("temp?", "temp", False),
        ("[ab].txt", "b.txt", True),
        ("[!ab].txt", "b.txt", False),
        ("a/**", "a/b/c", True),
        ("**", "anything/at/all", True),
        ("# comment", "# comment", False),
        ("", "x", False),
        ("*.md\n!README.md", "README.md", False),
        ("*.md\n!README.md", "NOTES.md", True),
        ("!README.md\n*.md", "README.md", True),
        ("dir\n!dir/keep", "dir/keep", False),
        ("dir\n!dir/keep", "dir/drop", True),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        ("a.b", "axb", False),
        ("../outside", "outside", False),
    ],
)
def test_a_pattern_covers_what_docker_leaves_out(patterns: str, path: str, covered: bool) -> None:
    """As documented for Docker; where `.gitignore` differs, Docker counts."""
    assert Ignored(patterns).covers(path) is covered


@pytest.mark.parametrize(
    ("patterns", "folder", "skipped"),
    [
        (".git", ".git", True),
        (".git\n!src/keep", ".git", True),
        ("dir\n!dir/keep", "dir", False),
        ("*\n!**/keep", "dir", False),
        ("*\n!src", "dir", True),
        ("a/b\n!a/b/c/d", "a/b", False),
    ],
)
def test_a_folder_is_skipped_only_if_nothing_in_it_can_come_back(
    patterns: str, folder: str, skipped: bool
) -> None:
    """Speed must not lose a file."""
    assert Ignored(patterns).covers_all_below(folder) is skipped


def test_the_file_beside_the_dockerfile_wins(tmp_path: Path) -> None:
    """`<name>.dockerignore` over `.dockerignore`."""
    (tmp_path / ".dockerignore").write_text("a")
    dockerfile = tmp_path / "build" / "Dockerfile"
    dockerfile.parent.mkdir()

    assert ignored_in(tmp_path, dockerfile).covers("a")
    (dockerfile.parent / "Dockerfile.dockerignore").write_text("b")
    assert not ignored_in(tmp_path, dockerfile).covers("a")
    assert not ignored_in(dockerfile.parent, None).covers("b")
