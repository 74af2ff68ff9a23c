"""An archive of code as the sandbox runs it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.images.archive import unpacked
from sandbox.images.entry_point import EntryPoint, find_entry_point
from sandbox.images.kept import kept_recipe


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A kept archive with code and a package."""
    place = tmp_path / "archives" / f"{'a' * 64}.zip"
    place.parent.mkdir()
    with zipfile.ZipFile(place, "w") as made:
        for name in ("function/main.py", "python/one.py", "resources/words.txt"):
            made.writestr(name, name)
    return place


def content(archive: Path, handler: str = "main.answer", runtime: str = "python312.ol9") -> Path | None:
    """Where it is unpacked."""
    return unpacked(archive, archive.parents[1] / "images", handler, runtime)


def test_it_is_an_image_of_its_runtime(archive: Path) -> None:
    """Its own files and packages, the runtime's Python and kit, and the handler that was named."""
    kept = content(archive)
    assert kept is not None
    recipe = kept_recipe(kept)

    assert find_entry_point(recipe) == EntryPoint("/function/main.py", "answer")
    assert {"function/main.py", "python/one.py", "resources/words.txt"} <= set(recipe.files.nodes)
    assert recipe.python == "3.12"
    assert recipe.environment == {"PYTHONPATH": "/function:/python"}
    assert [one.folder for one in recipe.packages] == [None]
    assert recipe.packages[0].installs[0].requirements[0].startswith("fdk")
    assert recipe.notes == ()


def test_it_is_unpacked_once_for_each_way_to_run_it(archive: Path) -> None:
    """Two functions may be made of one archive, with other handlers or runtimes."""
    places = [
        content(archive),
        content(archive),
        content(archive, handler="main.other"),
        content(archive, runtime="python311.ol9"),
    ]

    assert places[0] == places[1]
    assert len(set(places)) == 3


@pytest.mark.parametrize("runtime", ["node24.ol9", "java21.ol9", "ol9", ""])
def test_other_languages_do_not_run_here(archive: Path, runtime: str) -> None:
    """Which whoever invokes them is told."""
    assert content(archive, runtime=runtime) is None


def test_an_archive_that_is_gone_does_not_run(archive: Path) -> None:
    """A sandbox may have lost it."""
    archive.unlink()

    assert content(archive) is None


def test_a_damaged_archive_is_named(archive: Path) -> None:
    """And nothing of it is kept."""
    archive.write_bytes(b"PK")

    with pytest.raises(SandboxFault, match=r"a\.zip: the archive cannot be unpacked"):
        content(archive)

    assert list((archive.parents[1] / "images" / "sha256").iterdir()) == []
