"""Refuses what cannot be judged: text that does not parse, anything that is not a statement, and at deploy
the unknown.

Says nothing about a statement that is unknown at preview; that is `functions_grant_unknown_at_preview`.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.judged_policy import JudgedStatement, judge_failed
from oci_functions_guard.resource import Stage
from oci_functions_guard.rule import Case, Said, Violation
from oci_functions_guard.statements import holds_statements as applies
from oci_functions_guard.wording import note, verdict_lines

__all__ = ["applies", "check"]


def check(case: Case) -> Iterator[Said]:
    for judged in case.policy().statements:
        yield from _problems(judged, case.stage)


def _problems(judged: JudgedStatement, stage: Stage) -> Iterator[Violation]:
    entry = judged.entry
    if entry.problem:
        yield Violation(f"{entry.place}: {entry.problem}")
    elif entry.is_unknown:
        if stage is Stage.DEPLOY:
            yield Violation(f"{entry.place}: still unknown at deploy")
    elif judged.failure:
        yield Violation(judge_failed(judged), is_failure=True)
    elif judged.verdict is None:
        yield Violation(f"{note(entry)}: it was not judged", is_failure=True)
    elif judged.verdict.refused and judged.verdict.verdict != "over-broad":
        yield Violation(verdict_lines(entry, judged.verdict), (entry.fingerprint,))
