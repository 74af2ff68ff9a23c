"""Where a Pulumi CLI comes from, in which order, and what is said when there is none. Builds nothing real."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine import _build, _cache, _host_folder, ensure
from tests.engine.processes import alive, eventually

ROOT = Path(__file__).resolve().parents[2]
PINNED = _build.pinned_version()

# Answers as Go does to what a build asks for, and writes down what it was asked. How it builds is in
# the file `behaviour` beside it.
FAKE_GO = """\
#!{python}
import json, os, pathlib, sys, time
here = pathlib.Path(__file__).parent
def setting(name, default):
    return json.loads((here / "behaviour").read_text()).get(name, default)
with open(here / "asked", "a") as asked:
    asked.write(json.dumps({{"arguments": sys.argv[1:], "environment": dict(os.environ)}}) + "\\n")
if sys.argv[1] == "version":
    print(setting("complaint", ""), file=sys.stderr)
    print("go version go" + setting("version", "1.26.6") + " linux/amd64")
    sys.exit(1 if setting("complaint", "") else 0)
elif sys.argv[1:3] == ["list", "-deps"]:
    print("go: downloading example.org/module v1.0.0", file=sys.stderr)
    print("one\\ntwo\\nthree")
elif sys.argv[1:3] == ["list", "-m"]:
    print(here / "sdk")
elif sys.argv[1] == "build":
    folder = pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
    (folder / "generator").write_text("generator")
    target = folder / "pulumi"
    target.write_text("#!/bin/sh\\nhalf")
    print("example.org/module/package", file=sys.stderr, flush=True)
    time.sleep(setting("seconds", 0))
    if setting("fails", False):
        print("# example.org/module/package\\nfile.go:1:1: it is broken", file=sys.stderr)
        sys.exit(1)
    target.write_text("#!/bin/sh\\necho v{version}\\n")
    target.chmod(0o755)
"""


class FakeGo:
    """A `go` in a folder of its own, the only one on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.behave()
        executable(folder / "go", FAKE_GO.format(python=sys.executable, version=PINNED))
        for script in ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python"):
            (folder / "sdk" / script).parent.mkdir(parents=True)
            (folder / "sdk" / script).write_text(script)

    def behave(self, **behaviour: object) -> None:
        """How it builds from now on."""
        (self.folder / "behaviour").write_text(json.dumps(behaviour))

    def asked(self, command: str) -> list[dict[str, object]]:
        """What it was asked so far with this command."""
        if not (self.folder / "asked").exists():
            return []
        lines = (self.folder / "asked").read_text().splitlines()
        return [one for one in map(json.loads, lines) if one["arguments"][0] == command]


def executable(path: Path, text: str) -> Path:
    """A script at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def fake_pulumi(folder: Path, version: str, *, host: bool = True) -> Path:
    """A folder with a `pulumi` that says its version, and a language host beside it."""
    executable(folder / "pulumi", f"#!/bin/sh\necho {version}\n")
    if host:
        executable(folder / "pulumi-language-python", "#!/bin/sh\n")
    return folder


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
    monkeypatch.setattr(ensure, "_reachable", lambda url: False)
    return tmp_path / "cache" / "oci-ai-functions" / "engine"


def found() -> tuple[Path, str]:
    """The engine's folder, and what was said on the way."""
    said: list[str] = []
    return ensure.ensure(said.append), "\n".join(said)


