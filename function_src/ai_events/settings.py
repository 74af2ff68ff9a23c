"""The function's configuration: environment variables, as OCI Functions hands them over.

| variable                | default   | meaning                                                            |
|-------------------------|-----------|--------------------------------------------------------------------|
| SEVERITY_WARNING        | 0.7       | a score from here on is a warning (0 to 1)                          |
| SEVERITY_CRITICAL       | 0.9       | a score from here on is critical (0 to 1, not below the warning's)  |
| ALLOWED_COMPARTMENT_IDS | (any)     | OCIDs separated by commas; events of other compartments are refused |
| ALERT_LABELS            | (none)    | labels separated by commas; a finding so labelled scores its        |
|                         |           | confidence (`Person, defect`; letter case does not matter)          |
| MAX_EVENT_BYTES         | 6291456   | largest body of an invocation; 6 MB is the platform's own limit     |
| MAX_OBJECT_BYTES        | 6291456   | largest object that is read (at most 64 MB)                         |
| MAX_HOPS                | 8         | handlers that a chain of events may come through (1 to 100)         |
| SANDBOX_OBJECT_DIR      | (unset)   | read objects from this folder instead of Object Storage             |
| ALERT_SEVERITY          | warning   | from which severity on an alert is published                        |

What the function is connected to. Without these it answers and does nothing else:

| variable                       | meaning                                                                  |
|--------------------------------|--------------------------------------------------------------------------|
| CONNECTION_INCIDENTS_BUCKET    | the bucket that gets an object for each event, and what is refused       |
| CONNECTION_INCIDENTS_NAMESPACE | its Object Storage namespace                                             |
| CONNECTION_INCIDENTS_PREFIX    | begins the names of all objects there (none if left out)                 |
| CONNECTION_ALERTS_TOPIC_ID     | OCID of the topic that gets alerts; without the bucket, one a delivery   |

A wrong value is an error that names the variable; it is never replaced by the default, because a threshold
that is silently not the one somebody wrote is worse than a function that says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ai_events.failures import Unprocessed, quote

MEGABYTE = 1024 * 1024
PLATFORM_PAYLOAD_LIMIT = 6 * MEGABYTE
_OBJECT_LIMIT = 64 * MEGABYTE
_COMPARTMENT_OCID = re.compile(
    r"ocid1\.(compartment|tenancy)\.[a-z0-9-]+\.[a-z0-9-]*\.[A-Za-z0-9._-]+", re.ASCII
)
_STORAGE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,256}", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9_./=-]{0,200}", re.ASCII)
_TOPIC_OCID = re.compile(r"ocid1\.onstopic\.[a-z0-9-]+\.[a-z0-9-]*\.[A-Za-z0-9._-]+", re.ASCII)


class Severity(StrEnum):
    """How much a result matters, least first."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True)
