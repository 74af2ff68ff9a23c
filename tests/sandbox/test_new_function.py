"""`make function`: a function of one's own, written from the template."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sandbox import new_function
from sandbox.cloud.errors import SandboxFault


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project."""
    monkeypatch.setattr(new_function, "ROOT", tmp_path)
    return tmp_path


def test_the_folder_has_all_that_a_function_needs(root: Path) -> None:
    """Handler, image, packages with hashes, and tests; its settings have its name."""
    new_function.write("my_scorer")

    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    names = ("func.py", "Dockerfile", ".dockerignore", "requirements.in", "requirements.txt", "func.yaml")
    assert found == {f"my_scorer/{name}" for name in (*names, "tests/test_func.py")}
    assert yaml.safe_load((root / "my_scorer" / "func.yaml").read_text())["name"] == "my_scorer"
    assert "--hash=sha256:" in (root / "my_scorer" / "requirements.txt").read_text()


def test_the_lines_for_the_stack_are_printed(root: Path) -> None:
    """As they are written below the functions of the file; no key there has an underscore."""
    said = "\n".join(new_function.write("my_scorer"))

    assert "my-scorer:\n                image: {context: my_scorer}\n" in said
    assert ".venv/bin/python -m pytest -p oci_sandbox.plugin my_scorer" in said


@pytest.mark.parametrize(
    "name", ["", "My", "my-function", "my function", "_my", "my_", "9lives", "../other", "a/b", "a" * 41, "é"]
)
def test_a_bad_name_writes_nothing(root: Path, name: str) -> None:
    """It is a folder beside the program, and part of names in OCI."""
    with pytest.raises(SandboxFault, match=r"^function '.*': expected 1 to 40 lower-case letters"):
        new_function.write(name)

    assert list(root.iterdir()) == []


def test_a_folder_that_is_there_stays_as_it_is(root: Path) -> None:
    """Also an empty one, and a file of the name."""
    (root / "mine").mkdir()
    (root / "other").write_text("text")

    for name in ("mine", "other"):
        with pytest.raises(SandboxFault, match=rf"^{name}: exists already; choose another name$"):
            new_function.write(name)

    assert list((root / "mine").iterdir()) == []
    assert (root / "other").read_text() == "text"
