"""Refuses the dynamic group with which a tenancy would hold more than it can.

Counts what this program registers, plus what config says exists already. What a group includes is not looked
at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from oci_functions_guard.matching_rules import holds_matching_rule as applies
from oci_functions_guard.rule import Case, Said, Violation

__all__ = ["applies", "check"]

_LIMIT: Final = 50  # Oracle's page on managing dynamic groups


def check(case: Case) -> Iterator[Said]:
    limit = int(case.settings.get("limit", _LIMIT))
    count = case.memory.registered.count(applies) + int(case.settings.get("alreadyUsed", 0))
    if count > limit:
        yield Violation(f"{count} dynamic groups in the tenancy, where the limit is {limit}")
