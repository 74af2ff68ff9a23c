"""What becomes of a command's output when nobody reads it, or nobody can."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.environment import ROOT

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full to write to")

SHOW = """
import sys
from sandbox import console

console.set_up()
console.say("a message")
try:
    console.show("a result" * 10_000)
    console.settle()
except console.OutputFault as error:
    console.say(str(error))
    sys.exit(1)
sys.exit(7)
"""

SHORT = SHOW.replace(" * 10_000", "")

# A child that writes more than a pipe holds, and says on stderr that it came to its end.
RELAYED = """
import subprocess, sys
from sandbox import console

child = "import sys; [print('line', n, flush=True) for n in range(20_000)]; print('end', file=sys.stderr)"
try:
    with console.relayed() as streams:
        status = subprocess.Popen([sys.executable, "-c", child], **streams).wait()
except console.OutputFault as error:
    console.say(str(error))
    sys.exit(1)
sys.exit(status)
"""


# Output is buffered, as it is for a user, whatever whoever runs the tests has set.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def _run(program: str, stdout: int, stderr: int | None = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=BUFFERED,
        stdout=stdout,
        stderr=stderr,
        text=True,
        check=False,
    )


def _closed_pipe() -> int:
    """The writing end of a pipe that nobody reads."""
    read, write = os.pipe()
    os.close(read)
    return write


@pytest.mark.parametrize("program", [SHOW, SHORT, RELAYED], ids=["long", "short", "a child's"])
def test_a_reader_that_goes_away_changes_nothing(program: str) -> None:
    """The command and its child go on to their ends, with their own status and no word of it."""
    write = _closed_pipe()
    ran = _run(program, write)
    os.close(write)

    expected = (0, "end\n") if program is RELAYED else (7, "a message\n")
    assert (ran.returncode, ran.stderr) == expected


@needs_full
@pytest.mark.parametrize("program", [SHOW, SHORT, RELAYED], ids=["long", "short", "a child's"])
def test_output_that_is_lost_is_said(program: str) -> None:
    """One line and status 1, no traceback; the child came to its end all the same."""
    with FULL.open("w") as full:
        ran = _run(program, full.fileno())

    said = "end\n" if program is RELAYED else "a message\n"
    assert (ran.returncode, ran.stderr) == (1, f"{said}standard output: No space left on device\n")


@needs_full
def test_messages_that_nobody_can_read_are_dropped() -> None:
    """The status tells; there is nowhere to complain."""
    with FULL.open("w") as full:
        ran = _run(SHOW, subprocess.PIPE, full.fileno())

    assert ran.returncode == 7
    assert ran.stdout.startswith("a result")


def test_closed_before_the_command_began() -> None:
    """`>&- 2>&-`: nothing is written, and nothing breaks."""
    ran = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" -c "$0" >&- 2>&-', SHOW], cwd=ROOT, check=False
    )

    assert ran.returncode == 7


def test_both_streams_into_one_keep_their_order(tmp_path: Path) -> None:
    """`> log 2>&1`: what the child says on one and then on the other stands in that order."""
    child = "import sys\nfor _ in range(300): print('o', flush=True); print('e', file=sys.stderr)"
    program = RELAYED.replace(RELAYED.splitlines()[4], f"child = {child!r}")
    log = tmp_path / "log"
    with log.open("w") as file:
        ran = _run(program, file.fileno(), file.fileno())

    assert ran.returncode == 0
    assert log.read_text() == "o\ne\n" * 300


def test_the_childs_output_outlives_the_command(tmp_path: Path) -> None:
    """When the command alone is killed, its child writes on undisturbed."""
    program = RELAYED.replace("range(20_000)]", "range(20) if not __import__('time').sleep(0.05)]")
    log = tmp_path / "log"
    with log.open("w") as file:
        command = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=file, stderr=file)
        deadline = time.monotonic() + 20
        while not log.read_text() and time.monotonic() < deadline:
            time.sleep(0.02)
        command.kill()
        command.wait()
    while not log.read_text().endswith("end\n") and time.monotonic() < deadline:
        time.sleep(0.05)

    assert log.read_text().endswith("line 19\nend\n")


def test_what_the_terminal_cannot_show_is_escaped() -> None:
    """A dash or an arrow is no reason to end, where the encoding has none."""
    ran = subprocess.run(
        [sys.executable, "-c", SHOW.replace("a result", "→")],
        cwd=ROOT,
        env={**BUFFERED, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 7
    assert ran.stdout.startswith("\\u2192")
