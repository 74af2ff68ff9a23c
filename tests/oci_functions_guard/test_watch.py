"""Whatever ends the pack's process, one sentence says so; and one that hangs is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from oci_functions_guard.watch import DIED, STOOD_STILL

PACK = Path(__file__).parents[2] / "policy_pack"

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="this system cannot fork: there is no watcher"
)


def watched(code: str, seconds: float = 5) -> subprocess.Popen[str]:
    """A process that is watched, does this, and says on its first line of output that it began."""
    begin = "import os, signal, time\nfrom oci_functions_guard.watch import Watch\n"
    begin += f"watch = Watch.start({seconds})\n"
    process = subprocess.Popen(
        [sys.executable, "-uc", begin + "print('began')\n" + textwrap.dedent(code)],
        env=os.environ | {"PYTHONPATH": str(PACK)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "began\n"
    return process


@pytest.mark.parametrize(
    "code",
    [
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os._exit(3)",
        "os.abort()",
        "import ctypes; ctypes.string_at(0)",
    ],
    ids=["killed", "exits", "aborts", "crashes"],
)
def test_a_process_that_dies(code: str) -> None:
    """However it dies, the watcher says that it did, and is gone too."""
    with watched(code) as process:
        _, said = process.communicate(timeout=20)

    assert said.splitlines()[-1] == DIED


def test_a_process_that_is_stopped_is_ended() -> None:
    """A stopped process does not keep the engine waiting: it is ended, with a sentence."""
    with watched("os.kill(os.getpid(), signal.SIGSTOP)", seconds=2) as process:
        began = time.monotonic()
        _, said = process.communicate(timeout=20)

    assert said == STOOD_STILL.format(seconds=2) + "\n"
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 15


def test_a_process_that_is_busy_for_long_is_left_alone() -> None:
    """Work that lets other threads run is not standing still, however long it takes."""
    with watched("time.sleep(8); watch.done(); print('ended')") as process:
        out, said = process.communicate(timeout=20)

    assert (out, said) == ("ended\n", "")


def test_an_end_the_engine_asked_for_is_not_spoken_of() -> None:
    """After the engine said that it is through, the end of the process is the plan."""
    with watched("watch.done(); os.kill(os.getpid(), signal.SIGTERM)") as process:
        _, said = process.communicate(timeout=20)

    assert said == ""


def test_the_watcher_holds_no_output_open() -> None:
    """The engine reads the pack's output until it ends: the watcher does not keep it open."""
    with watched("os.close(1); time.sleep(3); watch.done()") as process:
        began = time.monotonic()
        assert process.stdout is not None
        process.stdout.read()

        assert time.monotonic() - began < 2


def test_a_pack_that_does_not_start_ends_itself() -> None:
    """A module of the pack that never comes to the end of its import does not keep the engine waiting for the
    port: the process ends with one sentence, and the watcher with it.
    """
    code = """
    import sys, time, types
    from oci_functions_guard import start
    start.LONGEST_START_SECONDS = 1.0

    class Never:
        def find_spec(self, name, path=None, target=None):
            if name == "oci_functions_guard.server":
                time.sleep(60)

    sys.meta_path.insert(0, Never())
    start.start()
    """
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=os.environ | {"PYTHONPATH": str(PACK)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "oci-functions-guard: the policy pack did not start within 1 seconds\n"
    assert time.monotonic() - began < 30
