"""Environments made of an image's requirements: what is in them, where it comes from, never a half one."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tarfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.images.kept import kept_recipe
from sandbox.runner import environments, interpreter
from sandbox.runner.environments import Environment, environment_for
from sandbox.runner.process import FunctionProcess, FunctionSpec

ROOT = Path(__file__).resolve().parents[3]
Image = Callable[..., Path]
Spec = Callable[..., FunctionSpec]
Start = Callable[..., FunctionProcess]

HANDLER = "def handler(ctx, data=None):\n    return ''\n"
SHOWS = """
    import importlib.util
    def handler(ctx, data=None):
        import greeting
        return f"{greeting.WORDS} {importlib.util.find_spec('pulumi')}"
"""


def made(content: Path, *, build: bool = False) -> tuple[Environment, list[str]]:
    """The environment of an image, and what was said while it was made."""
    said: list[str] = []
    return environment_for(kept_recipe(content), said.append, build=build), said


def test_the_function_has_what_its_image_installs(image: Image, spec: Spec, tmp_path: Path) -> None:
    """The versions that the requirements name, and nothing of the project's environment."""
    content = image(SHOWS, requirements="fdk\ngreeting==1.0\n")
    with FunctionProcess(spec(content), tmp_path / "run") as process:
        assert process.call(b"").body == b"hello 1.0 None"


@pytest.mark.usefixtures("stubbed")
def test_it_is_made_once(image: Image) -> None:
    """Other source, the same requirements: nothing to do, and nothing said."""
    first, said = made(image(HANDLER, requirements="fdk\ngreeting<2\n"))
    again, nothing = made(image("# other\n" + HANDLER, requirements="fdk\ngreeting<2\n"))
    other, _ = made(image(HANDLER, requirements="fdk\ngreeting>=2\n"))

    assert "installing 2 requirements" in said[0]
    assert (again.folder, nothing) == (first.folder, [])
    assert other.folder != first.folder


@pytest.mark.usefixtures("stubbed")
@pytest.mark.parametrize("requirement", ["no-such-package", "greeting==3.0"])
def test_a_requirement_that_cannot_be_had(image: Image, requirement: str) -> None:
    """One line with the requirement's name, and nothing of it is kept."""
    with pytest.raises(SandboxFault) as caught:
        made(image(HANDLER, requirements=f"fdk\n{requirement}\n"))

    assert requirement in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path.suffix for path in environments._root().iterdir()] == [".lock"]


def _source_package(folder: Path) -> None:
    """A package without a wheel: building it runs its own code."""
    setup = "setup(name='built', version='1.0', py_modules=['built'])"
    files = {
        "built-1.0/setup.py": f"from setuptools import setup\n{setup}\n",
        "built-1.0/built.py": "WORDS = 'built here'\n",
        "built-1.0/PKG-INFO": "Metadata-Version: 2.1\nName: built\nVersion: 1.0\n",
    }
    with tarfile.open(folder / "built-1.0.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))


def test_only_wheels_unless_building_is_allowed(image: Image, stubbed: Path) -> None:
    """A package of source code is refused with the flag that would build it."""
    _source_package(stubbed)
    content = image(HANDLER, requirements="fdk\nbuilt\n")
    with pytest.raises(SandboxFault, match=r"built.*--allow-build"):
        made(content)

    environment, _ = made(content, build=True)
    assert (environment.targets[0][1] / "built.py").is_file()


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.invalid/simple",
        "--extra-index-url=https://example.invalid",
        "-f /nowhere",
    ],
)
@pytest.mark.usefixtures("stubbed")
def test_an_index_that_the_image_names_is_not_asked(image: Image, line: str) -> None:
    """Packages come from where the user's own pip looks; the image's notes say so."""
    content = image(HANDLER, requirements=f"{line}\nfdk\n")

    made(content)
    assert any("is not followed" in note for note in kept_recipe(content).notes)


