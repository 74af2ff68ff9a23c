"""The log of functions: what is kept, and how much."""

from __future__ import annotations

import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.events import function_log
from sandbox.events.function_log import Run, append, read


def _run(**changed: Any) -> Run:
    values = {
        "time": "t",
        "stack": "dev",
        "function": "f",
        "id": "ocid1.fnfunc.x",
        "ended": "200",
        "lines": [],
    }
    return Run(**{**values, **changed})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Oldest first; by stack, by name and by OCID."""
    runs = [_run(time="1", lines=["ä", "\x1b"]), _run(time="2", stack="prod"), _run(time="3", function="g")]
    append(tmp_path, runs[:1])
    append(tmp_path, runs[1:])

    assert list(read(tmp_path)) == runs
    assert [run.time for run in read(tmp_path, stack="prod")] == ["2"]
    assert [run.time for run in read(tmp_path, function="g")] == ["3"]
    assert [run.time for run in read(tmp_path, function="ocid1.fnfunc.x")] == ["1", "2", "3"]


def test_the_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files of about the bound each, the newest runs in them, and no run longer than its own bound."""
    monkeypatch.setattr(function_log, "_LARGEST", 20_000)
    for number in range(200):
        append(tmp_path, [_run(time=str(number), lines=["x" * 900])])
    append(tmp_path, [_run(time="last", lines=["z"] * 10_000 + ["y" * 100_000])])
    runs = list(read(tmp_path))

    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) < 50_000 + function_log._LINES * 10
    assert 20 < len(runs) < 60
    assert runs[-1].time == "last"
    assert len(runs[-1].lines) == function_log._LINES


def test_a_line_that_a_kill_cut_off_is_passed_over(tmp_path: Path) -> None:
    """The runs around it are shown."""
    append(tmp_path, [_run(time="1")])
    with (tmp_path / "logs" / "functions.jsonl").open("a") as file:
        file.write('{"time": "2", "sta\n[]\n{"time": 1}\n\xff\n')
    append(tmp_path, [_run(time="3")])

    assert [run.time for run in read(tmp_path)] == ["1", "3"]


def test_commands_side_by_side_turn_the_file_over_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None fails because another has just done it, and each entry is whole."""
    monkeypatch.setattr(function_log, "_LARGEST", 1000)
    failed: list[Exception] = []

    def write() -> None:
        for _ in range(50):
            try:
                append(tmp_path, [_run(lines=["x" * 900])])
            except SandboxFault as error:
                failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert {run.lines[0] for run in read(tmp_path)} == {"x" * 900}


def test_the_log_is_its_owners_alone(tmp_path: Path) -> None:
    """It may hold what an event held."""
    append(tmp_path, [_run()])

    assert stat.S_IMODE((tmp_path / "logs" / "functions.jsonl").stat().st_mode) & 0o077 == 0


def test_a_log_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """It names the file."""
    (tmp_path / "logs").touch()

    with pytest.raises(SandboxFault, match=r"functions\.jsonl: the functions' log cannot be written"):
        append(tmp_path, [_run()])


def test_runs_are_followed(tmp_path: Path) -> None:
    """First the newest so many, then what ended since the last look, each once."""
    append(tmp_path, [_run(time="1"), _run(time="2", function="g"), _run(time="3"), _run(time="4")])
    batches = function_log.follow(tmp_path, 2, function="f")
    first, nothing = next(batches), next(batches)
    append(tmp_path, [_run(time="5"), _run(time="6", function="g")])
    later = next(batches)
    batches.close()

    assert [[run.time for run in batch] for batch in (first, nothing, later)] == [["3", "4"], [], ["5"]]


def test_what_a_program_marked_as_secret_is_not_in_it(tmp_path: Path) -> None:
    """Even where the function printed it, and where a long line is cut in the middle of it."""
    inputs = {"config": {"TOKEN": "hushed-token", "LEVEL": "verbosely"}}
    with Store(tmp_path / "store.db") as store:
        store.create("t", "", inputs, inputs, "id", secret=["config", "/config/TOKEN"])
    cut = "x" * (function_log._LINE - 4) + "hushed-token"
    append(tmp_path, [_run(lines=["told hushed-token verbosely", cut], ended="hushed-token")])
    (run,) = read(tmp_path)

    assert run.lines[0] == "told [secret] verbosely"
    assert run.ended == "[secret]"
    assert "hush" not in run.lines[1]
