"""Statements written to slip past the judge, and narrow ones it must not refuse (``adversarial.jsonl``).

Each was thought through against the rules before it was run. The refused ones look narrow, harmless or
malformed in a way that some reader of OCI's language lets through; those that pass look suspicious.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oci_iam import judge

ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "adversarial.jsonl").read_text("ascii").splitlines()
]
REFUSED = [row["statement"] for row in ROWS if row["refused"]]
PASSED = [row["statement"] for row in ROWS if not row["refused"]]


@pytest.mark.parametrize("statement", REFUSED)
def test_refused(statement: str) -> None:
    """A grant that is too broad, or a text that cannot be read with certainty, does not pass."""
    verdict = judge(statement)

    assert verdict.refused
    assert verdict.findings


@pytest.mark.parametrize("statement", PASSED)
def test_passed(statement: str) -> None:
    """A least-privilege grant, or a statement that reaches no function, is not refused."""
    verdict = judge(statement)

    assert not verdict.findings
    assert not verdict.refused


def test_there_are_many_of_both() -> None:
    """The file was found and holds both kinds."""
    assert len(REFUSED) >= 150
    assert len(PASSED) >= 70
