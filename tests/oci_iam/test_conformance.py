"""The conformance corpus: statements written for this project, each with the verdict the design gives it.

`conformance.jsonl` is data other tools may use too. A row is

    statement    the text
    verdict      ok | over-broad | unjudgeable | unrelated
    reason       why, in a few words
    permissions  which of the seven functions permissions it can yield
    group        optional: rows of one group say the same in different words
    defines      optional: `Define` statements of the same policy
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

import oci_iam

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "conformance.jsonl").read_text("ascii").splitlines()
]
FUNCTIONS_PERMISSIONS = {
    "FN_INVOCATION",
    *(f"FN_{kind}_{act}" for kind in ("FUNCTION", "APP") for act in ("CREATE", "UPDATE", "DELETE")),
}
VERDICTS = ("ok", "over-broad", "unjudgeable", "unrelated")


def judged(row: dict[str, Any]) -> oci_iam.Verdict:
    """Judges a row's statement together with the `Define` statements of its policy."""
    return oci_iam.judge_policy([*row.get("defines", ()), row["statement"]])[-1]


def test_corpus_is_whole() -> None:
    """The corpus holds 300 or more different statements, and every verdict often."""
    statements = {(row["statement"], *row.get("defines", ())) for row in ROWS}

    assert len(ROWS) == len(statements) >= 300
    assert all(sum(row["verdict"] == verdict for row in ROWS) >= 40 for verdict in VERDICTS)
    assert all(set(row["permissions"]) <= FUNCTIONS_PERMISSIONS for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=range(1, len(ROWS) + 1))
def test_verdict(row: dict[str, Any]) -> None:
    """A statement gets its verdict, and yields exactly the functions permissions it should."""
    verdict = judged(row)

    assert (row["verdict"], row["permissions"]) == (
        verdict.verdict,
        sorted(verdict.permissions & FUNCTIONS_PERMISSIONS),
    ), (row["statement"], row["reason"])


@pytest.mark.parametrize("row", ROWS, ids=range(1, len(ROWS) + 1))
def test_refused_means_explained(row: dict[str, Any]) -> None:
    """What is refused has a finding with a remediation; what is not refused has none."""
    verdict = judged(row)

    assert (row["verdict"] in {"over-broad", "unjudgeable"}) == verdict.refused == bool(verdict.findings)
    assert all(finding.message and finding.remediation for finding in verdict.findings)


def test_groups_agree() -> None:
    """Members of an equivalence group get one verdict, one set of permissions and the same finding codes."""
    answers: dict[str, set[Any]] = defaultdict(set)
    for row in ROWS:
        if "group" in row:
            verdict = judged(row)
            codes = frozenset(finding.code for finding in verdict.findings)
            answers[row["group"]].add((verdict.verdict, verdict.permissions, codes))

    assert len(answers) >= 10
    assert dict.fromkeys(answers, 1) == {group: len(seen) for group, seen in answers.items()}
