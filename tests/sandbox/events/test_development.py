"""`sandbox dev`: a deployed function runs what is in its source folder now, until the command ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.events import development
from sandbox.events.development import Source, current_content, developed
from sandbox.images.kept import note_source
from sandbox.private import is_locked
from sandbox.providers import build_context

ROOT = Path(__file__).resolve().parents[3]
FUNCTION = "ocid1.fnfunc.oc1.eu-frankfurt-1.f"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A function's folder."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM fnproject/python:3.11\nCOPY . /function/\n")
    (folder / "func.py").write_text("first")
    return folder


@pytest.fixture
def deployed(tmp_path: Path, source: Path) -> Path:
    """The content of the image that it was deployed with."""
    folder = tmp_path / "sandbox" / "images" / "sha256" / "abc"
    build_context.read(str(source), None, None).keep(folder, '{"arguments": {"A": "1"}, "target": null}')
    return folder / "content"


def test_what_was_saved_before_a_call_runs_in_it(tmp_path: Path, source: Path, deployed: Path) -> None:
    """Each call looks; outside of it the deployed image runs, and nothing of it was changed."""
    sandbox = tmp_path / "sandbox"
    with developed(sandbox, FUNCTION, Source(source)):
        texts = []
        for text in ("second", "third"):
            (source / "func.py").write_text(text)
            content = current_content(sandbox, FUNCTION, deployed)
            texts.append((content / "func.py").read_text())
        settings = (content.parent / "build.json").read_text()
        other = current_content(sandbox, "ocid1.fnfunc.oc1.eu-frankfurt-1.other", deployed)

    assert texts == ["second", "third"]
    assert json.loads(settings)["arguments"] == {"A": "1"}
    assert other == deployed
    assert current_content(sandbox, FUNCTION, deployed) == deployed
    assert (deployed / "func.py").read_text() == "first"


def test_two_at_once_are_one_too_many(tmp_path: Path, source: Path) -> None:
    """The second is refused, and the first goes on."""
    with developed(tmp_path, FUNCTION, Source(source)):
        with (
            pytest.raises(SandboxFault, match="another `sandbox dev` runs this function"),
            developed(tmp_path, FUNCTION, Source(source)),
        ):
            pass

        assert development.is_developed(tmp_path, FUNCTION)


def test_what_cannot_be_built_fails_the_call(tmp_path: Path, source: Path, deployed: Path) -> None:
    """It does not run what was deployed in its place."""
    with developed(tmp_path, FUNCTION, Source(source, str(source / "Dockerfile"))):
        (source / "Dockerfile").unlink()
        with pytest.raises(SandboxFault, match=r"Dockerfile .*: No such file"):
            current_content(tmp_path, FUNCTION, deployed)


@pytest.fixture
def start(dev: Any, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `sandbox dev responder` on the dev stack."""
    started: list[tuple[subprocess.Popen[str], threading.Timer]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "dev", "responder", *arguments],
            cwd=ROOT,
            env={**os.environ, "OCI_SANDBOX_DIR": str(dev.folder)},
            stderr=subprocess.PIPE,
            text=True,
        )
        # Should a line not come, the test is to fail rather than to wait for it.
        guard = threading.Timer(30, process.kill)
        guard.daemon = True
        guard.start()
        started.append((process, guard))
        return process

    yield begin
    for process, guard in started:
        guard.cancel()
        process.kill()
        process.communicate()


def _told(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline()


def _content(dev: Any) -> Path:
    (function,) = dev.deployment().functions.values()
    assert function.content is not None
    return current_content(dev.folder, function.id, function.content)


def test_the_command(dev: Any, source: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    """Says what runs, a line for each changed file, and restores at Ctrl-C with status 0."""
    process = start("--source", str(source))
    began = _told(process)
    # At once, as editors save: a look between the emptying and the writing of a file sees two changes.
    saved = source.with_name("saved.py")
    saved.write_text("second")
    saved.replace(source / "func.py")
    (source / "new.py").touch()
    changed = [_told(process), _told(process)]
    running = (_content(dev) / "func.py").read_text()
    process.send_signal(signal.SIGINT)
    ended = _told(process)

    assert process.wait(10) == 0
    assert began.startswith(f"dev       responder runs from {source}; Ctrl-C brings back")
    assert sorted(changed) == ["changed   func.py\n", "changed   new.py (new)\n"]
    assert running == "second"
    assert ended == "dev       responder runs the deployed image again\n"
    assert "images" in _content(dev).parts


def test_a_kill_restores_as_well(dev: Any, source: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    """What says that it runs ends with its process."""
    process = start("--source", str(source))
    _told(process)
    before = _content(dev)
    process.kill()
    process.wait()
    until = time.monotonic() + 5
    while any(is_locked(lock) for lock in dev.folder.glob("dev/*/lock")) and time.monotonic() < until:
        time.sleep(0.01)

    assert "dev" in before.relative_to(dev.folder).parts
    assert "images" in _content(dev).parts


def test_the_folder_that_the_deploy_built_from(
    dev: Any, source: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    """It is known where the deploy wrote it down; else it must be given."""
    refused = start()
    refusal = _told(refused)
    (function,) = dev.deployment().functions.values()
    note_source(function.content.parent, source, str(source / "Dockerfile"))
    began = _told(start())

    assert refused.wait(10) == 2
    assert refusal == "function responder: what it was built from is not known; give --source FOLDER\n"
    assert began.startswith(f"dev       responder runs from {source}")
