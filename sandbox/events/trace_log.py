"""What happened to events that were sent, kept within a bound, for whoever asks later.

Holds how an event was delivered, not what it or an answer contained: of an event its identity, of a run how
it ended. What a function printed is in the functions' log.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from sandbox import bounded_log
from sandbox.cloud.kept_secrets import KeptSecrets
from sandbox.events.trace import Access, Delivery, RuleTrace, Trace

_LARGEST = 1024 * 1024
_IDENTITY = ("eventID", "eventType", "eventTime", "source")
_DATA = ("resourceName", "resourceId", "compartmentId")
_CONTENT: dict[str, Any] = {"answer": None, "headers": {}, "logs": []}


def append(folder: Path, trace: Trace) -> None:
    """Keep the trace of an event; that of a direct call is not. Raises `SandboxFault`."""
    if trace.event is not None:
        kept = KeptSecrets(folder).hide_in(_without_content(trace, trace.event))
        line = json.dumps(kept, ensure_ascii=True)
        bounded_log.append(_path(folder), "the log of events", f"{line}\n", _LARGEST)


def find(folder: Path, event_id: str) -> Trace | None:
    """The newest trace of an event, by its id or the beginning of it. Raises `SandboxFault`."""
    found = None
    for line in bounded_log.lines(_path(folder)):
        trace = _trace(line)
        if trace is not None and str((trace.event or {}).get("eventID")).startswith(event_id):
            found = trace
    return found


def _without_content(trace: Trace, event: dict[str, Any]) -> dict[str, Any]:
    kept = dataclasses.asdict(trace)
    data = event.get("data") or {}
    kept["event"] = {name: event[name] for name in _IDENTITY if name in event}
    kept["event"]["data"] = {name: data[name] for name in _DATA if name in data}
    for rule in kept["rules"]:
        for delivery in rule["deliveries"]:
            delivery |= _CONTENT
    return kept


def _trace(line: str) -> Trace | None:
    """None for a line that a kill cut off."""
    try:
        value = json.loads(line)
        rules = [_rule(rule) for rule in value.pop("rules")]
        return Trace(**{**value, "rules": rules})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _rule(value: dict[str, Any]) -> RuleTrace:
    deliveries = [_delivery(one) for one in value.pop("deliveries")]
    return RuleTrace(**value, deliveries=deliveries)


def _delivery(value: dict[str, Any]) -> Delivery:
    access = [Access(**one) for one in value.pop("access")]
    read = value.pop("object_access")
    return Delivery(**value, access=access, object_access=Access(**read) if read else None)


def _path(folder: Path) -> Path:
    return folder / "logs" / "traces.jsonl"
