"""Refuses an events rule that matches every event, or none, or whose condition cannot be what was meant.

Asks for event types only. Whether the filter on an event's data is narrow enough is not judged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from oci_functions_guard.event_types import unknown
from oci_functions_guard.layout import shorten
from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.schema import nearest
from oci_functions_guard.values import UNKNOWN, Value, kind_of, reveal

__all__ = ["applies", "check"]

_RULE: Final = "oci:Events/rule:Rule"

# What an event has (Oracle's page "Contents of an Event Message"). A condition on anything else never holds.
_FIELDS: Final = (
    "cloudEventsVersion",
    "contentType",
    "data",
    "eventID",
    "eventTime",
    "eventType",
    "eventTypeVersion",
    "extensions",
    "source",
)

# Event types no service sends. A pattern that matches both of them matches everything Oracle sends.
_PROBES: Final = ("com.oraclecloud.qzxprobe.qzxevent", "com.oraclecloud.jvwprobe.jvwevent")


def applies(resource: Resource) -> bool:
    return resource.type == _RULE


def check(case: Case) -> Iterator[Said]:
    condition, details = case.resource.get("condition"), case.resource.get("conditionDetails")
    has_condition = condition not in (None, "")
    has_details = details not in (None, {})
    if has_condition and has_details:
        yield Violation("both condition and conditionDetails are set; one of them must be")
    elif has_condition:
        yield from _check_condition(condition, _also_known(case))
    elif has_details:
        yield from _check_details(details, _also_known(case))
    else:
        yield Violation("neither condition nor conditionDetails is set; one of them must be")


def _also_known(case: Case) -> tuple[str, ...]:
    """Event types that the config knows beside the pack's own, with `*` for any string."""
    return tuple(case.settings.get("knownTypes", ()))


def _check_condition(condition: Value, also_known: tuple[str, ...]) -> Iterator[Said]:
    if condition is UNKNOWN:
        yield Later("condition is unknown")
        return
    if not isinstance(condition, str):
        yield Violation(f"condition: expected a JSON string, found {kind_of(condition)}")
        return
    try:
        filters = json.loads(condition)
    except (ValueError, RecursionError):
        yield Violation("condition: not JSON")
        return
    if not isinstance(filters, dict):
        yield Violation("condition: not a JSON object")
        return
    strange = [key for key in filters if key not in _FIELDS]
    for key in strange:
        hint = nearest(key, _FIELDS) or f" (known: {', '.join(_FIELDS)})"
        yield Violation(f"condition: no event has a field `{shorten(key)}`, so it matches no event{hint}")
    if "eventType" in filters:
        yield from _check_types(filters["eventType"], "condition.eventType", also_known)
    elif not strange:
        yield Violation("condition: names no eventType, so it matches events of every type")


def _check_details(details: Value, also_known: tuple[str, ...]) -> Iterator[Said]:
    if details is UNKNOWN:
        yield Later("conditionDetails is unknown")
    elif not isinstance(details, dict):
        yield Violation(f"conditionDetails: expected an object, found {kind_of(details)}")
    else:
        yield from _check_types(reveal(details.get("eventTypes")), "conditionDetails.eventTypes", also_known)


def _check_types(types: Value, place: str, also_known: tuple[str, ...]) -> Iterator[Said]:
    listed = types if isinstance(types, list) else [types]
    if types is UNKNOWN:
        yield Later(f"{place} is unknown")
    elif types in (None, "", []):
        yield Violation(f"{place}: names no event type, so it matches events of every type")
    else:
        for item in listed:
            yield from _check_type(reveal(item), place, also_known)


def _check_type(item: Value, place: str, also_known: tuple[str, ...]) -> Iterator[Said]:
    if item is UNKNOWN:
        yield Later(f"{place} contains an unknown value")
    elif not isinstance(item, str):
        yield Violation(f"{place}: expected a string, found {kind_of(item)}")
    elif not item.strip() or _takes_everything(item):
        yield Violation(f"{place}: matches events of every service: {shorten(item) or 'an empty string'}")
    elif (why := unknown(item)) and not any(fnmatchcase(item, known) for known in also_known):
        yield Violation(f"{place}: `{shorten(item)}` matches no event: {why}")


def _takes_everything(pattern: str) -> bool:
    """Whether the pattern (`*` stands for any string) matches events of every service."""
    expression = re.compile(".*".join(map(re.escape, re.split(r"\*+", pattern.strip()))), re.IGNORECASE)
    return all(expression.fullmatch(probe) for probe in _PROBES)
