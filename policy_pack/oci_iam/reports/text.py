"""Verdicts and findings about sets as text for a terminal. Decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import get_args

from oci_iam._statement_files import Item
from oci_iam.combinations import SetFinding
from oci_iam.verdict import Verdict, VerdictName

__all__ = ["as_text", "one_line", "set_findings_as_text"]


def as_text(items: Sequence[Item], verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What is refused, with the reasons and what to write instead, notes on what concerns functions, and a
    line that sums up."""
    for item, verdict in zip(items, verdicts, strict=True):
        if verdict.refused:
            yield f"{one_line(item.place)}: {verdict.verdict}: {one_line(item.text) or '(no statement)'}"
            for finding in verdict.findings:
                yield f"    {one_line(finding.message)} [{finding.code}]"
                yield f"    at:      {one_line(finding.fragment)}"
                yield f"    instead: {one_line(finding.remediation)}"
        if verdict.verdict != "unrelated":
            yield from (f"{one_line(item.place)}: note: {one_line(note)}" for note in verdict.notes)
    counts = Counter(verdict.verdict for verdict in verdicts)
    said = ", ".join(f"{counts[name]} {name}" for name in get_args(VerdictName) if counts[name])
    yield f"{len(items)} statement{'s' * (len(items) != 1)}{': ' if said else ''}{said}"


def set_findings_as_text(findings: Sequence[SetFinding]) -> Iterator[str]:
    """What statements add up to. It refuses nothing here."""
    for finding in findings:
        yield f"together: {one_line(finding.message)} [{finding.code}]"
        for contribution in finding.contributions:
            yield f"    {one_line(contribution.source)}: {one_line(contribution.text)}"
        yield f"    instead: {one_line(finding.remediation)}"


def one_line(text: str) -> str:
    """A text on one line that a terminal shows as it is: white space folded, unprintables escaped."""
    folded = " ".join(text.split())
    return "".join(
        c if c.isascii() and c.isprintable() else c.encode("unicode_escape").decode() for c in folded
    )
