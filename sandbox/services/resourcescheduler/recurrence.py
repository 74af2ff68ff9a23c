"""When a schedule is due: UNIX cron expressions and RFC 5545 recurrences, in the schedule's time zone.

What the pages leave open: a recurrence without DTSTART of its own begins when the schedule does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter
from dateutil.rrule import rrulestr

from sandbox.api.representation import rfc3339
from sandbox.cloud.errors import InvalidParameter

TYPES = ("CRON", "ICAL")
_FIELDS = 5


def occurrences(inputs: Mapping[str, Any], begun: float, after: float) -> Iterator[float]:
    """The times behind `after`, in seconds since 1970, up to the schedule's end; `begun` is when it was
    created. Raises `InvalidParameter`."""
    starts = _seconds(inputs.get("timeStarts"))
    ends = _seconds(inputs.get("timeEnds"))
    zone = _zone(inputs.get("localTimeZone"))
    first = max(begun, starts or begun)
    for time in _times(inputs, datetime.fromtimestamp(first, zone), max(after, first - 1)):
        if ends is not None and time > ends:
            return
        if time > after and time >= first:
            yield time


def _times(inputs: Mapping[str, Any], first: datetime, after: float) -> Iterator[float]:
    kind, text = str(inputs.get("recurrenceType")).upper(), str(inputs.get("recurrenceDetails") or "").strip()
    behind = datetime.fromtimestamp(after, first.tzinfo)
    if kind == "CRON":
        yield from _of_cron(text, behind)
    elif kind == "ICAL":
        yield from _of_ical(text, first, behind)
    else:
        raise InvalidParameter(f"recurrenceType must be one of {', '.join(TYPES)}")


def _of_cron(text: str, behind: datetime) -> Iterator[float]:
    if len(text.split()) != _FIELDS or not croniter.is_valid(text):
        raise InvalidParameter(f"recurrenceDetails {text!r} is not a cron expression of {_FIELDS} fields")
    found = croniter(text, behind)
    while True:
        yield float(found.get_next(float))


def _of_ical(text: str, first: datetime, behind: datetime) -> Iterator[float]:
    try:
        rule = rrulestr(text, dtstart=first.replace(microsecond=0))
        for time in rule.xafter(behind):
            yield time.astimezone(UTC).timestamp()
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidParameter(f"recurrenceDetails {text!r} is not an RFC 5545 recurrence: {error}") from None


def _zone(name: Any) -> tzinfo:
    if not name:
        return UTC
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidParameter(f"localTimeZone {name!r} is not an IANA time zone") from None


def _seconds(text: Any) -> float | None:
    """A time in the provider's form or the API's; None where none is given."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(str(rfc3339(text)).replace("Z", "+00:00"))
    except ValueError:
        raise InvalidParameter(f"{text!r} is not a time") from None
    return found.replace(tzinfo=found.tzinfo or UTC).timestamp()
