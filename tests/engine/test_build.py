"""What is built, from what, and what is said when it cannot be. Builds nothing real."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine import _build, ensure
from tests.engine.fake_go import PINNED, FakeGo, found
from tests.engine.processes import alive, eventually

ROOT = Path(__file__).resolve().parents[2]


class TestBuild:
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
