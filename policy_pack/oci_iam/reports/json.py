"""Verdicts as a JSON list or as JSON Lines. Decides nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from oci_iam._statement_files import Item
from oci_iam.verdict import Verdict

__all__ = ["as_json", "as_json_lines"]


def as_json_lines(items: Sequence[Item], verdicts: Sequence[Verdict]) -> Iterator[str]:
    """One line a statement, in their order, with the fields that were given and the answer's."""
    for item, verdict in zip(items, verdicts, strict=True):
        yield json.dumps(_row(item, verdict))


def as_json(items: Sequence[Item], verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The same rows as one list."""
    rows = [_row(item, verdict) for item, verdict in zip(items, verdicts, strict=True)]
    yield json.dumps(rows, indent=2)


def _row(item: Item, verdict: Verdict) -> dict[str, Any]:
    return item.fields | {
        "verdict": verdict.verdict,
        "findings": [asdict(finding) for finding in verdict.findings],
        "permissions": sorted(verdict.permissions),
        "notes": list(verdict.notes),
    }
