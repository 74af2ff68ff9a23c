"""What a resource completes together with all that the program registered before it."""

from __future__ import annotations

from oci_functions_guard.matching_rules import holds_matching_rule
from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case
from oci_functions_guard.statements import holds_statements
from oci_iam.combinations import SetFinding

__all__ = ["completed", "takes_part"]


def takes_part(resource: Resource) -> bool:
    """Whether the resource holds anything that can be part of a set."""
    return holds_statements(resource) or holds_matching_rule(resource)


def completed(case: Case) -> tuple[SetFinding, ...]:
    """The findings that need this policy or dynamic group."""
    if holds_statements(case.resource):
        return case.memory.sets.completed_by(case.policy())
    matching_rule = case.resource.text("matchingRule")
    return case.memory.sets.completed_by_group(case.resource, matching_rule) if matching_rule else ()
