"""Where a Pulumi CLI comes from, in which order, and what is said when there is none. Builds nothing real."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from engine import _build, _cache, ensure
from tests.engine.fake_go import PINNED, FakeGo, executable, found


def fake_pulumi(folder: Path, version: str, *, host: bool = True) -> Path:
    """A folder with a `pulumi` that says its version, and a language host beside it."""
    executable(folder / "pulumi", f"#!/bin/sh\necho {version}\n")
    if host:
        executable(folder / "pulumi-language-python", "#!/bin/sh\n")
    return folder


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


class TestYaml:
    def test_it_is_built_once_and_lies_beside_the_engine(self, cache: Path, go: FakeGo) -> None:
        """The engine looks for a language host beside itself, and the host for others beside it."""
        folder, _ = found()
        said: list[str] = []

        ensure.ensure_yaml(folder, said.append)
        ensure.ensure_yaml(folder, said.append)

        assert os.access(folder / "pulumi-language-yaml", os.X_OK)
        assert len(go.asked("build")) == 2  # the engine's and this one
        assert said[0].startswith("engine: building the language host of programs in YAML")
        assert [one for one in folder.iterdir() if "partial" in one.name] == []

    def test_another_engine_folder_takes_what_was_built(self, cache: Path, go: FakeGo) -> None:
        """After an upgrade of Python the engine folder is another one; what Go built is the same."""
        folder, _ = found()
        ensure.ensure_yaml(folder, lambda line: None)
        (folder / "pulumi-language-yaml").unlink()

        ensure.ensure_yaml(folder, lambda line: None)

        assert os.access(folder / "pulumi-language-yaml", os.X_OK)
        assert len(go.asked("build")) == 2

    def test_an_installation_that_lacks_it_is_left_alone(
        self, cache: Path, tmp_path: Path, go: FakeGo
    ) -> None:
        """Nothing is put into a folder that this project did not make; the way out is said."""
        own = fake_pulumi(tmp_path / "own", "v3.300.0")

        with pytest.raises(ensure.EngineError, match="has no pulumi-language-yaml next to pulumi"):
            ensure.ensure_yaml(own, lambda line: None)

        assert go.asked("build") == []

    def test_an_installation_that_brings_it_is_used(self, cache: Path, tmp_path: Path, go: FakeGo) -> None:
        """The official one has every language host beside it."""
        own = fake_pulumi(tmp_path / "own", "v3.300.0")
        executable(own / "pulumi-language-yaml", "#!/bin/sh\n")

        ensure.ensure_yaml(own, lambda line: None)

        assert go.asked("build") == []

    def test_a_failed_build_says_why(self, cache: Path, go: FakeGo) -> None:
        """And leaves nothing that looks whole."""
        folder, _ = found()
        go.behave(fails=True)

        with pytest.raises(ensure.EngineError, match="it is broken"):
            ensure.ensure_yaml(folder, lambda line: None)

        assert not (folder / "pulumi-language-yaml").exists()
