"""One sandbox a test process, shared by every test that drives the real engine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.cloud.store import Store
from sandbox.environment import ROOT, Sandbox, merged
from tests.end_to_end.harness import Program


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives the engine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A sandbox of this test process, its engine and plugins ready."""
    world = Sandbox(tmp_path_factory.mktemp("world") / ".sandbox")
    world.prepare(lambda line: None)
    return world


@pytest.fixture(scope="session")
def environment(sandbox: Sandbox) -> dict[str, str]:
    """What `eval "$(python -m sandbox env)"` leaves a shell with, in that sandbox."""
    shown = subprocess.run(
        [sys.executable, "-m", "sandbox", "env"],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(sandbox.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    script = f"{shown.stdout}\nenv -0"
    listed = subprocess.run(
        ["bash", "-c", script], env=merged({}), capture_output=True, text=True, check=True
    )
    return dict(line.split("=", 1) for line in listed.stdout.split("\0") if "=" in line)


@pytest.fixture
def program(
    request: pytest.FixtureRequest, tmp_path: Path, sandbox: Sandbox, environment: dict[str, str]
) -> Iterator[Program]:
    """A new program with an empty stack, named after the test, whose resources leave when the test does."""
    folder = tmp_path / "program"
    folder.mkdir()
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)[:60].strip("-")
    (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\ndescription: a test's own program\n")
    made = Program(folder, environment)
    made.write("")
    init = made.run("stack", "init")
    assert init.status == 0, init.output
    yield made
    # The names that it took are free for whichever test is next here; a destroy would take seconds.
    with Store(sandbox.store) as store:
        for record in store.list():
            if f"::{name}::" in record.urn:
                store.delete(record.id)
