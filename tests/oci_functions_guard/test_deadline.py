"""Work is left behind when its time is over, and a stuck process is ended."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from oci_functions_guard.examiner import Examiner
from oci_functions_guard.server import NAME
from tests.oci_functions_guard.pack_process import run


class TestDeadline:
    def test_it_ends_at_once_with_a_rule_left_hanging(self, tmp_path: Path) -> None:
        """A rule that hangs keeps no process alive."""
        code = """
            import time
            from oci_functions_guard.deadline import Deadline
            answer = Deadline(0.1).run([lambda: time.sleep(60)])[0]
            print(type(answer.error).__name__)
        """
        began = time.monotonic()

        done = run(code, tmp_path)

        assert done.stdout == "DeadlinePassed\n"
        assert time.monotonic() - began < 20

    def test_a_stuck_interpreter_ends_the_process(self, tmp_path: Path) -> None:
        """A regular expression that backtracks for ever holds every thread up; the process is ended, not
        silent.
        """
        code = """
            import re
            from oci_functions_guard.deadline import Deadline
            Deadline(0.3, stuck=1).run([lambda: re.match("(a+)+$", "a" * 64 + "b")])
            print("never")
        """

        done = run(code, tmp_path)

        assert done.returncode == 1
        assert done.stdout == ""
        assert "Timeout" in done.stderr

    @pytest.mark.parametrize("value", ["0", "-1", "soon", "nan", "601"])
    def test_a_deadline_nobody_meant_stops_the_pack(self, tmp_path: Path, value: str) -> None:
        """A deadline that is no number of seconds in range is an error at the start, in one line."""
        done = run(
            "from oci_functions_guard.start import start; start()",
            tmp_path,
            OCI_GUARD_DEADLINE_SECONDS=value,
        )

        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith(f"{NAME}: OCI_GUARD_DEADLINE_SECONDS must be a number of seconds")
        assert len(done.stderr.splitlines()) == 1

    def test_the_deadline_can_be_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment sets the deadline of every rule."""
        monkeypatch.setenv("OCI_GUARD_DEADLINE_SECONDS", "2.5")

        assert Examiner()._deadline.seconds == 2.5
