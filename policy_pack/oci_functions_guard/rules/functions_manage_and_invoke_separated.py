"""Refuses the policy, or the dynamic group, that lets one principal both change functions and invoke them.

Looks at everything the program has registered so far. Knows a principal by how statements name it: that two
groups share a member is not seen here.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.completed import completed
from oci_functions_guard.completed import takes_part as applies
from oci_functions_guard.rule import Case, Said
from oci_functions_guard.set_wording import set_violation

__all__ = ["CODES", "applies", "check"]

CODES = frozenset({"manage-and-invoke"})


def check(case: Case) -> Iterator[Said]:
    for finding in completed(case):
        if finding.code in CODES:
            yield set_violation(finding, case.memory)
