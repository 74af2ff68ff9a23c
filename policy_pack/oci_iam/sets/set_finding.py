"""What is said of several statements together. Finds nothing."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Contribution", "SetFinding"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One statement (or matching rule) that is part of a finding, with the name of where it stands."""

    source: str
    text: str

    def __str__(self) -> str:
        """How a sentence quotes it; what was given by itself stands nowhere."""
        return f"{self.source}: {self.text}" if self.source else self.text


@dataclass(frozen=True, slots=True)
class SetFinding:
    """What several statements add up to: a kebab-case ``code``, whom it concerns, one sentence, what to write
    instead, and the statements, those first that stood before."""

    code: str
    subject: str
    message: str
    remediation: str
    contributions: tuple[Contribution, ...]
