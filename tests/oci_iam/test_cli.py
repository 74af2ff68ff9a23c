"""The command `oci-iam`: how it ends, explains and compares, and how it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from oci_iam.cli import main
from tests.oci_iam.conftest import Run, Write
from tests.oci_iam.statements import BROAD, BROKEN, OK, OTHER


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((), 2),
        ((OK, OTHER), 0),
        ((OK, BROAD), 1),
        ((BROKEN, OTHER), 1),
        (("Deny any-user to use fn-app in tenancy",), 0),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_exit_status(run: Run, write: Write, statements: tuple[str, ...], expected: int, form: str) -> None:
    """0 means nothing to refuse, 1 something, 2 nothing to judge; the form of the answer is no matter."""
    assert run("judge", write("a.json", statements), "--format", form)[0] == expected


def test_wrong_usage_is_exit_status_two() -> None:
    """An unknown command or option ends with exit status 2."""
    for arguments in ((), ("judg",), ("judge", "--fromat", "x", "y"), ("judge", "--format", "xml", "y")):
        with pytest.raises(SystemExit) as stop:
            main(arguments)

        assert stop.value.code == 2


def test_explain(run: Run) -> None:
    """`explain` draws the statement; its exit status is the verdict's."""
    assert [run("explain", statement)[0] for statement in (OK, BROAD, BROKEN)] == [0, 1, 1]
    assert "^" in run("explain", BROKEN)[1]


def test_diff(run: Run, write: Write) -> None:
    """`diff` lists new access only, and ends with 1 when there is some."""
    old = write("old.txt", f"{OK}\n{OTHER}\n")
    same = write("same.json", [OTHER.upper().replace("GROUP A", "group A"), OK.replace("=", " =  ")])
    more = write("more.txt", f"{OTHER}\n{BROAD}\n")

    assert run("diff", old, same) == (0, "", "")
    status, out, _ = run("diff", old, more)
    assert status == 1
    assert "group default/a gains FN_INVOCATION in the tenancy" in out


def process(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Runs `python -m oci_iam` with the standard library only."""
    folder = Path(__file__).parents[2] / "policy_pack"
    return subprocess.run(
        [sys.executable, "-S", "-m", "oci_iam", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )


def test_runs_as_a_module_on_the_standard_library() -> None:
    """`python -m oci_iam` is the command, and needs nothing installed."""
    done = process("judge", "-", stdin=BROAD.encode())

    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b"<stdin>:1: over-broad: ")


def test_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    """A reader that stops reading ends the command without a word."""
    path = tmp_path / "many.txt"
    path.write_text(f"{BROAD}\n" * 5000)
    folder = Path(__file__).parents[2] / "policy_pack"
    with subprocess.Popen(
        [sys.executable, "-m", "oci_iam", "judge", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(folder)},
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()

        assert running.stderr.read() == b""
        assert running.wait() == 2


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("judge - <&-", "<stdin>: no standard input"),
        ("judge many.txt >&-", "no standard output to write to"),
        ("judge many.txt >/dev/full", "cannot write the output: "),
        ("explain 'Allow' >/dev/full", "cannot write the output: "),
        ("--version >/dev/full", "cannot write the output: "),
        ("judge --pulumi-state digits.json", "digits.json:1: not valid JSON: "),
        ("diff digits.json many.txt", "digits.json:1: not valid JSON: "),
    ],
)
def test_no_input_or_output_ends_in_a_traceback(tmp_path: Path, command: str, said: str) -> None:
    """Streams that are closed or full, and numbers no program would read, are one line and status 2."""
    (tmp_path / "many.txt").write_text(f"{OTHER}\n")
    (tmp_path / "digits.json").write_text(f'{{"a": {"9" * 5000}}}')
    folder = Path(__file__).parents[2] / "policy_pack"
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m oci_iam {command}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith(f"oci-iam: {said}")
    assert len(done.stderr.splitlines()) == 1
