"""Refuses a dynamic group that includes functions that it does not name.

Judges the matching rule of both kinds of dynamic group. What the group may do is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.layout import shorten
from oci_functions_guard.matching_rules import holds_matching_rule as applies
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, is_secret, kind_of
from oci_functions_guard.wording import reasons
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
        findings = judge_matching_rule(rule)
        if findings and secret:
            codes = ", ".join(dict.fromkeys(finding.code for finding in findings))
            yield Violation(f"matchingRule: {codes} (the rule is a secret, so it is not shown)")
        elif findings:
            yield Violation(
                "\n".join([f"matchingRule: {shorten(rule) or 'an empty string'}", *reasons(findings)])
            )
