"""The judge against public statements, labelled by hand. They lie beside the repository and are only read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from oci_iam import judge

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"PUBLIC STATEMENTS NOT FOUND: {CORPUS} is missing, nothing was compared"
)

# Line of labelled.jsonl, 12 first hex digits of the statement's SHA-256: (the verdict here, why it differs).
# A label says what the author of a statement meant; a gate can only go by what is written.
DIFFERS: dict[tuple[int, str], tuple[str, str]] = {
    (25, "07085007b339"): (
        "over-broad",
        "a pattern confines nothing; that target.user.name is missing here is documented nowhere",
    ),
    (57, "de1a80d2eecc"): ("unjudgeable", "`view` is no verb"),
    (142, "1604f72e50d7"): ("unjudgeable", "the subject lacks its keyword; refused all the same"),
    (143, "53cf7ff986f3"): ("unjudgeable", "the subject lacks its keyword; refused all the same"),
    (161, "e08de2129b63"): ("over-broad", "the compartment's OCID is cut short with dots, a placeholder"),
    (162, "4db786a937c1"): ("over-broad", "the compartment's OCID is cut short with dots, a placeholder"),
    (200, "e1c0eb563444"): ("unjudgeable", "the resource-type is misspelt; refused all the same"),
}


def rows(name: str) -> list[dict[str, Any]]:
    if not CORPUS.is_dir():
        return []
    return [json.loads(line) for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()]


LABELLED = [pytest.param(number, row, id=str(number)) for number, row in enumerate(rows("labelled.jsonl"), 1)]


def key(number: int, statement: str) -> tuple[int, str]:
    return number, hashlib.sha256(statement.encode()).hexdigest()[:12]


@needs_corpus
@pytest.mark.parametrize(("number", "row"), LABELLED)
def test_labelled_statement(number: int, row: dict[str, Any]) -> None:
    """Each labelled statement gets its label, or the verdict and reason written down here."""
    expected, _ = DIFFERS.get(key(number, row["statement"]), (row["verdict"], ""))

    assert expected == judge(row["statement"]).verdict


@needs_corpus
def test_no_difference_is_stale() -> None:
    """Each entry of the table is about a statement that is there and whose label really differs."""
    labels = {key(n, row["statement"]): row["verdict"] for n, row in enumerate(rows("labelled.jsonl"), 1)}

    stale = [entry for entry, (verdict, _) in DIFFERS.items() if labels.get(entry) in (None, verdict)]

    assert not stale


@needs_corpus
def test_only_debatable_labels_differ() -> None:
    """A label nobody doubts is contradicted nowhere."""
    debatable = {n for n, row in enumerate(rows("labelled.jsonl"), 1) if row.get("debatable")}

    assert not {n for n, _ in DIFFERS} - debatable


@needs_corpus
def test_every_public_statement_gets_a_verdict() -> None:
    """None of the public statements raises, and each refusal says why."""
    verdicts = [judge(row["statement"]) for row in rows("statements.jsonl")]

    assert not [verdict for verdict in verdicts if verdict.refused != bool(verdict.findings)]
