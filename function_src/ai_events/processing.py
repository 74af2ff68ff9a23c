"""One call of the function, from its body to its answer.

The answer is a JSON object whose `status` is one of

    processed  graded; `result.severity` says how much it matters
    ignored    a type that carries nothing to grade
    refused    the input is at fault; `reason` says why, and sending it again changes nothing
    failed     it could not be processed this time; the call counts as failed, so that it comes again or shows

`dedupeKey` is the event's id: Oracle advises to expect an event twice, and consumers of the answer drop the
second by it. It is null for a direct call, which has no id of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ai_events import envelope, objects, results, routes, strict_json
from ai_events.envelope import Event
from ai_events.failures import EventFailure, Refusal
from ai_events.results import AiResult
from ai_events.routes import Route, Routed
from ai_events.settings import Settings, read_settings
from ai_events.severity import Severity, grade
from ai_events.strict_json import JsonValue

_TOP = 5

ReaderFactory = Callable[[Settings], objects.ObjectReader]


@dataclass(frozen=True)
class Answer:
    """What the function says: an HTTP status (for gateway calls) and a JSON object."""

    http_status: int
    body: dict[str, JsonValue] = field(default_factory=dict)


def process(body: bytes, config: Mapping[str, str], open_reader: ReaderFactory) -> Answer:
    """Processes one call. Total over any bytes: every `EventFailure` becomes an answer."""
    event: Event | None = None
    try:
        settings = read_settings(config)
        value = strict_json.parse(body, settings.max_event_bytes)
        if not envelope.looks_like_event(value):
            result = results.read_result(value)
            return _answer("processed", None, _graded(result, grade(result.score, settings)))
        event = envelope.read_event(value)
        return _process_event(event, settings, open_reader)
    except EventFailure as failure:
        return _failure(failure, event)


def _process_event(event: Event, settings: Settings, open_reader: ReaderFactory) -> Answer:
    routed = routes.route(event.type)
    _check_compartment(event, settings)
    if routed.route is Route.LIFECYCLE:
        return _answer("ignored", event)
    return _answer("processed", event, _result(event, routed, settings, open_reader))


def _check_compartment(event: Event, settings: Settings) -> None:
    allowed = settings.allowed_compartment_ids
    if allowed and not (event.compartment_ids and event.compartment_ids <= allowed):
        raise Refusal("foreign-compartment", "the event is of a compartment this function doesn't serve", 403)


def _result(
    event: Event, routed: Routed, settings: Settings, open_reader: ReaderFactory
) -> dict[str, JsonValue]:
    if routed.route is Route.OBJECT:
        target = objects.object_of(event)
        body = open_reader(settings).read(target, settings.max_object_bytes)
        result = results.read_result(strict_json.parse(body, settings.max_object_bytes))
        return _graded(result, grade(result.score, settings))
    if routed.route is Route.DETAILS and results.has_result(dict(event.details)):
        result = results.read_result(dict(event.details))
        return _graded(result, grade(result.score, settings))
    if routed.route is Route.PROBLEM:
        return _ungraded(routes.problem_severity(event), routed.outcome)
    return _ungraded(routed.severity, routed.outcome)


def _graded(result: AiResult, severity: Severity) -> dict[str, JsonValue]:
    return {
        "severity": severity.value,
        "score": result.score,
        "shape": result.shape,
        "count": len(result.found),
        "top": [{"score": item.score, "label": item.label} for item in result.found[:_TOP]],
    }


def _ungraded(severity: Severity, outcome: str) -> dict[str, JsonValue]:
    graded: dict[str, JsonValue] = {"severity": severity.value, "score": None}
    if outcome:
        graded["outcome"] = outcome
    return graded


def _answer(status: str, event: Event | None, result: dict[str, JsonValue] | None = None) -> Answer:
    body: dict[str, JsonValue] = {"status": status}
    body |= _about(event)
    if result is not None:
        body["result"] = result
    return Answer(200, body)


def _failure(failure: EventFailure, event: Event | None) -> Answer:
    status = "refused" if isinstance(failure, Refusal) else "failed"
    body: dict[str, JsonValue] = {"status": status}
    body |= _about(event)
    body["reason"] = {"code": failure.code, "message": failure.message}
    return Answer(failure.http_status, body)


def _about(event: Event | None) -> dict[str, JsonValue]:
    if event is None:
        return {"dedupeKey": None}
    about: dict[str, JsonValue] = {"type": event.type, "time": event.time, "resource": event.resource_name}
    if event.freeform_tags:
        about["tags"] = dict(event.freeform_tags)
    return {"dedupeKey": event.id, "event": about}
