"""Refuses a statement that grants functions too broadly.

Judges each statement by itself. Not for statements that cannot be read (`functions_grant_unjudgeable`), and
not for what several statements add up to.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.judged_policy import judge_failed
from oci_functions_guard.rule import Case, Said, Violation
from oci_functions_guard.statements import holds_statements as applies
from oci_functions_guard.wording import verdict_lines

__all__ = ["applies", "check"]


def check(case: Case) -> Iterator[Said]:
    for judged in case.policy().statements:
        if judged.failure:
            yield Violation(judge_failed(judged), is_failure=True)
        elif judged.verdict is not None and judged.verdict.verdict == "over-broad":
            yield Violation(verdict_lines(judged.entry, judged.verdict), (judged.entry.fingerprint,))
