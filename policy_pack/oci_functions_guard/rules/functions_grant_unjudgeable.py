"""Refuses what cannot be judged: text that does not parse, anything that is not a statement, and at deploy
the unknown.

Says nothing about a statement that is unknown at preview; that is `functions_grant_unknown_at_preview`.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.judged_policy import JudgedStatement
from oci_functions_guard.resource import Stage
from oci_functions_guard.rule import Case, Said, Violation
from oci_functions_guard.statements import holds_statements as applies
from oci_functions_guard.wording import note, verdict_lines

__all__ = ["applies", "check"]


def check(case: Case) -> Iterator[Said]:
    for judged in case.policy().statements:
        yield from map(Violation, _problems(judged, case.stage))


def _problems(judged: JudgedStatement, stage: Stage) -> list[str]:
    entry = judged.entry
    if entry.problem:
        return [f"{entry.place}: {entry.problem}"]
    if entry.is_unknown:
        return [f"{entry.place}: still unknown at deploy"] if stage is Stage.DEPLOY else []
    if judged.failure:
        return [f"{note(entry)}: the judge failed, so the statement is not allowed: {judged.failure}"]
    if judged.verdict is None:
        return [f"{note(entry)}: it was not judged"]
    if judged.verdict.refused and judged.verdict.verdict != "over-broad":
        return verdict_lines(entry, judged.verdict)
    return []
