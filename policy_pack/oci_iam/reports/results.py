"""What the formats for other tools report of assessments, sets and new access, one result each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from oci_iam.assessment import Assessment, advice_on
from oci_iam.baseline import meaning
from oci_iam.combinations import SetFinding
from oci_iam.comparison import NewAccess
from oci_iam.items import Item, Place
from oci_iam.reports.sarif import Result

__all__ = ["access_results", "results", "set_results"]


def results(assessments: Iterable[Assessment], *, against_baseline: bool) -> Iterator[Result]:
    """One for each finding: an error where it refuses, a warning where it is about a workload."""
    for one in assessments:
        advice = advice_on(one).alternatives
        leveled = [("error", finding) for finding in one.verdict.findings]
        leveled += [("warning", finding) for finding in one.workload_findings]
        for level, finding in leveled:
            yield Result(
                finding.code,
                level,
                finding.message,
                one.item.text,
                one.item.place,
                _fingerprint(finding.code, meaning(one.item.text), one.item.place.address),
                finding.remediation,
                advice,
                ("unchanged" if one.is_known else "new") if against_baseline else "",
            )


def set_results(findings: Iterable[SetFinding], items: Sequence[Item]) -> Iterator[Result]:
    """One for each finding about a set, at the statement that comes last in it."""
    for finding in findings:
        last = finding.contributions[-1] if finding.contributions else None
        text = last.text if last else ""
        place = _place_of(text, items)
        said = "; ".join(map(str, finding.contributions))
        key = _fingerprint(
            finding.code, finding.subject, *sorted(part.text for part in finding.contributions)
        )
        yield Result(
            finding.code, "note", f"{finding.message} ({said})", text, place, key, finding.remediation
        )


def access_results(found: Iterable[tuple[NewAccess, Place | None]]) -> Iterator[Result]:
    """One for each new access."""
    for access, place in found:
        key = _fingerprint("new-access", access.subject, access.permission, access.scope, access.condition)
        yield Result("new-access", "error", str(access), access.statement, place, key)


def _place_of(text: str, items: Sequence[Item]) -> Place | None:
    folded = " ".join(text.split())
    return next((one.place for one in items if " ".join((one.readable or one.text).split()) == folded), None)


def _fingerprint(*said: str) -> str:
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]
