"""Refuses the policy, or the dynamic group, that completes a path from rights on functions to more rights.

Looks at everything the program has registered so far, and at nothing that existed in the tenancy before.
Everything the model finds in sets is this rule's, except what `functions_manage_and_invoke_separated` says.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.matching_rules import holds_matching_rule
from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Said
from oci_functions_guard.rules.functions_manage_and_invoke_separated import CODES as SEPARATION
from oci_functions_guard.set_wording import set_violation
from oci_functions_guard.statements import holds_statements
from oci_iam.combinations import SetFinding

__all__ = ["applies", "check"]


def applies(resource: Resource) -> bool:
    return holds_statements(resource) or holds_matching_rule(resource)


def check(case: Case) -> Iterator[Said]:
    for finding in _completed(case):
        if finding.code not in SEPARATION:
            yield set_violation(finding, case.memory)


def _completed(case: Case) -> tuple[SetFinding, ...]:
    if holds_statements(case.resource):
        return case.memory.sets.completed_by(case.policy())
    matching_rule = case.resource.text("matchingRule")
    return case.memory.sets.completed_by_group(case.resource, matching_rule) if matching_rule else ()