class TestOnPath:
    def _lead(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        monkeypatch.setenv("PATH", os.pathsep.join([str(folder), os.environ["PATH"]]))

    @pytest.mark.parametrize("version", [f"v{PINNED}", "v3.1000.0", "v3.300.1-alpha.12345", "v4.0.0"])
    def test_new_enough_is_used(
        self, cache: Path, go: FakeGo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
    ) -> None:
        """A `pulumi` on PATH that is new enough comes before everything else."""
        self._lead(monkeypatch, fake_pulumi(tmp_path / "own", version))

        folder, said = found()

        assert tmp_path / "own" == folder
        assert f"engine: pulumi {version} ({folder / 'pulumi'})" == said
        assert go.asked("build") == []

    @pytest.mark.parametrize("version", ["v3.257.9", "v3.99.0", "v2.999.0", "no version"])
    def test_too_old_is_left_alone(
        self, cache: Path, go: FakeGo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
    ) -> None:
        """A `pulumi` that is too old, or says no version, is named and not used. 99 is less than 258."""
        self._lead(monkeypatch, fake_pulumi(tmp_path / "own", version))

        folder, said = found()

        assert folder.is_relative_to(cache)
        stated = version[1:] if version[0] == "v" else "?"
        assert f"{tmp_path / 'own' / 'pulumi'} is v{stated}, expected v3.258.0 or newer; not used" in said

    def test_without_language_host_is_not_used(
        self, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A `pulumi` that could not run Python programs is not used, however new."""
        self._lead(monkeypatch, fake_pulumi(tmp_path / "own", "v3.300.0", host=False))

        folder, said = found()

        assert folder.is_relative_to(cache)
        assert "has no pulumi-language-python next to it; not used" in said

    def test_link_into_an_installation(
        self, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The host is looked for where the CLI looks: beside the executable the link leads to."""
        fake_pulumi(tmp_path / "installed", "v3.300.0")
        (tmp_path / "links").mkdir()
        (tmp_path / "links" / "pulumi").symlink_to(tmp_path / "installed" / "pulumi")
        self._lead(monkeypatch, tmp_path / "links")

        assert tmp_path / "links" == found()[0]

    def test_this_cache_s_own_does_not_count(self, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An engine folder on PATH may be another clone's: the one of this version is found again."""
        folder, _ = found()
        other = fake_pulumi(folder.parent / "host-of-another-clone", f"v{PINNED}")
        self._lead(monkeypatch, other)

        assert (folder, f"engine: pulumi v{PINNED} (cached)") == found()


class TestInstaller:
    @pytest.fixture
    def reachable(self, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The installer's site answers."""
        monkeypatch.setattr(ensure, "_reachable", lambda url: True)

    def test_comes_before_a_build(
        self, cache: Path, go: FakeGo, reachable: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where the official installer works, nothing is built, and its result is kept."""
        script = (
            "import pathlib, sys; folder = pathlib.Path(sys.argv[1], 'bin'); folder.mkdir()\n"
            "for name in ('pulumi', 'pulumi-language-python'):\n"
            "    (folder / name).write_text(sys.argv[2]); (folder / name).chmod(0o755)\n"
        )
        monkeypatch.setattr(ensure, "_INSTALL", script)

        folder, said = found()
        again, said_again = found()

        assert cache / f"official-v{PINNED}-{_cache.machine()}" / "bin" == folder == again
        assert (folder / "pulumi").read_text() == PINNED
        assert f"engine: installing pulumi v{PINNED} with the official installer" == said
        assert f"engine: pulumi v{PINNED} (cached)" == said_again
        assert go.asked("build") == []

    @pytest.mark.parametrize("script", ["raise SystemExit(1)", "pass", "import time; time.sleep(60)"])
    def test_failure_leads_on(
        self, cache: Path, go: FakeGo, reachable: None, monkeypatch: pytest.MonkeyPatch, script: str
    ) -> None:
        """An installer that fails, installs nothing or hangs costs a line and a wait; a build follows."""
        monkeypatch.setattr(ensure, "_INSTALL", script)
        monkeypatch.setattr(ensure, "_INSTALLER_SECONDS", 0.5)

        folder, said = found()

        assert "the official installer failed; building from source instead" in said
        assert len(go.asked("build")) == 1
        assert [_build.key()] == [one.name for one in cache.iterdir() if one.is_dir()]
        assert folder.is_relative_to(cache / _build.key())

    def test_closed_network_does_not_hang(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A site that accepts and never answers is given up after seconds."""
        monkeypatch.setattr(ensure, "_REACHABLE_SECONDS", 0.3)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            began = time.monotonic()
            answered = ensure._reachable(f"http://127.0.0.1:{silent.getsockname()[1]}/")

        assert not answered
        assert time.monotonic() - began < 2

    def test_slow_name_lookup_does_not_hang(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where even looking the name up takes long, that is not waited for."""
        monkeypatch.setattr(ensure, "_REACHABLE_SECONDS", 0.3)

        def slow(*_: object, **__: object) -> None:
            time.sleep(4)
            raise OSError("no such name")

        monkeypatch.setattr("urllib.request.urlopen", slow)
        began = time.monotonic()

        assert not ensure._reachable("https://somewhere.invalid/")
        assert time.monotonic() - began < 2

    def test_unreachable_is_quiet(self, cache: Path) -> None:
        """An unreachable site is not reported: a build follows without a message about it."""
        _, said = found()

        assert "installer" not in said


class TestBuild:
    def test_result_stands_alone(self, cache: Path, go: FakeGo) -> None:
        """The folder holds CLI, launcher, host and scripts, and the second run uses it as it is."""
        folder, said = found()
        again, said_again = found()

        assert folder == again
        assert folder.is_relative_to(cache / _build.key())
        assert {
            "pulumi",
            "pulumi-language-python",
            "pulumi-language-python-exec",
            "pulumi-language-python-generate",
            "pulumi-resource-pulumi-python",
            "language_host.py",
            "lib",
        } == {one.name for one in folder.iterdir()}
        assert said.startswith(f"engine: building pulumi v{PINNED} with Go, once, into {cache}")
        assert f"engine: pulumi v{PINNED} (cached)" == said_again
        assert len(go.asked("build")) == 1

    def test_the_pinned_module_is_built(
        self, cache: Path, go: FakeGo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The version is stamped in, and the user's settings cannot make it another module or machine."""
        monkeypatch.setenv("GOFLAGS", "-mod=vendor")
        monkeypatch.setenv("GOOS", "plan9")

        found()

        [build] = go.asked("build")
        arguments, environment = build["arguments"], build["environment"]
        assert isinstance(arguments, list)
        assert isinstance(environment, dict)
        assert f"version.Version=v{PINNED}" in arguments[arguments.index("-ldflags") + 1]
        assert arguments[-2:] == ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "./generator"]
        assert (environment["GOWORK"], environment["GOFLAGS"]) == ("off", "-mod=readonly -buildvcs=false")
        assert "GOOS" not in environment

    def test_changed_pin_is_another_build(
        self, cache: Path, go: FakeGo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A changed go.sum does not use what another one built, and takes nothing away from it."""
        first, _ = found()
        shutil.copytree(ROOT / "engine" / "generator", tmp_path / "generator")
        for name in ("go.mod", "go.sum"):
            (tmp_path / name).write_text((ROOT / "engine" / name).read_text() + "\n")
        monkeypatch.setattr(_build, "_MODULE", tmp_path)
        second, _ = found()

        assert first.parent != second.parent
        assert first.exists()

    def test_changed_host_needs_no_build(
        self, cache: Path, go: FakeGo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A clone with another language host gets a folder of its own, with the same CLI file."""
        first, _ = found()
        changed = tmp_path / "language_host.py"
        changed.write_text("# another\n")
        monkeypatch.setattr(_host_folder, "_HOST", changed)
        second, _ = found()

        assert first != second
        assert len(go.asked("build")) == 1
        assert (first / "pulumi").samefile(second / "pulumi")
        assert (
            "# another\n"
            == (second / "language_host.py").read_text()
            != (first / "language_host.py").read_text()
        )

    def test_damaged_folder_is_made_again(self, cache: Path, go: FakeGo) -> None:
        """A folder that lost a file is not handed out; the CLI is not built again for it."""
        folder, _ = found()
        (folder / "pulumi-language-python-exec").unlink()

        assert folder == found()[0]
        assert (folder / "pulumi-language-python-exec").exists()
        assert len(go.asked("build")) == 1

    def test_unused_folders_go_after_a_month(self, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Making a folder removes those of other hosts nobody has used for a month; use renews them."""
        monkeypatch.setattr(_host_folder, "key", lambda: "first")
        first, _ = found()
        monkeypatch.setattr(_host_folder, "key", lambda: "second")
        second, _ = found()
        for folder in (first, second):
            os.utime(folder, (0, 0))
        assert second == found()[0]
        other = cache / "v1.0.0-unused" / "cli" / "pulumi"
        other.parent.mkdir(parents=True)
        other.touch()
        monkeypatch.setattr(_host_folder, "key", lambda: "third")
        third, _ = found()

        assert not other.exists()
        assert [one.exists() for one in (first, second, third)] == [False, True, True]

    def test_failed_build_says_why_and_leaves_nothing(self, cache: Path, go: FakeGo) -> None:
        """The compiler's reason and the ways out are one sentence; nothing half made stays."""
        go.behave(fails=True)

        with pytest.raises(ensure.EngineError) as caught:
            found()

        text = str(caught.value)
        assert (
            "`go build` of the Pulumi CLI failed (file.go:1:1: it is broken): install the Pulumi CLI" in text
        )
        assert "\n" not in text
        assert [one for one in cache.rglob("*") if one.name == "pulumi" or one.suffix == ".partial"] == []

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_interrupted_build_leaves_nothing_half(
        self, cache: Path, go: FakeGo, mark: str, number: signal.Signals
    ) -> None:
        """Ctrl-C ends Go and removes the half-made file; the next run makes a whole one."""
        go.behave(seconds=60)
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.ensure"],
            cwd=ROOT,
            env=os.environ | {"OCI_AI_FUNCTIONS_ENGINE": "build", "MARK": mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert eventually(lambda: list(cache.glob("*/cli.partial/pulumi")))

        process.send_signal(number)
        _, said = process.communicate(timeout=10)

        assert 128 + number == process.returncode
        assert "Traceback" not in said
        assert eventually(lambda: not alive(mark), 2)
        assert list(cache.glob("*/*")) == []
        go.behave()
        assert (found()[0] / "pulumi").read_text().endswith(f"echo v{PINNED}\n")

    def test_what_a_killed_run_left_is_cleared(self, cache: Path) -> None:
        """The rests of a run that was killed do no harm and go with the next one."""
        rest = cache / _build.key() / "cli.partial"
        rest.mkdir(parents=True)
        (rest / "pulumi").write_text("half")

        folder, _ = found()

        assert "half" not in (folder / "pulumi").read_text()
        assert not rest.exists()

    def test_two_at_once_build_once(self, cache: Path, go: FakeGo) -> None:
        """The second waits for the first, says so, and uses what the first has made."""
        go.behave(seconds=2)
        command = [sys.executable, "-m", "engine.ensure"]
        environment = os.environ | {"OCI_AI_FUNCTIONS_ENGINE": "build"}

        def start() -> subprocess.Popen[str]:
            return subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )

        first = start()
        assert eventually(lambda: go.asked("build"))
        second = start()
        (folder, _), (again, said) = first.communicate(timeout=30), second.communicate(timeout=30)

        assert folder == again != ""
        assert f"engine: another process ({first.pid}) is preparing it; waiting for it to finish" in said
        assert f"engine: pulumi v{PINNED} (cached)" in said
        assert len(go.asked("build")) == 1

    def test_unwritable_cache(self, cache: Path, tmp_path: Path) -> None:
        """A cache that cannot be created is one sentence that names it and the way out."""
        (tmp_path / "cache").write_text("a file")

        with pytest.raises(
            ensure.EngineError, match=re.escape(f"the engine's cache {cache} cannot be written")
        ):
            found()

    @pytest.mark.parametrize("stated", ["", "relative/folder"])
    def test_cache_is_in_the_home_folder(self, monkeypatch: pytest.MonkeyPatch, stated: str) -> None:
        """Without an absolute XDG_CACHE_HOME it is ~/.cache; without a home folder that is said."""
        monkeypatch.setenv("XDG_CACHE_HOME", stated)
        monkeypatch.setenv("HOME", "/home/somebody")

        assert _cache.root() == Path("/home/somebody/.cache/oci-ai-functions/engine")
        monkeypatch.setenv("HOME", "")
        monkeypatch.setattr("os.path.expanduser", lambda path: path)
        with pytest.raises(ensure.EngineError, match="this user has no home folder"):
            _cache.root()


class TestNoGo:
    def test_missing(self, cache: Path, go: FakeGo, tmp_path: Path) -> None:
        """Without Go: one clear sentence with the ways out, exit status 1, no traceback."""
        (go.folder / "go").unlink()

        result = subprocess.run(
            [sys.executable, "-m", "engine.ensure"],
            cwd=ROOT,
            env=os.environ | {"OCI_AI_FUNCTIONS_ENGINE": "path,build"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr == (
            "engine: found neither a Pulumi CLI nor Go to build one with: install the Pulumi CLI "
            "(https://www.pulumi.com/docs/iac/download-install/) so that `pulumi` is on PATH, or install "
            "Go 1.26.6 or newer (https://go.dev/dl/), and run the command again\n"
        )

    @pytest.mark.parametrize(
        ("behaviour", "reason"),
        [
            ({"version": "1.22.0"}, "1.22.0"),
            ({"complaint": "go: download go1.26.6: not available"}, "go: download go1.26.6: not available"),
        ],
    )
    def test_too_old(self, cache: Path, go: FakeGo, behaviour: dict[str, str], reason: str) -> None:
        """A Go that is too old, and cannot fetch a newer one, is named before anything is downloaded."""
        go.behave(**behaviour)

        with pytest.raises(ensure.EngineError) as caught:
            found()

        expected = (
            f"expected Go 1.26.6 or newer to build Pulumi, found {reason} on PATH: install the Pulumi CLI"
        )
        assert str(caught.value).startswith(expected)
        assert go.asked("list") == []


class TestChoice:
    def test_sources_can_be_left_out(self, cache: Path, go: FakeGo, monkeypatch: pytest.MonkeyPatch) -> None:
        """With only `path` allowed, nothing is downloaded or built, and that is said."""
        monkeypatch.setenv("OCI_AI_FUNCTIONS_ENGINE", "path")

        with pytest.raises(ensure.EngineError, match="OCI_AI_FUNCTIONS_ENGINE allows only path"):
            found()

        assert go.asked("version") == []

    def test_unknown_source(self, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A misspelt source is refused with those there are."""
        monkeypatch.setenv("OCI_AI_FUNCTIONS_ENGINE", "built")

        with pytest.raises(
            ensure.EngineError, match="expected one or more of path,installer,build, found 'built'"
        ):
            found()

    def test_minimum_is_not_above_the_pin(self) -> None:
        """What is built here would be accepted on PATH."""
        assert ensure._parts(_build.pinned_version()) >= ensure._parts(ensure.MINIMUM_VERSION)
