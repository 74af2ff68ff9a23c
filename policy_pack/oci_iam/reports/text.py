"""Assessments, findings about sets and new access as text for a terminal of 80 columns. Decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import get_args

from oci_iam.advice import Advice
from oci_iam.assessment import Assessment, advice_on
from oci_iam.combinations import SetFinding
from oci_iam.verdict import Finding, VerdictName

__all__ = ["as_text", "one_line", "set_findings_as_text", "summary"]

_WIDTH = 80


def as_text(assessments: Sequence[Assessment]) -> Iterator[str]:
    """What is refused, with the reasons and what to write instead, what a workload may do too much, and notes
    on what concerns functions."""
    for one in assessments:
        verdict, place = one.verdict, one_line(str(one.item.place))
        known = " (in the baseline)" if one.is_known else ""
        statement = one_line(one.item.text) or "(no statement)"
        if verdict.refused:
            yield f"{place}: {verdict.verdict}{known}: {statement}"
            yield from _findings(verdict.findings)
        if one.workload_findings:
            yield f"{place}: workload {one.workload}{known}: {statement}"
            yield from _findings(one.workload_findings)
        if one.findings:
            yield from _advice(advice_on(one))
        if verdict.verdict != "unrelated" or one.workload_findings:
            for note in verdict.notes:
                yield f"{place}: note: {one_line(note)}"


def summary(assessments: Sequence[Assessment]) -> str:
    """How many there are of each verdict."""
    counts = Counter(one.verdict.verdict for one in assessments)
    said = [f"{counts[name]} {name}" for name in get_args(VerdictName) if counts[name]]
    workloads = sum(bool(one.workload_findings) for one in assessments)
    if workloads:
        said.append(f"{workloads} with more than a workload should have")
    known = sum(one.is_known for one in assessments)
    if known:
        said.append(f"{known} in the baseline")
    count = len(assessments)
    return f"{count} statement{'s' * (count != 1)}{': ' if said else ''}{', '.join(said)}"


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        yield from _wrapped("", f"{one_line(finding.message)} [{finding.code}]")
        yield from _wrapped("at:      ", one_line(finding.fragment))
        yield from _wrapped("instead: ", one_line(finding.remediation))


def _advice(advice: Advice) -> Iterator[str]:
    for missing in advice.missing:
        yield from _wrapped("missing: ", one_line(missing))
    for statements in advice.alternatives:
        for number, statement in enumerate(statements):
            yield from _wrapped("         " if number else "write:   ", one_line(statement))


def _wrapped(label: str, text: str) -> list[str]:
    """The text in lines of the terminal's width, below its label; a word stays whole."""
    first = "    " + label
    return wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def set_findings_as_text(findings: Iterable[SetFinding]) -> Iterator[str]:
    """What statements add up to. It refuses nothing here."""
    for finding in findings:
        yield f"together: {one_line(finding.message)} [{finding.code}]"
        for contribution in finding.contributions:
            yield f"    {one_line(str(contribution))}"
        yield from _wrapped("instead: ", one_line(finding.remediation))


def one_line(text: str) -> str:
    """A text on one line that a terminal shows as it is: white space folded, unprintables escaped."""
    folded = " ".join(text.split())
    return "".join(
        c if c.isascii() and c.isprintable() else c.encode("unicode_escape").decode() for c in folded
    )
