"""What the shipped handler would refuse of its environment: see also "
"tests/lockstep/test_handler_settings.py."""

from __future__ import annotations

import pytest

from components.config.handler_settings import wrong_settings


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, []),
        ({"SEVERITY_WARNING": "0.5", "SEVERITY_CRITICAL": "0.5"}, []),
        ({"SEVERITY_WARNING": "x", "SEVERITY_CRITICAL": "2"}, ["SEVERITY_WARNING", "SEVERITY_CRITICAL"]),
        ({"SEVERITY_WARNING": "0.95"}, ["SEVERITY_WARNING"]),
        ({"SEVERITY_CRITICAL": "0.5"}, ["SEVERITY_CRITICAL"]),
        ({"ALERT_SEVERITY": "high"}, ["ALERT_SEVERITY"]),
        ({"CONNECTION_INCIDENTS_BUCKET": "b", "CONNECTION_INCIDENTS_NAMESPACE": "ns"}, []),
        ({"CONNECTION_INCIDENTS_BUCKET": "b"}, ["CONNECTION_INCIDENTS_BUCKET"]),
        ({"CONNECTION_INCIDENTS_PREFIX": "a/"}, ["CONNECTION_INCIDENTS_PREFIX"]),
        ({"CONNECTION_ALERTS_TOPIC_ID": "ocid1.onstopic.oc1.iad.a"}, []),
    ],
)
def test_each_wrong_variable_is_named(environment: dict[str, str], named: list[str]) -> None:
    """The one that is set, where two together are wrong."""
    found = dict(wrong_settings(environment))

    assert list(found) == named
    assert not [
        reason for reason in found.values() for value in environment.values() if value in reason.split()
    ]
