"""The engine's place in the user's cache: where it is, who waits for whom, and what is removed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine import _build, _cache, _host_folder, ensure
from tests.engine.fake_go import PINNED, FakeGo, found
from tests.engine.processes import eventually

ROOT = Path(__file__).resolve().parents[2]


class TestCache:
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
