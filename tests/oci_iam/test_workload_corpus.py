"""The workload judge against public statements, labelled by hand. They lie beside the repository."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from oci_iam.workload import judge_workload

FILE = Path(__file__).parents[3] / "shared" / "corpus" / "workload_labelled.jsonl"

needs_file = pytest.mark.skipif(
    not FILE.is_file(), reason=f"PUBLIC STATEMENTS NOT FOUND: {FILE} is missing, nothing was compared"
)

# 12 first hex digits of the statement's SHA-256: (the verdict here, why it differs). Only for labels that
# are marked as debatable.
DIFFERS: dict[str, tuple[str, str]] = {
    "1c6e6c1212a3": (
        "ok",
        "metric values are not part of D (design, section 2)",
    ),
    "daf96b6c9b45": (
        "ok",
        "the type is in the catalogue, from public policies, without a variable",
    ),
    "97fb9e7bd745": (
        "over-broad",
        "a type that is not known counts as part of D",
    ),
    "4c253c28d755": (
        "ok",
        "metric values are not part of D",
    ),
    "b9da4d012c5b": (
        "ok",
        "metric values are not part of D",
    ),
    "b829dc6e1c1b": (
        "unscoped",
        "a type that is not known is never unjudgeable for that reason",
    ),
    "9f2e788d91bc": (
        "unscoped",
        "a kind of bundle names no certificate",
    ),
}


def rows() -> list[dict[str, Any]]:
    if not FILE.is_file():
        return []
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def key(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()[:12]


ROWS = rows()


@needs_file
@pytest.mark.parametrize("row", ROWS, ids=range(1, len(ROWS) + 1))
def test_label(row: dict[str, Any]) -> None:
    """A statement is judged as labelled, or the table says why not; a label of `ok` includes `none`."""
    judged = judge_workload(row["statement"]).verdict
    expected = DIFFERS.get(key(row["statement"]), (row["verdict"], ""))[0]

    assert expected == ("ok" if judged == "none" else judged)


@needs_file
def test_only_debatable_labels_differ() -> None:
    """The table lists labels that are debatable and do differ, and nothing else."""
    debatable = {key(row["statement"]): row["verdict"] for row in ROWS if row["debatable"]}

    assert all(debatable[found] != verdict for found, (verdict, _) in DIFFERS.items())
    assert all(reason for _, reason in DIFFERS.values())
