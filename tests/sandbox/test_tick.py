"""The clock from the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from sandbox.cloud.errors import Unusable
from sandbox.cloud.store import Store
from sandbox.tick import add_tick_arguments, run_tick


def _options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_tick_arguments(parser)
    return parser.parse_args(arguments)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("1d12h", 129_600), ("1h1m1s", 3661)]
)
def test_durations(text: str, seconds: float) -> None:
    """Days, hours, minutes and seconds, in this order."""
    assert _options("--by", text).by == seconds


@pytest.mark.parametrize("text", ["", "5", "1.5h", "h", "-1h", "2m1h"])
def test_what_is_no_duration(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Is refused with an example."""
    with pytest.raises(SystemExit):
        _options(f"--by={text}")

    assert "is not a duration such as 90s, 15m, 2h or 1d12h" in capsys.readouterr().err


def test_times() -> None:
    """With an offset, or in UTC."""
    assert _options("--at", "2026-12-01T02:00:00Z").at == 1_796_090_400.0
    assert _options("--at", "2026-12-01T03:00:00+01:00").at == 1_796_090_400.0
    assert _options("--at", "2026-12-01T02:00").at == 1_796_090_400.0


def test_the_clock_goes_forward_only(tmp_path: Path) -> None:
    """What has happened has happened."""
    Store(tmp_path / "store.db").close()
    with pytest.raises(Unusable, match="it goes forward only"):
        run_tick(_options("--at", "2020-01-01T00:00:00Z"), tmp_path)
