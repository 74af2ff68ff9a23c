"""Refuses the policy, or the dynamic group, that completes a path from some rights to more.

Looks at everything the program has registered so far, and at nothing that existed in the tenancy before.
Everything the model finds in sets is this rule's, except what `functions_manage_and_invoke_separated` says.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.completed import completed
from oci_functions_guard.completed import takes_part as applies
from oci_functions_guard.rule import Case, Said
from oci_functions_guard.rules.functions_manage_and_invoke_separated import CODES as SEPARATION
from oci_functions_guard.set_wording import set_violation

__all__ = ["applies", "check"]


def check(case: Case) -> Iterator[Said]:
    for finding in completed(case):
        if finding.code not in SEPARATION:
            yield set_violation(finding, case.memory)
