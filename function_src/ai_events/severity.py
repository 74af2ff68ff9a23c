"""From a score to a severity."""

from __future__ import annotations

from enum import StrEnum

from ai_events.settings import Settings


class Severity(StrEnum):
    """How much a result matters, least first."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


def grade(score: float, settings: Settings) -> Severity:
    """A threshold belongs to the higher severity: with SEVERITY_WARNING=0.7, 0.7 is a warning."""
    if score >= settings.severity_critical:
        return Severity.CRITICAL
    if score >= settings.severity_warning:
        return Severity.WARNING
    return Severity.INFO


def at_least(severity: Severity, floor: Severity) -> Severity:
    """The higher of the two."""
    return max(severity, floor, key=list(Severity).index)
