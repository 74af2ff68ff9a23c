"""From a score to a severity."""

from __future__ import annotations

from ai_events.settings import Settings, Severity

__all__ = ["Severity", "at_least", "grade", "reaches"]


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


def reaches(severity: Severity, floor: Severity) -> bool:
    """Whether it is the floor or higher."""
    return at_least(severity, floor) is severity
