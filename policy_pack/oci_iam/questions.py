"""Answers whether one principal may do something, and what is missing where it may not.

This is ``decide`` with a statement that would change its answer; who else may is ``who_can``. Does not judge
whether a grant is too broad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from oci_iam.answering.suggestion import Suggestion, suggestion
from oci_iam.decision import Decision, decide
from oci_iam.directory import Directory
from oci_iam.policy import Policy
from oci_iam.request import Principal, Request
from oci_iam.statement import Member

__all__ = ["Answer", "Target", "can"]


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked about, beside the permission: the compartment's OCID, target and request variables by
    name, and the operation where it is known."""

    compartment_id: str
    target: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    operation: str | None = None

    def request(self, principal: Principal, permission: str) -> Request:
        """The request of a principal."""
        return Request(
            principal, permission, self.compartment_id, self.operation, self.target, self.variables
        )


class Answer(NamedTuple):
    """Whether one permission is granted; where it is not, a statement that would grant it, if one can."""

    permission: str
    decision: Decision
    suggestion: Suggestion | None


def can(
    principal: Principal,
    permissions: Sequence[str],
    target: Target,
    policies: Sequence[Policy],
    directory: Directory,
    member: Member | None = None,
) -> tuple[Answer, ...]:
    """An answer for each permission. ``member`` is how a statement would name the principal, where the caller
    knows: a group that it stands for."""
    answers = []
    for permission in permissions:
        request = target.request(principal, permission)
        decision = decide(request, policies, directory)
        missing = None if decision.allowed else suggestion(request, policies, directory, member)
        answers.append(Answer(permission, decision, missing))
    return tuple(answers)