def test_the_users_own_settings_are_used(
    image: Image, stubbed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A configuration file of pip counts like its variables; what would choose other packages does not."""
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\nno-index = true\nfind-links = {stubbed}\n")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    (tmp_path / "constraints.txt").write_text("fdk==99\n")
    monkeypatch.setenv("PIP_CONSTRAINT", str(tmp_path / "constraints.txt"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    environment, _ = made(image(HANDLER))

    assert (environment.targets[0][1] / "fdk").is_dir()


@pytest.mark.usefixtures("stubbed")
def test_settings_of_uv_alone_are_never_passed_over(image: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever set up uv only is served by uv, or told that it is missing: pip would ask another index."""
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.delenv("PIP_CONFIG_FILE")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://example.invalid/simple")
    monkeypatch.setattr("sandbox.runner.installer._pip_is_set_up", lambda: False)
    monkeypatch.setattr("sandbox.runner.installer._uv", lambda: None)

    with pytest.raises(SandboxFault, match="set up for uv only"):
        made(image(HANDLER, requirements="fdk\ngreeting!=1.5\n"))


@pytest.mark.usefixtures("stubbed")
def test_another_version_of_python_is_said(image: Image) -> None:
    """The image's Python is not on the machine: the sandbox's own runs it, and the difference is named."""
    dockerfile = "FROM python:3.99-slim\nCOPY . /function/\nRUN pip install fdk\n"
    environment, _ = made(image(HANDLER, dockerfile=dockerfile))

    own = ".".join(map(str, sys.version_info[:3]))
    assert environment.interpreter.version == own
    assert environment.notes == (f"the image has Python 3.99, which is not on this machine: {own} runs it",)


def test_an_interpreter_that_does_not_start_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shim of a version manager may name a version that is not installed."""
    shim = tmp_path / "python3.98"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert interpreter.find_interpreter("3.98").version == ".".join(map(str, sys.version_info[:3]))


@pytest.mark.usefixtures("stubbed")
def test_an_image_without_the_kit_gets_it(image: Image) -> None:
    """Its base image may have it; that is not known here, and said."""
    environment, _ = made(image(HANDLER, requirements="greeting\n"))

    assert list(environment.folder.glob("venv/lib/*/site-packages/fdk"))
    assert "installs no fdk" in environment.notes[0]


PROGRAM = """
    import sys
    from pathlib import Path
    from sandbox.images.kept import kept_recipe
    from sandbox.runner.environments import environment_for
    print("begun", flush=True)
    print(environment_for(kept_recipe(Path(sys.argv[1])), lambda line: print(line, flush=True)).folder)
"""


def _command(content: Path, cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), str(content)],
        cwd=ROOT,
        env=os.environ | {"XDG_CACHE_HOME": str(cache)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.usefixtures("stubbed")
def test_two_commands_at_once_make_it_once(image: Image, tmp_path: Path) -> None:
    """The second waits for the first, and finds what that made."""
    content = image(HANDLER)
    commands = [_command(content, tmp_path / "cache") for _ in range(2)]
    said = [command.communicate(timeout=120)[0].splitlines() for command in commands]

    assert [command.returncode for command in commands] == [0, 0]
    assert said[0][-1] == said[1][-1]
    assert sum("installing" in line and "once" in line for lines in said for line in lines) == 1


@pytest.mark.usefixtures("stubbed")
def test_a_kill_in_the_middle_leaves_no_half_environment(
    image: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While packages are being installed: the next command makes it whole, and clears up."""
    content, cache = image(HANDLER), tmp_path / "cache"
    command = _command(content, cache)
    until = time.monotonic() + 60
    while not list(cache.rglob("*.partial/venv/bin/python")) and time.monotonic() < until:
        time.sleep(0.005)
    command.send_signal(signal.SIGKILL)
    command.communicate()
    left = [path for path in cache.rglob("*") if path.name == "whole"]

    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    environment, said = made(content)

    assert (command.returncode, left) == (-signal.SIGKILL, [])
    assert "installing" in said[0]
    assert (environment.targets[0][1] / "fdk").is_dir()
    assert list(cache.rglob("*.partial")) == []


@pytest.mark.usefixtures("stubbed")
def test_an_environment_nobody_uses_is_removed(
    image: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a month without use, when another is made."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    old = environments._root() / "old"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))

    made(image(HANDLER))

    assert not old.exists()


@pytest.mark.usefixtures("stubbed")
def test_a_cache_that_cannot_be_written_is_named(
    image: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line with the place and what helps."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    with pytest.raises(SandboxFault, match=r"file.*set XDG_CACHE_HOME"):
        made(image(HANDLER))


@pytest.mark.parametrize(
    ("there", "wanted", "found"),
    [
        (("3.12", "3.13"), "3.12", "3.12"),
        (("3.13", "3.15"), "3.14", "3.15"),
        (("3.13", "3.10"), "3.14", "3.13"),
        (("3.9",), "3.10", "own"),  # as near as the sandbox's own
        (("3.12",), "3.98", "own"),
        (("3.12",), None, "own"),
    ],
)
def test_the_nearest_interpreter_is_taken(
    monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...], wanted: str | None, found: str
) -> None:
    """Of the version that is asked for, else of one beside it that is nearer than the sandbox's own."""
    own = interpreter.Interpreter(Path("own"), "3.11.1", Path())
    monkeypatch.setattr(interpreter, "_own", lambda: own)
    monkeypatch.setattr(interpreter, "_candidates", lambda version: [Path(version)])
    monkeypatch.setattr(
        interpreter,
        "_asked",
        lambda path: interpreter.Interpreter(path, f"{path}.7", Path()) if str(path) in there else None,
    )

    assert str(interpreter.find_interpreter.__wrapped__(wanted).path) == found
