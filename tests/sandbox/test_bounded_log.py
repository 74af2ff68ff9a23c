"""A log followed while others write it, put it aside or remove it."""

from __future__ import annotations

from pathlib import Path

from sandbox import bounded_log
from sandbox.bounded_log import Tail


def _append(path: Path, text: str, largest: int = 1000) -> None:
    bounded_log.append(path, "the log", f"{text}\n", largest)


def test_lines_come_once_and_in_order(tmp_path: Path) -> None:
    """First what is kept, then at each look what was added, also where the file was put aside between."""
    log = tmp_path / "logs" / "x.jsonl"
    with Tail(log) as tail:
        assert tail.first() == []
        _append(log, "1")
        assert tail.new() == ["1"]
        _append(log, "2", largest=0)  # puts `1` aside
        _append(log, "3")
        assert tail.new() == ["2", "3"]
        assert tail.new() == []
    with Tail(log) as tail:
        assert tail.first() == ["1", "2", "3"]


def test_what_is_added_before_a_file_is_put_aside(tmp_path: Path) -> None:
    """It is read from the file that was open."""
    log = tmp_path / "x.jsonl"
    _append(log, "1")
    with Tail(log) as tail:
        tail.first()
        _append(log, "2")
        _append(log, "3", largest=0)
        assert tail.new() == ["2", "3"]


def test_a_removed_log_begins_anew(tmp_path: Path) -> None:
    """As after `sandbox reset`."""
    log = tmp_path / "x.jsonl"
    _append(log, "1")
    with Tail(log) as tail:
        tail.first()
        log.unlink()
        assert tail.new() == []
        _append(log, "2")
        assert tail.new() == ["2"]


def test_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    """A writer may be in the middle of it."""
    log = tmp_path / "x.jsonl"
    log.write_text("ha")
    with Tail(log) as tail:
        assert tail.first() == []
        with log.open("a") as file:
            file.write("lf\n")
        assert tail.new() == ["half"]
