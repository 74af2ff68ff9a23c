"""The message for a refused statement: one line, with what was found and what to write instead."""

from __future__ import annotations

import oci_iam
from oci_iam.workload import WorkloadVerdict


def refusal(where: str, statement: str, verdict: oci_iam.Verdict | WorkloadVerdict) -> str:
    """One line for one statement, whatever number of findings it has: all their codes, the first one's words.

    `where` names the policy or the grant.
    """
    if not verdict.findings:
        return f"{where}: refused ({verdict.verdict}). Found: {statement}"
    codes = ", ".join(dict.fromkeys(each.code for each in verdict.findings))
    first = verdict.findings[0]
    return f"{where}: refused ({codes}). {first.message} Found: {statement} Instead: {first.remediation}"


def secret_refusal(where: str, verdict: oci_iam.Verdict) -> str:
    """The same for a statement that is a secret: only the codes, since a message quotes the statement."""
    codes = ", ".join(dict.fromkeys(each.code for each in verdict.findings)) or verdict.verdict
    return f"{where}: refused ({codes}). The statement is a secret, so it is not shown"
