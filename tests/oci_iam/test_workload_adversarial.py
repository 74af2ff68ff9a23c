"""Statements written to slip past the workload judge, and narrow ones (``workload_adversarial.jsonl``).

Each was thought through against the design before it was run. Rows of one group say the same in other words,
or are wrong for the same reason.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from oci_iam.workload import judge_workload

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "workload_adversarial.jsonl").read_text("ascii").splitlines()
]


@pytest.mark.parametrize("row", ROWS, ids=range(1, len(ROWS) + 1))
def test_verdict(row: dict[str, Any]) -> None:
    """A statement gets its verdict, and findings exactly where something is to be written otherwise."""
    judged = judge_workload(row["statement"])

    assert row["verdict"] == judged.verdict, (row["statement"], row["why"], judged.findings)
    assert bool(judged.findings) == (row["verdict"] not in ("ok", "none"))
    assert all(each.message and each.remediation for each in judged.findings)


def test_groups_agree() -> None:
    """Rows of one group have one verdict."""
    verdicts: dict[str, set[str]] = defaultdict(set)
    for row in ROWS:
        if "group" in row:
            verdicts[row["group"]].add(judge_workload(row["statement"]).verdict)

    assert len(verdicts) >= 6
    assert all(len(found) == 1 for found in verdicts.values())


def test_there_are_many_of_each() -> None:
    """The file was found, its statements differ, and it holds every verdict often."""
    assert len({row["statement"] for row in ROWS}) == len(ROWS)
    assert min(Counter(row["verdict"] for row in ROWS).values()) >= 25
