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
    _compare({"SEVERITY_WARNING": warning, "SEVERITY_CRITICAL": critical})


TOPIC = "ocid1.onstopic.oc1.iad.aaaa"
CONNECTIONS = {
    "CONNECTION_INCIDENTS_BUCKET": (None, " ", " b.-_1 ", "a/b", "..", "...", "ä"),
    "CONNECTION_INCIDENTS_NAMESPACE": (None, "ns", "n s", "."),
    "CONNECTION_INCIDENTS_PREFIX": (None, "a/b=1/", "a b", "é"),
    "CONNECTION_ALERTS_TOPIC_ID": (None, f" {TOPIC}", "alerts", "ocid1.fnfunc.oc1.iad.aaaa"),
}


@pytest.mark.parametrize("values", list(product(*CONNECTIONS.values())))
def test_both_take_the_same_connections(values: tuple[str | None, ...]) -> None:
    """Whole ones, half ones, and values that are none."""
    _compare(dict(zip(CONNECTIONS, values, strict=True)))


@pytest.mark.parametrize("severity", [None, "", " Warning ", "INFO", "critical", "error", "0.7", "infö"])
def test_both_take_the_same_severities(severity: str | None) -> None:
    """In any letter case."""
    _compare({"ALERT_SEVERITY": severity})


@pytest.mark.parametrize("hops", [None, "", " 8 ", "0", "1", "08", "100", "101", "1.5", "-1", "viele", "٣"])
def test_both_take_the_same_hops(hops: str | None) -> None:
    """Of digits as a keyboard has them."""
    _compare({"MAX_HOPS": hops})


def _compare(variables: dict[str, str | None]) -> None:
    environment = {name: value for name, value in variables.items() if value is not None}

    try:
        read_settings(environment)
    except Unprocessed:
        taken = False
    else:
        taken = True

    assert taken == (not list(wrong_settings(environment)))
