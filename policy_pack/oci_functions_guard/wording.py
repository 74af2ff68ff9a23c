"""How findings of the judge are put into words: place, what is wrong, the fragment, what to write instead.

Shows fragments, not whole statements, and nothing of a statement that is marked as secret.
"""

from __future__ import annotations

from typing import Final, Protocol

from oci_functions_guard.statements import Entry
from oci_iam import Verdict

__all__ = ["finding_lines", "name_stand_ins", "note", "shorten", "verdict_lines"]

_LONGEST_FRAGMENT: Final = 160
_LONGEST_MESSAGE: Final = 400
_LONGEST_REMEDIATION: Final = 800


class _Finding(Protocol):
    """What the judge and the rules about sets have in common."""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def fragment(self) -> str: ...
    @property
    def remediation(self) -> str: ...


def finding_lines(entry: Entry, finding: _Finding) -> str:
    """One finding about one statement."""
    if entry.secret:
        return f"{note(entry)}: {finding.code} (the statement is a secret, so it is not shown)"
    message, fragment, remediation = (
        name_stand_ins(text, entry) for text in (finding.message, finding.fragment, finding.remediation)
    )
    lines = [f"{note(entry)}: {shorten(message, _LONGEST_MESSAGE)} ({finding.code})"]
    if fragment:
        lines.append(f"    found:   {shorten(fragment)}")
    if remediation:
        lines.append(f"    instead: {shorten(remediation, _LONGEST_REMEDIATION)}")
    return "\n".join(lines)


def name_stand_ins(text: str, entry: Entry) -> str:
    """The text with what synthetic OCIDs stand for in their place."""
    for ocid, name in entry.stand_ins:
        text = text.replace(ocid, name)
    return text


def verdict_lines(entry: Entry, verdict: Verdict) -> list[str]:
    """Every finding of a verdict; one line at least, because a refusal must never be silent."""
    lines = [finding_lines(entry, finding) for finding in verdict.findings]
    return lines or [f"{note(entry)}: {verdict.verdict}"]


def note(entry: Entry) -> str:
    """The place, and whether what was judged is the text or what a component registered for it."""
    return f"{entry.place} (as its component registered it)" if entry.from_evidence else entry.place


def shorten(text: str, longest: int = _LONGEST_FRAGMENT) -> str:
    """The text on one line and cut where it is long; characters that would not be seen are escaped."""
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in " ".join(text.split()))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
