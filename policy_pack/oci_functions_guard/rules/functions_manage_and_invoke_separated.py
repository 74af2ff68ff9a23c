"""Refuses the policy that lets one principal both change functions and invoke them.

Looks at everything the program has registered so far. Knows a principal by how statements name it: that two
groups share a member is not seen here.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.rule import Case, Said
from oci_functions_guard.set_wording import set_violation
from oci_functions_guard.statements import holds_statements as applies

__all__ = ["CODES", "applies", "check"]

CODES = frozenset({"manage-and-invoke"})


def check(case: Case) -> Iterator[Said]:
    for finding in case.memory.sets.completed_by(case.policy()):
        if finding.code in CODES:
            yield set_violation(finding, case.memory)