class Place:
    """Where the function writes: Object Storage namespace, bucket, and what all names there begin with."""

    namespace: str
    bucket: str
    prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Checked configuration of one function."""

    severity_warning: float = 0.7
    severity_critical: float = 0.9
    allowed_compartment_ids: frozenset[str] = frozenset()
    alert_labels: frozenset[str] = frozenset()
    max_event_bytes: int = PLATFORM_PAYLOAD_LIMIT
    max_object_bytes: int = 6 * MEGABYTE
    max_hops: int = 8
    sandbox_object_dir: str | None = None
    incidents: Place | None = None
    alerts_topic: str | None = None
    alert_severity: Severity = Severity.WARNING


def read_settings(config: Mapping[str, str]) -> Settings:
    """Reads the table above from the environment. Raises `Unprocessed` (wrong-config) naming the variable."""
    warning = _threshold(config, "SEVERITY_WARNING", 0.7)
    critical = _threshold(config, "SEVERITY_CRITICAL", 0.9)
    if warning > critical:
        raise _wrong("SEVERITY_WARNING", f"expected at most SEVERITY_CRITICAL ({critical}), found {warning}")
    return Settings(
        severity_warning=warning,
        severity_critical=critical,
        allowed_compartment_ids=_compartments(config, "ALLOWED_COMPARTMENT_IDS"),
        alert_labels=_labels(config, "ALERT_LABELS"),
        max_event_bytes=_number(config, "MAX_EVENT_BYTES", PLATFORM_PAYLOAD_LIMIT, PLATFORM_PAYLOAD_LIMIT),
        max_object_bytes=_number(config, "MAX_OBJECT_BYTES", 6 * MEGABYTE, _OBJECT_LIMIT),
        max_hops=_number(config, "MAX_HOPS", 8, 100, "handlers"),
        sandbox_object_dir=config.get("SANDBOX_OBJECT_DIR") or None,
        incidents=_place(config, "CONNECTION_INCIDENTS"),
        alerts_topic=_topic(config, "CONNECTION_ALERTS_TOPIC_ID"),
        alert_severity=_severity(config, "ALERT_SEVERITY", Severity.WARNING),
    )


def _wrong(name: str, what: str) -> Unprocessed:
    return Unprocessed("wrong-config", f"{name}: {what}")


def _threshold(config: Mapping[str, str], name: str, default: float) -> float:
    text = config.get(name, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        raise _wrong(name, f"expected a number from 0 to 1, found {quote(text)}") from None
    if not math.isfinite(value) or not 0 <= value <= 1:
        raise _wrong(name, f"expected a number from 0 to 1, found {quote(text)}")
    return value


def _number(config: Mapping[str, str], name: str, default: int, largest: int, of: str = "bytes") -> int:
    text = config.get(name, "").strip()
    if not text:
        return default
    # isdecimal() alone would let other scripts' digits through.
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and 1 <= int(text) <= largest):
        raise _wrong(name, f"expected a number of {of} from 1 to {largest}, found {quote(text)}")
    return int(text)


def _compartments(config: Mapping[str, str], name: str) -> frozenset[str]:
    text = config.get(name, "")
    listed = [part for part in re.split(r"[,\s]+", text) if part]
    if text and not listed:
        # "," would otherwise mean "any compartment", the opposite of what its author wanted.
        raise _wrong(name, f"expected compartment OCIDs separated by commas, found {quote(text)}")
    for ocid in listed:
        if not _COMPARTMENT_OCID.fullmatch(ocid):
            raise _wrong(name, f"expected compartment OCIDs separated by commas, found {quote(ocid)}")
    return frozenset(listed)


def _place(config: Mapping[str, str], connection: str) -> Place | None:
    bucket, namespace, prefix = (
        config.get(f"{connection}_{part}", "").strip() for part in ("BUCKET", "NAMESPACE", "PREFIX")
    )
    if not (bucket or namespace or prefix):
        return None
    for part, value in (("BUCKET", bucket), ("NAMESPACE", namespace)):
        if not _STORAGE_NAME.fullmatch(value) or value in {".", ".."}:
            raise _wrong(f"{connection}_{part}", f"expected a name in Object Storage, found {quote(value)}")
    if not _PREFIX.fullmatch(prefix):
        raise _wrong(f"{connection}_PREFIX", f"expected the beginning of object names, found {quote(prefix)}")
    return Place(namespace, bucket, prefix)


def _topic(config: Mapping[str, str], name: str) -> str | None:
    topic = config.get(name, "").strip()
    if not topic:
        return None
    if not _TOPIC_OCID.fullmatch(topic):
        raise _wrong(name, f"expected the OCID of a topic, found {quote(topic)}")
    return topic


def _severity(config: Mapping[str, str], name: str, default: Severity) -> Severity:
    text = config.get(name, "").strip().lower()
    try:
        return Severity(text) if text else default
    except ValueError:
        raise _wrong(name, f"expected one of {', '.join(Severity)}, found {quote(text)}") from None


def _labels(config: Mapping[str, str], name: str) -> frozenset[str]:
    text = config.get(name, "")
    listed = frozenset(part.strip().casefold() for part in text.split(",") if part.strip())
    if text and not listed:
        raise _wrong(name, f"expected labels separated by commas, found {quote(text)}")
    return listed
