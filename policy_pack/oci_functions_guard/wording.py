"""How findings of the judge are put into words: the statement, what is wrong with it, what to write.

One statement is one finding, whatever the number of reasons. A long statement is cut, and nothing is shown of
one that is marked as secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from oci_functions_guard.layout import shorten
from oci_functions_guard.statements import Entry
from oci_iam import Finding

__all__ = ["name_stand_ins", "note", "quoted", "reasons", "verdict_lines"]

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


class _Verdict(Protocol):
    """What the judges of functions and of workloads both answer."""

    @property
    def verdict(self) -> str: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...


def verdict_lines(entry: Entry, verdict: _Verdict) -> str:
    """All that is wrong with one statement. Never empty, because a refusal must never be silent."""
    if entry.secret:
        codes = ", ".join(dict.fromkeys(finding.code for finding in verdict.findings)) or verdict.verdict
        return f"{note(entry)}: {codes} (the statement is a secret, so it is not shown)"
    shown = reasons(verdict.findings, entry) if verdict.findings else [f"  {verdict.verdict}"]
    return "\n".join([quoted(entry), *shown])


def quoted(entry: Entry) -> str:
    """The place and the statement that stands there."""
    if entry.secret or entry.text is None:
        return note(entry)
    return f"{note(entry)}: {shorten(name_stand_ins(entry.text, entry))}"


def reasons(findings: Iterable[_Finding], entry: Entry | None = None) -> list[str]:
    """A line for each finding with its fragment, and what to write instead, each said once."""
    found, instead = [], []
    for finding in findings:
        message, fragment, remediation = (
            name_stand_ins(text, entry) if entry is not None else text
            for text in (finding.message, finding.fragment, finding.remediation)
        )
        place = f"`{shorten(fragment)}`: " if fragment else ""
        found.append(f"  - {place}{shorten(message, _LONGEST_MESSAGE)} ({finding.code})")
        if remediation:
            instead.append(f"  instead: {shorten(remediation, _LONGEST_REMEDIATION)}")
    return list(dict.fromkeys([*found, *instead]))


def name_stand_ins(text: str, entry: Entry) -> str:
    """The text with what synthetic OCIDs stand for in their place."""
    for ocid, name in entry.stand_ins:
        text = text.replace(ocid, name)
    return text


def note(entry: Entry) -> str:
    """The place, and whether what was judged is the text or what a component registered for it."""
    return f"{entry.place} (as its component registered it)" if entry.from_evidence else entry.place
