"""Says which statements a preview could not judge.

Advisory it is a notice: they are judged at deploy, before they are created. Mandatory it refuses the preview.
Has nothing to say at deploy.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.resource import Stage
from oci_functions_guard.rule import Case, Said, Violation
from oci_functions_guard.statements import holds_statements as applies

__all__ = ["applies", "check"]


def check(case: Case) -> Iterator[Said]:
    if case.stage is Stage.DEPLOY:
        return
    for judged in case.policy().statements:
        entry = judged.entry
        if entry.is_unknown:
            why = f" ({entry.why_unknown})" if entry.why_unknown else ""
            yield Violation(
                f"{entry.place}: unknown at preview{why}; it is judged at deploy, before it is created"
            )
