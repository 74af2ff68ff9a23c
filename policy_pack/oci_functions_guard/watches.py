"""What invokes a function as soon as something is written: an Events rule on objects, or a connector on a
queue, a stream or a log.

A watch says which permission such a write takes and what the request would be about, in the variables of a
policy's condition. Not for topics: no statement can name one, so whether a function may publish to the very
topic that invokes it cannot be told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from oci_functions_guard.overlap import overlap
from oci_functions_guard.resource import Resource
from oci_functions_guard.values import UNKNOWN, Value, reveal

__all__ = ["PERMISSIONS", "Unclear", "Watch", "is_watch", "watches"]


@dataclass(frozen=True, slots=True)
class Watch:
    """A function that is invoked after a write.

    `permissions` are what the write takes, `names` the values that the request's variables can have then (`*`
    for any string; a variable that is left out can have any), `what` says it in words.
    """

    resource: Resource
    function: str
    permissions: frozenset[str]
    names: Mapping[str, tuple[str, ...]]
    compartment: str | None
    what: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something of it is unknown, so that it cannot be told yet."""

    text: str


Read: TypeAlias = "Watch | Unclear"

# What an event of this type comes after.
_EVENTS: Final = {
    "com.oraclecloud.objectstorage.createobject": "OBJECT_CREATE",
    "com.oraclecloud.objectstorage.updateobject": "OBJECT_OVERWRITE",
}
_QUEUE, _STREAM, _LOG = "QUEUE_PRODUCE", "STREAM_PRODUCE", "LOG_CONTENT_PUSH"
PERMISSIONS: Final = frozenset({*_EVENTS.values(), _QUEUE, _STREAM, _LOG})
_BY_ID: Final = re.compile(r"/n/[^/]+/b/([^/]+)/o/(.+)", re.DOTALL)


def is_watch(resource: Resource) -> bool:
    """Whether resources of this type can invoke a function after a write."""
    return resource.type in _READERS


def watches(resource: Resource) -> tuple[Read, ...]:
    """Every function that the resource invokes after a write, and what of it is unknown."""
    reader = _READERS.get(resource.type)
    return tuple(reader(resource)) if reader is not None else ()


# --- Events --------------------------------------------------------------------------------------------


def _of_rule(rule: Resource) -> Iterator[Read]:
    if rule.get("isEnabled") is False:
        return
    condition = _condition(rule)
    if isinstance(condition, Unclear):
        yield condition
        return
    permissions = _permissions(condition.get("eventType"))
    if not permissions:
        return
    data = condition.get("data")
    names = dict(_names(data if isinstance(data, dict) else {}))
    for function in _functions(rule):
        if function is UNKNOWN:
            yield Unclear("the function that it invokes is unknown")
        elif isinstance(function, str):
            where = " or ".join(names.get("target.bucket.name", ("any bucket",)))
            yield Watch(
                rule,
                function,
                permissions,
                MappingProxyType(names),
                rule.text("compartmentId"),
                f"objects of {where}",
            )


def _condition(rule: Resource) -> dict[str, Any] | Unclear:
    """The condition, whichever input holds it. What is no condition is for another rule to say."""
    condition, details = rule.get("condition"), rule.get("conditionDetails")
    if UNKNOWN in (condition, details):
        return Unclear("its condition is unknown")
    if isinstance(details, dict) and details:
        types, data = reveal(details.get("eventTypes")), reveal(details.get("data"))
        if UNKNOWN in (types, data) or (isinstance(types, list) and UNKNOWN in map(reveal, types)):
            return Unclear("its condition is unknown")
        return {"eventType": types, "data": _json(data)}
    found = _json(condition)
    return found if isinstance(found, dict) else {}


def _json(text: Value) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _permissions(types: Any) -> frozenset[str]:
    """What writing takes that causes one of the events; no type at all means every one."""
    patterns = _strings(types) if types else ["*"]
    return frozenset(
        permission for kind, permission in _EVENTS.items() if any(overlap(kind, each) for each in patterns)
    )


def _names(data: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The buckets and objects whose events pass, as far as the filter names them."""
    details = data.get("additionalDetails")
    buckets = _strings(details.get("bucketName")) if isinstance(details, dict) else []
    objects = _strings(data.get("resourceName"))
    by_id = [match.groups() for each in _strings(data.get("resourceId")) if (match := _BY_ID.fullmatch(each))]
    if buckets or by_id:
        yield "target.bucket.name", tuple(buckets or [bucket for bucket, _ in by_id])
    if objects or by_id:
        yield "target.object.name", tuple(objects or [name for _, name in by_id])


def _functions(rule: Resource) -> Iterator[Value]:
    """The functions of its actions that are on, unknown ones included."""
    blocks = rule.get("actions")
    if isinstance(blocks, dict):
        blocks = reveal(blocks.get("action")) or reveal(blocks.get("actions"))
    for marked in blocks if isinstance(blocks, list) else [blocks]:
        action = reveal(marked)
        if action is UNKNOWN:
            yield UNKNOWN
        elif isinstance(action, dict) and reveal(action.get("isEnabled")) is not False:
            kind = reveal(action.get("actionType"))
            if kind is UNKNOWN or (isinstance(kind, str) and kind.upper() == "FAAS"):
                yield reveal(action.get("functionId"))


# --- Connector Hub -------------------------------------------------------------------------------------


def _of_connector(connector: Resource) -> Iterator[Read]:
    source, target = connector.get("source"), connector.get("target")
    if UNKNOWN in (source, target):
        yield Unclear("its source or target is unknown")
        return
    if not (isinstance(source, dict) and isinstance(target, dict)):
        return
    kind, function = reveal(target.get("kind")), reveal(target.get("functionId"))
    if not (isinstance(kind, str) and kind.casefold() == "functions"):
        return
    for permission, variable, ocid, what in _sources(source):
        if UNKNOWN in (function, ocid):
            yield Unclear("its source or the function that it invokes is unknown")
        elif isinstance(function, str) and isinstance(ocid, str):
            names = MappingProxyType({variable: (ocid,)})
            yield Watch(connector, function, frozenset({permission}), names, None, f"{what} {ocid}")


def _sources(source: Mapping[str, Value]) -> Iterator[tuple[str, str, Value, str]]:
    """What writing to each source takes, the variable that names the source, its OCID, and its kind."""
    if reveal(source.get("streamId")):
        yield _STREAM, "target.stream.id", reveal(source.get("streamId")), "the stream"
    configured = reveal(source.get("configMap"))
    if configured is UNKNOWN:
        yield _QUEUE, "target.queue.id", UNKNOWN, "the queue"
    settings = _json(configured)
    if isinstance(settings, dict) and "queueId" in settings:
        yield _QUEUE, "target.queue.id", settings["queueId"], "the queue"
    logs = reveal(source.get("logSources"))
    for marked in logs if isinstance(logs, list) else []:
        log = reveal(marked)
        if isinstance(log, dict) and reveal(log.get("logGroupId")):
            yield _LOG, "target.loggroup.id", reveal(log.get("logGroupId")), "logs of"


def _strings(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


# Another kind of source is one line, and what reads it.
_READERS: Final[Mapping[str, Callable[[Resource], Iterator[Read]]]] = {
    "oci:Events/rule:Rule": _of_rule,
    "oci:Sch/connector:Connector": _of_connector,
}
