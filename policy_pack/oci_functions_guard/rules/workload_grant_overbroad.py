"""Refuses a statement that grants a workload (a dynamic group, any-user, any-group) more than it needs.

A statement that cannot be read, and may grant a workload something, is refused like one that is too broad.
Not for a statement that is narrow but names no target (`workload_grant_scoped`).
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
        verdict = judged.verdict
        if verdict is None:
            yield Violation(failed_on(judged.entry, judged.failure), is_failure=True)
        elif verdict.verdict not in ("ok", "none", "unscoped"):
            yield Violation(verdict_lines(judged.entry, verdict), (judged.entry.fingerprint,))
