"""Asks that a workload's grant names its target, where the type has a documented variable for it.

Looks at statements that are narrow otherwise; `workload_grant_overbroad` refuses the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.judged_policy import failed_on
from oci_functions_guard.judged_workloads import judge_workloads
from oci_functions_guard.rule import Case, Said, Violation
from oci_functions_guard.statements import holds_statements as applies
from oci_functions_guard.wording import verdict_lines

__all__ = ["applies", "check"]


def check(case: Case) -> Iterator[Said]:
    for judged in judge_workloads(case.policy()):
        if judged.verdict is None:
            yield Violation(failed_on(judged.entry, judged.failure), is_failure=True)
        elif judged.verdict.verdict == "unscoped":
            yield Violation(verdict_lines(judged.entry, judged.verdict), (judged.entry.fingerprint,))
