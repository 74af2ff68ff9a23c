"""Reads OCI IAM policy statements by meaning: a grammar that fails closed, a judge and a decider.

Standard library only, so that a program, a policy pack and a command line can share it. It does not talk
to OCI and does not know what exists in a tenancy beyond what it is told.
"""

from oci_iam._parser import parse
from oci_iam._rendering import render
from oci_iam.judge import judge, judge_policy
from oci_iam.statement import Statement, Unparsable
from oci_iam.verdict import Context, Finding, Verdict

__all__ = [
    "Context",
    "Finding",
    "Statement",
    "Unparsable",
    "Verdict",
    "judge",
    "judge_policy",
    "parse",
    "render",
]
