"""From a score to a severity."""

from __future__ import annotations

import pytest

from ai_events.settings import Settings
from ai_events.severity import Severity, at_least, grade, reaches


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0, "info"), (0.69, "info"), (0.7, "warning"), (0.89, "warning"), (0.9, "critical"), (1, "critical")],
)
def test_a_threshold_belongs_to_the_higher_severity(score: float, expected: str) -> None:
    """0.7 is a warning and 0.9 is critical, by default."""
    assert expected == grade(score, Settings())


def test_thresholds_may_be_equal() -> None:
    """Then nothing is a warning."""
    settings = Settings(severity_warning=0.5, severity_critical=0.5)

    assert (grade(0.4, settings), grade(0.5, settings)) == (Severity.INFO, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("severity", "floor", "expected"),
    [("info", "warning", "warning"), ("critical", "warning", "critical"), ("warning", "info", "warning")],
)
def test_the_higher_of_two(severity: str, floor: str, expected: str) -> None:
    """By importance, not by the alphabet."""
    assert expected == at_least(Severity(severity), Severity(floor))


@pytest.mark.parametrize("floor", list(Severity))
def test_a_floor_belongs_to_what_reaches_it(floor: Severity) -> None:
    """As a threshold does."""
    higher = [severity for severity in Severity if reaches(severity, floor)]

    assert higher == list(Severity)[list(Severity).index(floor) :]
