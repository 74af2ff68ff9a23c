"""Lines of a log file, handed over as they come."""

from __future__ import annotations

import time
from pathlib import Path

from sandbox.runner.live_output import following, listening


def test_lines_come_while_the_block_runs(tmp_path: Path) -> None:
    """Each once, in order, with its function; a line without an end comes last."""
    log = tmp_path / "log"
    log.touch()
    heard: list[tuple[str, str]] = []
    with (
        listening(lambda function, line: heard.append((function, line))),
        following(log, "f"),
        log.open("ab", buffering=0) as file,
    ):
        file.write(b"one\nzw")
        deadline = time.monotonic() + 5
        while not heard and time.monotonic() < deadline:
            time.sleep(0.01)
        early = list(heard)
        file.write("ei\nä".encode()[:-1])
        file.write("ä".encode()[-1:])

    assert early == [("f", "one")]
    assert heard == [("f", "one"), ("f", "zwei"), ("f", "ä")]


def test_nobody_listens(tmp_path: Path) -> None:
    """Then nothing is read, and nothing is needed."""
    with following(tmp_path / "none", "f"):
        pass


def test_a_function_in_a_loop_does_not_fill_the_terminal(tmp_path: Path) -> None:
    """What is shown is bounded, and the bound is said."""
    log = tmp_path / "log"
    log.write_bytes(b"x" * 99 + b"\n" + b"0123456789\n" * 100_000)
    heard: list[str] = []
    with listening(lambda _, line: heard.append(line)), following(log, "f"):
        pass

    assert sum(map(len, heard)) < 70_000
    assert "no more is shown" in heard[-1]
