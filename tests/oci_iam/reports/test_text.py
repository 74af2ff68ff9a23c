"""The answer as text for a terminal."""

from __future__ import annotations

from tests.oci_iam.conftest import Run, Write
from tests.oci_iam.statements import BROAD, OK


def test_text_names_place_reason_and_what_to_write(run: Run, write: Write) -> None:
    """Text names file and line, code, fragment and remediation of what is refused, and sums up."""
    path = write("a.txt", f"{OK}\n{BROAD}\n")

    lines = run("judge", path)[1].splitlines()

    assert lines[0] == f"{path}:2: over-broad: {BROAD}"
    assert any("[tenancy-wide]" in line for line in lines)
    assert any(line.startswith("    instead: Write `Allow group A to use fn-invocation") for line in lines)
    assert lines[-1] == "2 statements: 1 ok, 1 over-broad"


def test_text_shows_no_control_characters(run: Run, write: Write) -> None:
    """What a statement holds can't move a terminal's cursor or pass for another letter."""
    out = run("judge", write("a.json", ["Allow group A\x1b[2J\u202e to\nuse fn-\u0430pp in tenancy"]))[1]

    assert "Allow group A\\x1b[2J\\u202e to use fn-\\u0430pp in tenancy" in out
    assert out.isascii()


def test_place_is_shown_on_one_line(run: Run, write: Write) -> None:
    """A URN may hold anything; none of it reaches the terminal as it is."""
    urn = "urn:pulumi:a::b::oci:Identity/policy:Policy::x\x1b[31m\ny"
    policy = {"urn": urn, "type": "oci:Identity/policy:Policy", "inputs": {"statements": [BROAD]}}
    state = {"deployment": {"resources": [policy]}}

    status, out, _ = run("judge", "--pulumi-state", write("state.json", state))

    assert status == 1
    assert "\x1b" not in out
    assert out.splitlines()[0].endswith(f"over-broad: {BROAD}")


def test_notes_on_what_concerns_functions_are_shown(run: Run, write: Write) -> None:
    """A note on a statement about functions is shown though it passes; of other services none is."""
    passing = "Allow group A to use fn-invocation in compartment P where target.function.name = 'resize'"
    other = "Allow group A to read no-such-type in tenancy"

    status, out, _ = run("judge", write("s.txt", f"{passing}\n{other}\n"))

    (note,) = [line for line in out.splitlines() if ": note: " in line]
    assert status == 0
    assert "s.txt:1: note: Functions does not supply the variable `target.function.name`" in note
