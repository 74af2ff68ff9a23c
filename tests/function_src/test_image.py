"""What the image is built from: pins, contents, entry point, and that it stands alone."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import requires, version
from pathlib import Path

import pathspec
import pytest
import yaml
from packaging.requirements import Requirement

SOURCE = Path(__file__).resolve().parents[2] / "function_src"
PROJECT = {"components", "sandbox", "engine", "oci_iam", "oci_functions_guard", "pulumi", "pulumi_oci"}

# The SDK is not among them: half a gigabyte, and a tenth of a second of every cold start.
IMPORTED = ("certifi", "cryptography", "fdk", "urllib3")


def pins() -> dict[str, str]:
    """Every requirement of the image, by its folded name."""
    text = (SOURCE / "requirements.txt").read_text()
    return {_fold(name): found for name, found in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE)}


def _fold(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """Top-level names that any module of the image imports."""
    names: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names


def test_the_image_imports_nothing_of_the_project() -> None:
    """Only the standard library, the kit, what signs and sends requests, and itself."""
    assert {"ai_events", *IMPORTED} == imported() - set(sys.stdlib_module_names)
    assert not imported() & PROJECT


def test_every_requirement_is_pinned_with_all_it_pulls_in() -> None:
    """The four and everything below them, so that two builds install the same."""
    missing, queue = [], [*IMPORTED]
    for name in queue:
        if _fold(name) not in pins():
            missing.append(name)
            continue
        for text in requires(name) or []:
            requirement = Requirement(text)
            environment = {"extra": "", "python_version": "3.12", "python_full_version": "3.12.0"}
            wanted = requirement.marker is None or requirement.marker.evaluate(environment)
            if wanted and requirement.name not in queue:
                queue.append(requirement.name)

    assert missing == []
    assert all(pins().values())


@pytest.mark.parametrize("name", IMPORTED)
def test_the_image_runs_what_the_tests_ran(name: str) -> None:
    """The tests' kit and client are those of the image."""
    assert version(name) == pins()[name]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("func.py", True),
        ("requirements.txt", True),
        ("Dockerfile", True),
        ("ai_events/routes.py", True),
        ("ai_events/graders/speech.py", True),
        ("ai_events/__pycache__/routes.cpython-312.pyc", False),
        ("ai_events/graders/__pycache__/speech.cpython-312.pyc", False),
        ("__pycache__/func.cpython-312.pyc", False),
        (".env", False),
        (".git/config", False),
        ("func.yaml", False),
        ("notes.md", False),
    ],
)
def test_only_what_is_named_reaches_the_build(path: str, kept: bool) -> None:
    """The ignore file is an allow-list: a stray secret beside the code stays out of the image."""
    rules = pathspec.PathSpec.from_lines("gitignore", (SOURCE / ".dockerignore").read_text().splitlines())

    assert kept is not rules.match_file(path)


def test_the_dockerfile_copies_every_module() -> None:
    """A new module beside func.py would be missing in the image without a line for it."""
    text = (SOURCE / "Dockerfile").read_text()
    beside = {
        path.name for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert {"func.py", "ai_events"} == beside
    assert all(re.search(rf"^COPY {re.escape(name)} ", text, re.MULTILINE) for name in beside)


def test_the_dockerfile_runs_the_kit_as_an_ordinary_user() -> None:
    """Entry point as the kit wants it; no root in the last stage."""
    last = (SOURCE / "Dockerfile").read_text().rpartition("\nFROM ")[2]

    assert 'ENTRYPOINT ["/python/bin/fdk", "/function/func.py", "handler"]' in last
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)


def test_the_dockerfile_compiles_the_modules_it_copied() -> None:
    """Nothing can be written at run time: without bytecode in the image every cold start compiles anew."""
    build = (SOURCE / "Dockerfile").read_text().rpartition("\nFROM ")[0]
    compiled = build.index(
        "\nRUN rm requirements.txt && python3 -m compileall -q --invalidation-mode unchecked-hash ."
    )

    assert build.rindex("\nCOPY ") < compiled < build.index("\nRUN chmod -R a+rX,a-w /function")


def test_the_local_tool_sees_the_same_entry_point_and_images() -> None:
    """func.yaml serves `fn` for local work; it must not drift from the Dockerfile."""
    described = yaml.safe_load((SOURCE / "func.yaml").read_text())
    dockerfile = (SOURCE / "Dockerfile").read_text()

    assert described["entrypoint"] == "/python/bin/fdk /function/func.py handler"
    assert f"ARG BUILD_IMAGE={described['build_image']}\n" in dockerfile
    assert f"ARG RUN_IMAGE={described['run_image']}\n" in dockerfile
