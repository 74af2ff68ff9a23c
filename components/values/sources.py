"""What the options of alarms, connectors, schedules and rotations must look like; see `limits`, and `cron`.

Sources: Oracle's pages "Monitoring Query Language (MQL) Reference", "Managing Alarms", "Creating a Connector"
and "Managing Secrets". The least batch of a connector is on none of them, nor is the most of its messages.
"""

from __future__ import annotations

import json
import re
from zoneinfo import available_timezones

from components.values.limits import between, ocid, one_of, shown

SEVERITIES = ("CRITICAL", "ERROR", "WARNING", "INFO")
CURSORS = ("LATEST", "TRIM_HORIZON")
BATCH_KBS = 5000
BATCH_MESSAGES = 10_000
BATCH_SECONDS = 3600

_QUERY = re.compile(
    r"[\s(]*[A-Za-z][A-Za-z0-9_.$-]*\s*\[\s*\d+[mhd]\s*\].*"
    r"(\.\s*absent\s*\(\s*(\d+[mhd])?\s*\)|(>=|<=|==|!=|>|<|\bin\b|\bnot\s+in\b)\s*[(-]?\s*\d.*)\s*",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
_SEARCH = re.compile(r"\s*(search\s|where\s|\|)", re.IGNORECASE)
_DURATION = re.compile(r"PT(?:(?P<minutes>\d{1,4})M|(?P<hours>\d{1,2})H)", re.ASCII)
_NAMESPACE = re.compile(r"[a-z][A-Za-z0-9_]{0,254}", re.ASCII)


def time_zone(value: str) -> str:
    """A time zone by its IANA name."""
    if value not in available_timezones():
        raise ValueError(f"{shown(value)} is not an IANA time zone such as Europe/Berlin")
    return value


def json_text(value: str) -> str:
    """A string that is JSON: the provider compares it as such."""
    try:
        json.loads(value)
    except ValueError:
        raise ValueError(f"{shown(value)} is not JSON") from None
    return value


def severity(value: str) -> str:
    """Severity of an alarm."""
    one_of(value, SEVERITIES)
    return value


def namespace(value: str) -> str:
    """The namespace of the metrics that an alarm looks at, those of Oracle's services included."""
    if not _NAMESPACE.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a namespace of metrics such as oci_computeagent")
    return value


def alarm_query(value: str) -> str:
    """A query that an alarm can be about: metric, interval, statistic, and a threshold or absence."""
    if not _QUERY.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is not an alarm's query such as CpuUtilization[1m].mean() > 80 or "
            "CpuUtilization[1m].absent()"
        )
    return value


def pending_duration(value: str) -> str:
    """How long an alarm's query must hold before the alarm fires."""
    match = _DURATION.fullmatch(value)
    minutes = int(match["minutes"] or 0) + 60 * int(match["hours"] or 0) if match else 0
    if not 1 <= minutes <= 60:
        raise ValueError(f"{shown(value)} is not a duration from PT1M to PT1H")
    return value


def alarm_body(value: str) -> str:
    """What an alarm's message says."""
    if not value or len(value) > 1000:
        raise ValueError(f"expected 1 to 1000 characters, found {len(value)}")
    return value


def batch_kbs(value: int) -> int:
    """Size of a batch that a connector hands over."""
    return between(value, 1, BATCH_KBS, "KB")


def batch_messages(value: int) -> int:
    """Messages of a batch that a connector hands over."""
    return between(value, 1, BATCH_MESSAGES, "messages")


def batch_seconds(value: int) -> int:
    """How long a connector waits for a batch to be full."""
    return between(value, 1, BATCH_SECONDS, "seconds")


def cursor(value: str) -> str:
    """Where a connector begins to read a stream."""
    one_of(value, CURSORS)
    return value


def log_condition(value: str) -> str:
    """The condition of a log rule, in Logging's query language; which fields there are is not known here."""
    if not value.strip() or len(value) > 2000:
        raise ValueError("is empty or longer than 2000 characters")
    if _SEARCH.match(value):
        raise ValueError(
            f"{shown(value)} is a whole search; write what stands after where, e.g. data.level = 'error'"
        )
    return value


def rotation_days(value: int) -> int:
    """How often a secret is rotated."""
    return between(value, 1, 360, "days")


def passphrase_length(value: int) -> int:
    """Length of a generated passphrase."""
    return between(value, 20, 30, "characters")


def vault(value: str) -> str:
    """OCID of a vault."""
    return ocid(value, "vault")
