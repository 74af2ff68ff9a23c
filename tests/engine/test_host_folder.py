"""The engine folder: the built CLI beside the language host."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import _build, _host_folder
from tests.engine.fake_go import PINNED, FakeGo, found


class TestFolder:
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
