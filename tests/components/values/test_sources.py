"""Options of alarms, connectors, schedules and rotations: what passes and what does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from components.values import sources

CHECKS: dict[str, tuple[Callable[[Any], Any], list[Any], list[Any]]] = {
    "time zone": (sources.time_zone, ["UTC", "Europe/Berlin"], ["", "Berlin", "CET+1", "europe/berlin2"]),
    "body": (sources.json_text, ['{"a": 1}', "1", "null"], ["", "{", "a"]),
    "severity": (sources.severity, ["CRITICAL", "ERROR", "WARNING", "INFO"], ["", "critical", "FATAL"]),
    "namespace": (sources.namespace, ["oci_faas", "pumps"], ["", "Pumps", "a-b", "1a"]),
    "query": (
        sources.alarm_query,
        [
            "CpuUtilization[1m].mean() > 80",
            'Errors[5m]{resourceId = "a", x =~ "b*"}.groupBy(resourceId).sum() >= 1',
            "Beat[1m].absent()",
            'Beat[1m]{a = "b"}.absent(20h)',
            "CpuUtilization[1m].mean() not in (60, 80)",
            "(A[1m].max() > 1) || (B[5m].count() < 2)",
        ],
        ["", " ", "CpuUtilization", "CpuUtilization[1m].mean()", "mean() > 80", "Beat.absent()", "> 1"],
    ),
    "pending duration": (
        sources.pending_duration,
        ["PT1M", "PT60M", "PT1H"],
        ["", "PT0M", "PT61M", "PT2H", "5m", "PT30S", "P1D"],
    ),
    "alarm body": (sources.alarm_body, ["a", "a" * 1000], ["", "a" * 1001]),
    "batch KB": (sources.batch_kbs, [1, 5000], [0, 5001]),
    "batch messages": (sources.batch_messages, [1, 10_000], [0, 10_001]),
    "batch seconds": (sources.batch_seconds, [1, 3600], [0, 3601]),
    "cursor": (sources.cursor, ["LATEST", "TRIM_HORIZON"], ["", "latest", "AT_OFFSET"]),
    "log condition": (
        sources.log_condition,
        ["data.level = 'error'", "data.where = 'x'"],
        ["", "  ", "a" * 2001, "where level = 'ERROR'", 'search "a/b" | where c = 1', "| sort by x"],
    ),
    "rotation": (sources.rotation_days, [1, 360], [0, 361]),
    "passphrase": (sources.passphrase_length, [20, 30], [19, 31]),
    "vault": (sources.vault, ["ocid1.vault.oc1..a"], ["", "ocid1.key.oc1..a"]),
}


@pytest.mark.parametrize("name", CHECKS)
def test_both_ends(name: str) -> None:
    """What OCI takes is taken, and what is a step aside is refused."""
    check, taken, refused = CHECKS[name]

    assert [check(value) for value in taken] == taken
    for value in refused:
        with pytest.raises(ValueError):  # noqa: PT011 the reasons are the messages of the config
            check(value)
