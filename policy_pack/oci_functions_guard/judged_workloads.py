"""What the workload judge says of every statement of one policy, each under its own guard.

Asked by the rules about workloads alone, from the texts that `judged_policy` has read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oci_functions_guard.failure import describe
from oci_functions_guard.judged_policy import JudgedPolicy, context_of
from oci_functions_guard.statements import Entry
from oci_iam import Context
from oci_iam.workload import WorkloadVerdict, judge_workload, judge_workload_policy

__all__ = ["JudgedWorkload", "judge_workloads"]


@dataclass(frozen=True, slots=True)
class JudgedWorkload:
    """One entry with a text, and its verdict or the failure of the judge."""

    entry: Entry
    verdict: WorkloadVerdict | None
    failure: str = ""


def judge_workloads(policy: JudgedPolicy) -> tuple[JudgedWorkload, ...]:
    """The policy's statements whose text is known or registered; all together, because a `define` holds for
    its policy, or one by one where that fails."""
    entries = [one.entry for one in policy.statements if one.entry.text is not None]
    texts = [entry.text for entry in entries if entry.text is not None]
    context = context_of(policy.resource)
    try:
        verdicts: Sequence[WorkloadVerdict] = judge_workload_policy(texts, context)
    except Exception:  # noqa: BLE001 - whatever it was, each statement is judged again by itself
        verdicts = ()
    if len(verdicts) == len(texts):
        return tuple(map(JudgedWorkload, entries, verdicts))
    return tuple(_alone(entry, text, context) for entry, text in zip(entries, texts, strict=True))


def _alone(entry: Entry, text: str, context: Context) -> JudgedWorkload:
    try:
        return JudgedWorkload(entry, judge_workload(text, context))
    except Exception as error:  # noqa: BLE001 - a failure of the judge is a finding, not the end of the rule
        return JudgedWorkload(entry, None, describe(error))
