"""The answer as JSON and JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
OK = f"Allow group A to use fn-invocation in compartment P where target.function.id = '{FUNCTION}'"
BROAD = "Allow group A to use functions-family in tenancy"
OTHER = "Allow group A to read buckets in tenancy"

Run = Callable[..., tuple[int, str, str]]
Write = Callable[[str, Any], str]


def verdicts(run: Run, *arguments: str) -> list[str]:
    """The verdicts in the order of the answer."""
    _, out, _ = run("judge", "--format", "jsonl", *arguments)
    return [json.loads(line)["verdict"] for line in out.splitlines()]


def test_json_lines_keep_fields_and_order(run: Run, write: Write) -> None:
    """JSON Lines are answered in their order, with the given fields first and the answer's added."""
    rows = [{"id": n, "statement": s, "tags": [n]} for n, s in enumerate((BROAD, OK, OTHER))]
    path = write("a.jsonl", "\n".join(map(json.dumps, rows)) + "\n\n")

    status, out, err = run("judge", path, "--format", "jsonl")
    answers = [json.loads(line) for line in out.splitlines()]

    assert (status, err) == (1, "")
    assert [list(row) for row in answers] == [
        ["id", "statement", "tags", "verdict", "findings", "permissions", "notes"]
    ] * 3
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
