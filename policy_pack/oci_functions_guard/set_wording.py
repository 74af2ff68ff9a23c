"""How a finding about several statements is put into words: what they add up to, and the place of each.

The statements themselves are not repeated. Where one of them is a secret nothing of the finding's own text is
shown.
"""

from __future__ import annotations

from oci_functions_guard.layout import shorten
from oci_functions_guard.memory import Memory
from oci_functions_guard.rule import Violation
from oci_functions_guard.statements import Entry
from oci_functions_guard.wording import name_stand_ins
from oci_iam.combinations import Contribution, SetFinding

__all__ = ["set_violation"]


def set_violation(finding: SetFinding, memory: Memory) -> Violation:
    """One finding about a set, with the places of the statements that make it."""
    found = [_entry(contribution, memory) for contribution in finding.contributions]
    statements = tuple(entry.fingerprint if entry is not None else "" for entry in found)
    return Violation(_lines(finding, found), statements)


def _lines(finding: SetFinding, found: list[Entry | None]) -> str:
    places = ", ".join(
        f"{shorten(contribution.source)} {entry.place}" if entry else shorten(contribution.source)
        for contribution, entry in zip(finding.contributions, found, strict=True)
    )
    if any(entry is not None and entry.secret for entry in found):
        return f"{finding.code}: {places} (a statement is a secret, so it is not shown)"
    message = finding.message
    for entry in found:
        message = name_stand_ins(message, entry) if entry is not None else message
    said = f"{shorten(message, 400)} ({finding.code})"
    return f"{said}\n  by:      {places}\n  instead: {finding.remediation}"


def _entry(contribution: Contribution, memory: Memory) -> Entry | None:
    """The statement a contribution is about. None for a matching rule."""
    for policy in memory.policies_named(contribution.source):
        for judged in policy.statements:
            if judged.entry.text == contribution.text:
                return judged.entry
    return None
