"""Assessments as a JSON list, as JSON Lines, or as one report. Decides nothing.

`report.schema.json` beside this module says what each of them holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from oci_iam.assessment import Assessment, advice_on
from oci_iam.combinations import SetFinding
from oci_iam.comparison import NewAccess
from oci_iam.items import Place

__all__ = ["access_row", "as_json", "as_json_lines", "as_report", "row"]


def as_json_lines(assessments: Sequence[Assessment]) -> Iterator[str]:
    """One line a statement, in their order, with the fields that were given and the answer's."""
    for assessment in assessments:
        yield json.dumps(row(assessment))


def as_json(assessments: Sequence[Assessment]) -> Iterator[str]:
    """The same rows as one list."""
    yield json.dumps([row(assessment) for assessment in assessments], indent=2)


def as_report(assessments: Sequence[Assessment], sets: Sequence[SetFinding], version: str) -> Iterator[str]:
    """The same rows with what is said of them together: findings about sets, and the version that says so."""
    rows = [row(assessment) for assessment in assessments]
    found = [asdict(finding) for finding in sets]
    yield json.dumps({"version": version, "statements": rows, "sets": found}, indent=2)


def row(assessment: Assessment) -> dict[str, Any]:
    """The answer for one statement: the fields that were given with it first."""
    verdict, advice = assessment.verdict, advice_on(assessment)
    return assessment.item.fields | {
        "verdict": verdict.verdict,
        "findings": [asdict(finding) for finding in verdict.findings],
        "permissions": sorted(verdict.permissions),
        "notes": list(verdict.notes),
        "workload": assessment.workload,
        "workload_findings": [asdict(finding) for finding in assessment.workload_findings],
        "advice": [list(statements) for statements in advice.alternatives],
        "missing": list(advice.missing),
        "place": _place(assessment.item.place),
    }


def access_row(access: NewAccess, place: Place | None) -> dict[str, Any]:
    """One thing somebody may do now."""
    return asdict(access) | {"place": None if place is None else _place(place)}


def _place(place: Place) -> dict[str, Any]:
    """Only what is known of it."""
    return {
        key: value
        for key, value in (("file", place.file), ("line", place.line), ("address", place.address))
        if value
    }
