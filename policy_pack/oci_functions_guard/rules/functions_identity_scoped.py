"""Refuses a dynamic group that includes functions that it does not name.

Judges the matching rule of both kinds of dynamic group. What the group may do is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.matching_rules import holds_matching_rule as applies
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, is_secret, kind_of
from oci_functions_guard.wording import shorten
from oci_iam.matching_rule import judge_matching_rule

__all__ = ["applies", "check"]


def check(case: Case) -> Iterator[Said]:
    rule = case.resource.get("matchingRule")
    if rule is UNKNOWN:
        yield Later("matchingRule is unknown")
    elif not isinstance(rule, str):
        yield Violation(f"matchingRule: expected a string, found {kind_of(rule)}")
    else:
        secret = is_secret(case.resource.props.get("matchingRule"))
        for finding in judge_matching_rule(rule):
            shown = (
                ""
                if secret
                else f"\n    found:   {shorten(finding.fragment)}\n    instead: {finding.remediation}"
            )
            said = f"{finding.code} (the rule is a secret, so it is not shown)" if secret else finding.message
            yield Violation(f"matchingRule: {said}{shown}")
