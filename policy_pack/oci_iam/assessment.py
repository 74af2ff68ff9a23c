"""What is said of each statement of an input: the verdict, what it means for a workload, and advice.

Joins what several modules answer; judges nothing itself, except that a text with unknowns is as bad as the
worst of its readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from oci_iam.advice import Advice, advise
from oci_iam.items import Item
from oci_iam.judge import judge_policy
from oci_iam.unknowns import Parts, Reading, read_parts, written
from oci_iam.verdict import Context, Finding, Verdict
from oci_iam.workload import WorkloadVerdict, judge_workload_policy

__all__ = ["Assessment", "advice_on", "assess"]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer for one item. ``workload`` is the verdict's name, ``notes`` are those of both verdicts.

    ``is_known`` marks one of which nothing is new against a baseline. ``siblings`` are the texts of the
    item's policy, whose aliases count for it.
    """

    item: Item
    verdict: Verdict
    workload: str
    workload_findings: tuple[Finding, ...]
    reading: Reading | None = None
    siblings: tuple[str, ...] = ()
    is_known: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of both verdicts, those that refuse first."""
        return self.verdict.findings + self.workload_findings

    def fails(self, *, workload: bool) -> bool:
        """Whether a check must not pass with it; ``workload`` counts the findings about workloads too."""
        return not self.is_known and (self.verdict.refused or (workload and bool(self.workload_findings)))


def assess(items: Iterable[Item]) -> list[Assessment]:
    """An assessment for each, those of one policy judged together, because they share their aliases."""
    found: list[Assessment] = []
    for _, group in groupby(items, key=lambda item: item.policy):
        together = list(group)
        siblings = tuple(item.readable or item.text for item in together if not item.problem)
        found += _of_policy(together, siblings)
    return found


def _of_policy(items: Sequence[Item], siblings: tuple[str, ...]) -> list[Assessment]:
    verdicts = iter(judge_policy(siblings))
    workloads = iter(judge_workload_policy(siblings))
    found = []
    for item in items:
        if item.problem:
            verdict = _without_text(item)
            found.append(Assessment(item, verdict, "unjudgeable", (), None, siblings))
            continue
        one = _both(Assessment(item, next(verdicts), "none", (), None, siblings), next(workloads))
        found.append(_with_unknowns(one) if item.parts or item.alternatives else one)
    return found


def _without_text(item: Item) -> Verdict:
    finding = Finding(
        "no-text", f"There is no statement to judge: {item.problem}.", str(item.place), item.instead
    )
    return Verdict("unjudgeable", (finding,))


# --- unknowns --------------------------------------------------------------------------------------------

_BADNESS = ("unrelated", "ok", "unjudgeable", "over-broad")
_WORKLOAD_BADNESS = ("none", "ok", "unscoped", "unjudgeable", "over-broad")


def _with_unknowns(one: Assessment) -> Assessment:
    """The worst of all that the text may turn out to be."""
    readings = [_read(one, one.item.parts or (one.item.text,))]
    readings += [_read(one, parts) for parts in one.item.alternatives]
    worst = max(readings, key=lambda read: _BADNESS.index(read.verdict.verdict))
    workload = max(readings, key=lambda read: _WORKLOAD_BADNESS.index(read.workload))
    return replace(worst, workload=workload.workload, workload_findings=workload.workload_findings)


def _read(one: Assessment, parts: Parts) -> Assessment:
    if all(isinstance(part, str) for part in parts):
        return _judged(one, written(parts))
    reading = read_parts(parts)
    if reading is None:
        return replace(one, verdict=_unreadable(parts), workload="unjudgeable", workload_findings=())
    found = _judged(one, reading.text)
    for text in (*reading.also, *reading.defaults):
        other = _judged(one, text)
        if other.verdict.verdict == "over-broad" and not found.verdict.refused:
            found = replace(found, verdict=other.verdict)
        if other.workload == "over-broad" and found.workload != "over-broad":
            found = replace(found, workload=other.workload, workload_findings=other.workload_findings)
    verdict = found.verdict
    if not reading.is_whole and verdict.verdict != "unrelated":
        verdict = _unreadable(parts)
    notes = (*map(reading.shown, verdict.notes), *reading.notes)
    return replace(
        found,
        reading=reading,
        verdict=replace(verdict, findings=_shown(verdict.findings, reading), notes=notes),
        workload_findings=_shown(found.workload_findings, reading),
    )


def _judged(one: Assessment, text: str) -> Assessment:
    """The statement as if it said ``text``, among its siblings."""
    *_, verdict = judge_policy((*one.siblings, text))
    *_, workload = judge_workload_policy((*one.siblings, text))
    return _both(replace(one, verdict=verdict), workload)


def _both(one: Assessment, workload: WorkloadVerdict) -> Assessment:
    """The assessment with the second verdict; the notes of both are one list."""
    notes = tuple(dict.fromkeys((*one.verdict.notes, *workload.notes)))
    verdict = replace(one.verdict, notes=notes)
    return replace(one, verdict=verdict, workload=workload.verdict, workload_findings=workload.findings)


def _shown(findings: tuple[Finding, ...], reading: Reading) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            finding.code,
            reading.shown(finding.message),
            reading.shown(finding.fragment),
            reading.shown(finding.remediation),
        )
        for finding in findings
    )


def _unreadable(parts: Parts) -> Verdict:
    """The verdict on a text whose unknowns could make anything of it."""
    unknown = ", ".join(dict.fromkeys(f"`{written((part,))}`" for part in parts if not isinstance(part, str)))
    overridable = any(part.has_default for part in parts if not isinstance(part, str))
    finding = Finding(
        "unknown-value",
        f"{unknown} is known only when this is deployed, and could make anything of the statement"
        + (": a variable's default can be overridden." if overridable else "."),
        written(parts),
        "Let what is not known fill a whole name, OCID, location or quoted literal, and write out the rest.",
    )
    return Verdict("unjudgeable", (finding,))


# --- advice ----------------------------------------------------------------------------------------------


def advice_on(one: Assessment) -> Advice:
    """What may take the statement's place. Nothing where there is nothing to be said against it, or no
    text."""
    if one.item.problem or not one.findings:
        return Advice()
    if one.reading is None:
        return advise(one.item.text, Context())
    found = advise(one.reading.text, Context())
    return Advice(
        tuple(tuple(map(one.reading.shown, statements)) for statements in found.alternatives),
        tuple(map(one.reading.shown, found.missing)),
        tuple(map(one.reading.shown, found.dropped)),
    )
