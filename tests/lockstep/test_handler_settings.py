"""What the config refuses of the shipped handler's environment is what the handler refuses at an event."""

from __future__ import annotations

from itertools import product

import pytest

from ai_events.failures import Unprocessed
from ai_events.settings import read_settings
from components.config.handler_settings import wrong_settings

VALUES = (
    None,
    "",
    " ",
    "0",
    "1",
    "0.7",
    "0.9",
    "1e-1",
    ".5",
    "0,5",
    "high",
    "-0.1",
    "1.1",
    "nan",
    "inf",
    "½",
)


@pytest.mark.parametrize(("warning", "critical"), list(product(VALUES, VALUES)))
def test_both_take_the_same_thresholds(warning: str | None, critical: str | None) -> None:
    """Each value of each of the two variables, one left out included."""
    both = {"SEVERITY_WARNING": warning, "SEVERITY_CRITICAL": critical}
    environment = {name: value for name, value in both.items() if value is not None}

    try:
        read_settings(environment)
    except Unprocessed:
        taken = False
    else:
        taken = True

    assert taken == (not list(wrong_settings(environment)))
