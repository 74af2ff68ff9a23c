"""`emit` of a source's sample, where nothing can be sent; what is sent is in the tests of deliveries and of
the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.__main__ import main
from sandbox.delivery.source_samples import SOURCE_SAMPLES


def ran(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit status of the command in a sandbox of its own."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(folder))
    return main(["emit", *arguments])


@pytest.mark.parametrize("name", SOURCE_SAMPLES)
def test_an_empty_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """One line that says what to do, and no process is begun."""
    assert ran(tmp_path / "none", monkeypatch, "--sample", name) == 1
    assert "nothing is deployed in this sandbox yet; try `make up`" in capsys.readouterr().err


def test_what_is_made_on_its_way_cannot_be_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An alarm's message, say, is there when the alarm fires."""
    (tmp_path / "store.db").touch()

    assert ran(tmp_path, monkeypatch, "--sample", "alarm", "--print-event") == 1
    assert "--sample alarm: what it sends is made on its way" in capsys.readouterr().err


def test_the_help_lists_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with what it is, apart from the events."""
    with pytest.raises(SystemExit):
        ran(tmp_path, monkeypatch, "--help")

    _, _, sources = capsys.readouterr().out.partition("samples of other sources")
    for name, sample in SOURCE_SAMPLES.items():
        assert f"  {name} " in sources
        assert sample.says in sources
