"""Reads OCI IAM policy statements by meaning: a grammar that fails closed, a judge and a decider.

Standard library only, so that a program, a policy pack and a command line can share it. It does not talk
to OCI and does not know what exists in a tenancy beyond what it is told.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oci_iam.advice import Advice, advise
    from oci_iam.combinations import Combinations, Contribution, SetFinding, find_combinations
    from oci_iam.comparison import NewAccess, compare
    from oci_iam.counterexample import Counterexample, counterexample, workload_counterexample
    from oci_iam.decision import Decision, decide
    from oci_iam.directory import Compartment, Directory, DynamicGroup, Group
    from oci_iam.explain import explain
    from oci_iam.judge import judge, judge_policy
    from oci_iam.language.parser import parse
    from oci_iam.language.rendering import render
    from oci_iam.matching_rule import MatchingRule, judge_matching_rule, matches, parse_matching_rule
    from oci_iam.policy import Policy
    from oci_iam.request import Principal, Request
    from oci_iam.statement import Statement, Unparsable
    from oci_iam.verdict import Context, Finding, Verdict

__all__ = [
    "Advice",
    "Combinations",
    "Compartment",
    "Context",
    "Contribution",
    "Counterexample",
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
    "advise",
    "compare",
    "counterexample",
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
    "workload_counterexample",
]

# Each name is loaded when first asked for: a process that wants one table should not wait for the parser, nor
# one that only judges for the decider.
_MODULE_OF = {
    name: module
    for module, names in {
        "language.parser": ("parse",),
        "language.rendering": ("render",),
        "advice": ("Advice", "advise"),
        "combinations": ("Combinations", "Contribution", "SetFinding", "find_combinations"),
        "comparison": ("NewAccess", "compare"),
        "counterexample": ("Counterexample", "counterexample", "workload_counterexample"),
        "decision": ("Decision", "decide"),
        "directory": ("Compartment", "Directory", "DynamicGroup", "Group"),
        "explain": ("explain",),
        "judge": ("judge", "judge_policy"),
        "matching_rule": ("MatchingRule", "judge_matching_rule", "matches", "parse_matching_rule"),
        "policy": ("Policy",),
        "request": ("Principal", "Request"),
        "statement": ("Statement", "Unparsable"),
        "verdict": ("Context", "Finding", "Verdict"),
    }.items()
    for name in names
}


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Keeps `judge` and `explain` the functions, though importing the modules of these names would set them
    as attributes of the package."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and name in _MODULE_OF):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
