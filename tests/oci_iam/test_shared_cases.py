"""File forms and comparisons that went wrong in people's real work. They lie beside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oci_functions_guard.command import main
from tests.oci_iam.conftest import Run

CASES = Path(__file__).parents[3] / "shared" / "cases" / "29-diff-and-file-forms"

pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason=f"CASES NOT FOUND: {CASES} is missing, nothing was tried"
)


def test_the_answer_of_the_command_line_interface_is_read(run: Run) -> None:
    """A policy list is judged as one, not refused for what it lacks."""
    (row,) = json.loads(run("judge", str(CASES / "list.json"), "--format", "json")[1])

    assert (row["verdict"], row["place"]["address"]) == ("over-broad", "p")


def test_terraform_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """One statement, not one a line."""
    assert main(["judge", str(CASES / "p.tf"), "--format", "json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)

    assert (row["verdict"], row["place"]["address"]) == ("over-broad", "oci_identity_policy.p")


@pytest.mark.parametrize("new", ["n1.txt", "n2.txt", "n3.txt"])
def test_the_function_that_is_new_is_named(run: Run, new: str) -> None:
    """Of a disjunction the branch that was there before is not listed."""
    status, out, _ = run("diff", str(CASES / "o1.txt"), str(CASES / new), "--format", "json")
    (access,) = json.loads(out)

    assert status == 1
    assert "iad.bbbb" in access["condition"]
    assert "iad.aaaa" not in access["condition"]


def test_merged_statements_are_no_gain(run: Run) -> None:
    """Two statements written as one give nothing new."""
    assert run("diff", str(CASES / "o2.txt"), str(CASES / "n4.txt")) == (0, "", "")


def test_only_what_is_new_is_listed(run: Run) -> None:
    """A whole change: another spelling is none, another function and another principal are."""
    rows = json.loads(run("diff", str(CASES / "old.txt"), str(CASES / "new.txt"), "--format", "json")[1])

    assert {row["place"]["line"] for row in rows} == {1, 2}
