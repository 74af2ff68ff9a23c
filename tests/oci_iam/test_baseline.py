"""Only what is new fails: earlier reports as a baseline."""

from __future__ import annotations

import json

import pytest

from tests.oci_iam.conftest import Run, Write
from tests.oci_iam.statements import BROAD, BROKEN, OK, OTHER

WORKLOAD = "Allow dynamic-group D to manage object-family in tenancy"


def baseline(run: Run, write: Write, statements: list[str], form: str = "json") -> str:
    """A baseline of these statements."""
    return write("base.json", run("judge", write("old.json", statements), "--format", form)[1])


@pytest.mark.parametrize("form", ["json", "jsonl", "report"])
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([BROAD], 0),
        ([OK, OTHER, BROAD], 0),
        ([BROAD.replace("Allow group", "ALLOW   group")], 0),
        ([OK], 0),
        ([BROAD, BROAD], 1),
        ([BROAD, BROKEN], 1),
        ([BROAD.replace("group A", "group B")], 1),
        ([BROAD.replace("use", "manage")], 1),
        (["Allow group A to use functions-family in compartment P"], 1),
    ],
)
def test_only_what_is_new_fails(run: Run, write: Write, form: str, now: list[str], expected: int) -> None:
    """A statement is known by its meaning and the rule, once for each time it was there; not by its place."""
    known = baseline(run, write, [BROAD], form)

    assert run("judge", write("now.json", now), "--baseline", known)[0] == expected


def test_a_new_finding_on_a_known_statement_fails(run: Run, write: Write) -> None:
    """What was accepted for one reason is not accepted for another."""
    rows = json.loads(run("judge", write("old.json", [BROAD]), "--format", "json")[1])
    rows[0]["findings"] = rows[0]["findings"][:1]

    assert len(rows[0]["findings"]) == 1
    assert run("judge", write("now.json", [BROAD]), "--baseline", write("base.json", rows))[0] == 1


def test_what_is_known_is_said(run: Run, write: Write) -> None:
    """It is shown as known, and left out with --quiet."""
    known = baseline(run, write, [BROAD])
    now = write("now.json", [BROAD, BROKEN])

    out = run("judge", now, "--baseline", known)[1]
    quiet = run("judge", now, "--baseline", known, "--quiet")[1]

    assert f": over-broad (in the baseline): {BROAD}" in out
    assert "1 in the baseline" in out
    assert BROAD not in quiet
    assert BROKEN in quiet


def test_hidden_statements_are_known_by_their_place(run: Run, write: Write) -> None:
    """Without a text there is only the resource; that of another one is new."""

    def state(name: str) -> str:
        policy = {"urn": name, "type": "oci:Identity/policy:Policy", "inputs": {"statements": ["[secret]"]}}
        return write(f"{name}.json", {"deployment": {"resources": [policy]}})

    known = write("base.json", run("judge", state("p"), "--format", "json")[1])

    assert run("judge", state("p"), "--baseline", known)[0] == 0
    assert run("judge", state("q"), "--baseline", known)[0] == 1


@pytest.mark.parametrize("content", ["", "{", "[3]", '[{"statement": "x"}]', '{"a": 1}', '"x"'])
def test_what_is_no_baseline(run: Run, write: Write, content: str) -> None:
    """A wrong file accepts nothing: it is one line and status 2."""
    if content == "":
        content = "\ufeff{"
    status, out, err = run("judge", write("a.txt", BROAD), "--baseline", write("base.json", content))

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "base.json" in err


def test_workload_findings_fail_only_when_asked_for(run: Run, write: Write) -> None:
    """By themselves they change no exit status; with --fail-on workload they do, unless known."""
    path = write("a.txt", WORKLOAD)
    known = baseline(run, write, [WORKLOAD])

    assert run("judge", path)[0] == 0
    assert run("judge", path, "--fail-on", "workload")[0] == 1
    assert run("judge", path, "--fail-on", "workload", "--baseline", known)[0] == 0
    assert "workload over-broad" in run("judge", path)[1]


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "sarif", "markdown", "github"])
def test_quiet_shows_only_what_fails(run: Run, write: Write, form: str) -> None:
    """In every form; where nothing fails, text says nothing at all."""
    status, out, _ = run("judge", write("a.json", [OK, OTHER, WORKLOAD]), "--quiet", "--format", form)

    assert status == 0
    assert "object-family" not in out
    assert out == "" if form in ("text", "jsonl", "github") else out
