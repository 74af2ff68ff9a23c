"""Reads OCI IAM policy statements by meaning: a grammar that fails closed, a judge and a decider.

Standard library only, so that a program, a policy pack and a command line can share it. It does not talk
to OCI and does not know what exists in a tenancy beyond what it is told.
"""

from oci_iam._parser import parse
from oci_iam._rendering import render
from oci_iam.combinations import Combinations, Contribution, SetFinding, find_combinations
from oci_iam.comparison import NewAccess, compare
from oci_iam.decision import Decision, Policy, decide
from oci_iam.directory import Compartment, Directory, DynamicGroup, Group
from oci_iam.explain import explain
from oci_iam.judge import judge, judge_policy
from oci_iam.matching_rule import MatchingRule, judge_matching_rule, matches, parse_matching_rule
from oci_iam.request import Principal, Request
from oci_iam.statement import Statement, Unparsable
from oci_iam.verdict import Context, Finding, Verdict

__all__ = [
    "Combinations",
    "Compartment",
    "Context",
    "Contribution",
    "Decision",
    "Directory",
    "DynamicGroup",
    "Finding",
    "Group",
    "MatchingRule",
    "NewAccess",
    "Policy",
    "Principal",
    "Request",
    "SetFinding",
    "Statement",
    "Unparsable",
    "Verdict",
    "compare",
    "decide",
    "explain",
    "find_combinations",
    "judge",
    "judge_matching_rule",
    "judge_policy",
    "matches",
    "parse",
    "parse_matching_rule",
    "render",
]
