"""The answer as JSON and JSON Lines."""

from __future__ import annotations

import json

from tests.oci_iam.conftest import Run, Write, verdicts
from tests.oci_iam.statements import BROAD, OK, OTHER


def test_json_lines_keep_fields_and_order(run: Run, write: Write) -> None:
    """JSON Lines are answered in their order, with the given fields first and the answer's added."""
    rows = [{"id": n, "statement": s, "tags": [n]} for n, s in enumerate((BROAD, OK, OTHER))]
    path = write("a.jsonl", "\n".join(map(json.dumps, rows)) + "\n\n")

    status, out, err = run("judge", path, "--format", "jsonl")
    answers = [json.loads(line) for line in out.splitlines()]

    assert (status, err) == (1, "")
    given = ["id", "statement", "tags"]
    added = ["verdict", "findings", "permissions", "notes"]
    added += ["workload", "workload_findings", "advice", "missing", "place"]
    assert [list(row) for row in answers] == [[*given, *added]] * 3
    assert [{key: row[key] for key in ("id", "statement", "tags")} for row in answers] == rows
    assert [row["permissions"] for row in answers][1] == ["FN_INVOCATION"]
    assert {"code", "message", "fragment", "remediation"} == set(answers[0]["findings"][0])
    assert answers[1]["findings"] == []


def test_the_answer_outweighs_a_given_verdict(run: Run, write: Write) -> None:
    """A row that carries a verdict of its own is answered with the one found here."""
    path = write("a.jsonl", json.dumps({"statement": BROAD, "verdict": "ok", "findings": []}))

    assert verdicts(run, path) == ["over-broad"]


def test_json_is_one_list(run: Run, write: Write) -> None:
    """JSON answers hold the rows of all files as one list."""
    out = run("judge", "--format", "json", write("a.txt", OK), write("b.txt", BROAD))[1]

    assert [row["verdict"] for row in json.loads(out)] == ["ok", "over-broad"]


def test_lone_surrogates_are_answered(run: Run, write: Write) -> None:
    """A text that is no valid Unicode is refused and printed, in every form."""
    path = write("a.json", '["Allow group \\ud800 to use fn-app in tenancy"]')

    assert [run("judge", path, "--format", form)[0] for form in ("text", "json", "jsonl")] == [1, 1, 1]
