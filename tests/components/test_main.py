"""`python -m components STACK…`, which `make` runs before an engine does."""

from __future__ import annotations

from pathlib import Path

import pytest

from components import __main__ as command


def test_good_stacks_say_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Both tracked stacks are fine."""
    assert command.main(["dev", "prod"]) == 0
    assert capsys.readouterr().err == ""


def test_every_bad_stack_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One line a problem, and the status says so."""
    (tmp_path / "Pulumi.a.yaml").write_text("config: {}\n")
    monkeypatch.setattr(command, "ROOT", tmp_path)

    assert command.main(["a", "b", "b\nb"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert "Pulumi.b.yaml: no such stack file; there are: a (`make stack STACK=…` writes one)" in lines
    assert all(
        line.startswith(("Pulumi.a.yaml: ", "Pulumi.b.yaml: ", "Pulumi.b\\nb.yaml: ")) for line in lines
    )
