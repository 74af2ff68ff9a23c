"""Refuses a statement that grants functions too broadly.

Judges each statement by itself. Not for statements that cannot be read (`functions_grant_unjudgeable`), and
not for what several statements add up to.
"""

from __future__ import annotations

from collections.abc import Iterator

from oci_functions_guard.rule import Case, Said, Violation
from oci_functions_guard.statements import holds_statements as applies
from oci_functions_guard.wording import note, verdict_lines

__all__ = ["applies", "check"]


def check(case: Case) -> Iterator[Said]:
    for judged in case.policy().statements:
        if judged.failure:
            yield Violation(
                f"{note(judged.entry)}: the judge failed, so the statement is not allowed: {judged.failure}"
            )
        elif judged.verdict is not None and judged.verdict.verdict == "over-broad":
            yield from map(Violation, verdict_lines(judged.entry, judged.verdict))
