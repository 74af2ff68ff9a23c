"""Monitoring's alarms: the query of each, minute for minute, and a message when its state changes.

    OK ──the query holds for the pending duration──► FIRING ──it holds no more──► OK
                                                      └─ again after the repeat duration

A minute is looked at when it is over. A query over more than a minute is asked about its last whole interval.
The message is Oracle's alarm message, in the fields that its page "Alarm Message Format" lists.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sandbox.api.representation import of_seconds, rfc3339
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Record
from sandbox.delivery.attempt import World
from sandbox.delivery.complaints import say_once
from sandbox.services.monitoring import ALARM, queries, samples
from sandbox.services.monitoring.alarm_states import MINUTE, State, begin, keep

_AT_ONCE = 1440
"""Minutes of one alarm in one look: of a longer time only the last ones are looked at."""
_KINDS = {"onstopic": "topic", "stream": "stream"}
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)
_UNITS = (86400, 3600, 60, 1)


@dataclass(frozen=True)
class _Minute:
    """What the query answers at the end of one minute: each series that is beyond the threshold."""

    end: float
    firing: Sequence[tuple[Mapping[str, str], float]]


def evaluate(world: World) -> None:
    """Look at every alarm up to the last whole minute, and owe what it has to say."""
    for alarm in world.store.list(ALARM):
        state = begin(world.store, alarm.id, world.now)
        until = world.now - world.now % MINUTE
        if state.through >= until:
            continue
        reason = _why_not(alarm)
        if reason:
            say_once(("alarm", alarm.id), ("source", "metrics"), f"not evaluated: {reason}", world)
        with world.store.transaction():
            state = begin(world.store, alarm.id, world.now)  # another may have been first
            if alarm.outputs.get("isEnabled") is True and not reason:
                for minute in _minutes(alarm, state.through, until, world):
                    state = _step(alarm, state, minute, world)
            keep(world.store, alarm.id, State(until, state.beyond, state.fired, state.told))


def _why_not(alarm: Record) -> str:
    """Why the sandbox cannot look at an alarm; empty where it can."""
    if alarm.outputs.get("isEnabled") is not True:
        return ""
    namespace = str(alarm.outputs.get("namespace"))
    if namespace.startswith(("oci_", "oracle_")):
        return f"the services of the sandbox post no metrics, so {namespace} has none"
    if alarm.outputs.get("overrides"):
        return "the sandbox does not imitate overrides of alarms"
    try:
        queries.read(str(alarm.outputs.get("query")), for_alarm=True)
    except queries.QueryError as error:
        return f"{alarm.outputs.get('query')}: {error}"
    return ""


def _minutes(alarm: Record, after: float, until: float, world: World) -> Iterator[_Minute]:
    query = queries.read(str(alarm.outputs.get("query")), for_alarm=True)
    # Where nothing was posted there is no value: only whether there is any is asked.
    asked = replace(query, statistic="count") if query.statistic == "absent" else query
    compartments = _compartments(alarm, world)
    first = max(after - after % MINUTE, until - _AT_ONCE * MINUTE)
    for number in range(1, round((until - first) / MINUTE) + 1):
        end = first + number * MINUTE
        whole = end - end % query.interval
        found = samples.series(
            world.store,
            asked,
            namespace=str(alarm.outputs.get("namespace")),
            compartment_ids=compartments,
            start=whole - query.interval,
            end=whole,
            resource_group=str(alarm.outputs.get("resourceGroup") or ""),
        )
        values = [(one.metric.dimensions, one.points[-1][1]) for one in found]
        if query.statistic == "absent":
            yield _Minute(end, [] if values else [({}, 0.0)])
        else:
            yield _Minute(end, [one for one in values if query.holds(one[1])])


def _compartments(alarm: Record, world: World) -> set[str]:
    own = str(alarm.outputs.get("metricCompartmentId"))
    if alarm.outputs.get("metricCompartmentIdInSubtree") is not True:
        return {own}
    directory = world.deployment.directory
    return {own} | {id for id in directory.compartments if directory.covers(own, id)}


def _step(alarm: Record, state: State, minute: _Minute, world: World) -> State:
    """The state after one more minute; what there is to say of it is owed."""
    outputs = alarm.outputs
    if not minute.firing:
        if state.fired is not None:
            _tell(alarm, "FIRING_TO_OK", state.fired, minute, world)
        return State(minute.end)
    beyond = state.beyond if state.beyond is not None else minute.end - MINUTE
    if state.fired is None:
        if minute.end - beyond < _seconds(outputs.get("pendingDuration"), MINUTE):
            return State(minute.end, beyond)
        _tell(alarm, "OK_TO_FIRING", minute.end, minute, world)
        return State(minute.end, beyond, minute.end, minute.end)
    again = _seconds(outputs.get("repeatNotificationDuration"), 0.0)
    if again and minute.end - (state.told or state.fired) >= again:
        _tell(alarm, "REPEAT", state.fired, minute, world)
        return State(minute.end, beyond, state.fired, minute.end)
    return State(minute.end, beyond, state.fired, state.told)


def fire(alarm: Record, world: World) -> None:
    """Owe what an alarm says when it fires, whatever is measured. Part of the transaction that is open."""
    _tell(alarm, "OK_TO_FIRING", world.now, _Minute(world.now, [({"resourceId": "sample"}, 97.0)]), world)


def _tell(alarm: Record, type: str, fired: float, minute: _Minute, world: World) -> None:
    """Owe the message to every destination, unless the alarm is suppressed. Nobody's right is asked for: that
    was done when the alarm was set up."""
    if _is_suppressed(alarm, minute.end):
        return
    message = json.dumps(_message(alarm, type, fired, minute)).encode()
    title = str(alarm.outputs.get("notificationTitle") or alarm.outputs.get("displayName"))
    for destination in alarm.outputs.get("destinations") or ():
        kind = _KINDS.get(str(destination).split(".")[1] if "." in str(destination) else "", "destination")
        Outbox(world.store).record(
            source=("alarm", alarm.id),
            destination=(kind, str(destination)),
            payload=message,
            content_type="application/json",
            headers={"title": title},
            now=minute.end,
        )


def _message(alarm: Record, type: str, fired: float, minute: _Minute) -> dict[str, Any]:
    outputs = alarm.outputs
    query, severity = str(outputs.get("query")), str(outputs.get("severity"))
    measured = re.sub(r"\s*(>=|<=|==|!=|>|<)\s*-?[\d.]+\s*$", "", query)
    return {
        "dedupeKey": hashlib.sha256(f"{alarm.id} {fired}".encode()).hexdigest()[:36],
        "title": str(outputs.get("notificationTitle") or outputs.get("displayName")),
        "body": outputs.get("body") or "",
        "type": type,
        "severity": severity,
        "timestampEpochMillis": int(minute.end * 1000),
        "timestamp": of_seconds(minute.end),
        "alarmMetaData": [
            {
                "id": alarm.id,
                "status": "OK" if type == "FIRING_TO_OK" else "FIRING",
                "severity": severity,
                "namespace": outputs.get("namespace"),
                "query": query,
                "totalMetricsFiring": len(minute.firing),
                "dimensions": [dict(dimensions) for dimensions, _ in minute.firing],
                "metricValues": [{measured: f"{value:.2f}"} for _, value in minute.firing],
                "alarmSummary": outputs.get("alarmSummary") or f"Alarm {outputs.get('displayName')}: {query}",
            }
        ],
        "version": 1.5,
    }


def _is_suppressed(alarm: Record, now: float) -> bool:
    suppression = alarm.outputs.get("suppression") or {}
    start, end = _time(suppression.get("timeSuppressFrom")), _time(suppression.get("timeSuppressUntil"))
    return start is not None and end is not None and start <= now < end


def _time(text: Any) -> float | None:
    try:
        return datetime.fromisoformat(str(rfc3339(text)).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


def _seconds(text: Any, otherwise: float) -> float:
    """An ISO 8601 duration such as `PT5M`."""
    found = _DURATION.fullmatch(str(text)) if text else None
    if found is None:
        return otherwise
    return float(sum(int(count or 0) * unit for count, unit in zip(found.groups(), _UNITS, strict=True)))
