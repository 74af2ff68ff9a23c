"""One engine per session, a language host, a Pulumi project to run it on, and a Go that builds nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import _host_folder
from engine.ensure import ensure
from tests.engine.fake_go import FakeGo
from tests.engine.processes import kill_marked
from tests.engine.pulumi_project import Project
from tests.engine.running_host import RunningHost

# Stands in for the script of the official SDK, which only an engine folder has: shows how it was called.
EXEC_SCRIPT = """\
import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ), "prefix": sys.prefix}))
print("to stderr", file=sys.stderr)
sys.exit(int(os.environ.get("EXIT_STATUS", "0")))
"""


@pytest.fixture(scope="session")
def engine_dir() -> Path:
    """The folder that holds `pulumi` and its language host; built once a machine where there is none."""
    return ensure()


@pytest.fixture
def mark() -> Iterator[str]:
    """A word to find processes by; what has it in its environment is gone after the test."""
    word = f"engine-test-{uuid.uuid4().hex}"
    yield word
    kill_marked(word)


@pytest.fixture(scope="session")
def host_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engine folder with a real language host and nothing else that is real."""
    cli = tmp_path_factory.mktemp("cli")
    (cli / "pulumi").write_text("#!/bin/sh\n")
    (cli / "pulumi-language-python-exec").write_text(EXEC_SCRIPT)
    folder = tmp_path_factory.mktemp("engine") / "host"
    _host_folder.assemble(cli, folder)
    return folder


@pytest.fixture
def start_host(host_folder: Path, mark: str) -> Iterator[Callable[..., RunningHost]]:
    """Starts language hosts with the environment given on top of the test's own."""
    started: list[RunningHost] = []

    def start(**environment: str) -> RunningHost:
        started.append(RunningHost.start(host_folder, os.environ | {"MARK": mark} | environment))
        return started[-1]

    yield start
    for host in started:
        if host.process.stdout and not host.process.stdout.closed:
            host.stop()


@pytest.fixture
def host(start_host: Callable[..., RunningHost]) -> RunningHost:
    """A language host."""
    return start_host()


@pytest.fixture(scope="session")
def virtualenv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that sees the packages of the one the tests run in."""
    folder = tmp_path_factory.mktemp("environments") / "own"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    packages = next((folder / "lib").glob("python*/site-packages"))
    (packages / "all.pth").write_text("\n".join(entry for entry in sys.path if "site-packages" in entry))
    return folder


@pytest.fixture
def project(engine_dir: Path, tmp_path: Path, mark: str) -> Project:
    """An empty project; what its commands start has the mark in its environment."""
    folder = tmp_path / "project"
    state = tmp_path / "state"
    folder.mkdir()
    state.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")} | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "MARK": mark,
        "TEST_FOLDER": str(tmp_path),
    }
    return Project(folder, environment, engine_dir)


@pytest.fixture
def go(tmp_path: Path) -> FakeGo:
    """A Go that builds at once."""
    return FakeGo(tmp_path / "go")


@pytest.fixture
def cache(tmp_path: Path, go: FakeGo, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; the fake Go is all there is on PATH, and no site is reachable."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(go.folder))
    monkeypatch.delenv("OCI_AI_FUNCTIONS_ENGINE", raising=False)
    monkeypatch.setattr("engine.ensure._reachable", lambda url: False)
    return tmp_path / "cache" / "oci-ai-functions" / "engine"
