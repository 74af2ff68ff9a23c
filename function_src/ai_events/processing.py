"""One invocation of the function, from its body to its answer.

The answer is a JSON object whose `status` is one of

    processed  graded; `result.severity` says how much it matters
    ignored    a type that carries nothing to grade
    refused    the input is at fault; `reason` says why, and sending it again changes nothing
    failed     it could not be processed this time; reported as a failed invocation, so that it is delivered
               again or shows

`dedupeKey` is the event's id: Oracle advises to expect an event twice, and consumers of the answer drop the
second by it. It is null for a result sent directly, which has no id of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ai_events import alarms, envelope, firings, hops, incidents, objects, results, routes, strict_json
from ai_events.envelope import Event
from ai_events.failures import EventFailure, Refusal
from ai_events.findings import Finding
from ai_events.hops import BEGINNING, Trail
from ai_events.routes import Route, Routed
from ai_events.settings import Settings, read_settings
from ai_events.severity import Severity, at_least, grade
from ai_events.strict_json import JsonObject, JsonValue

STATUSES = ("processed", "ignored", "refused", "failed")
_TOP = 5
# The envelope's names are strings of any length; the answer and the log line stay short.
_MAX_TIME = 40
_MAX_RESOURCE = 1024

ReaderFactory = Callable[[Settings], objects.ObjectReader]


@dataclass(frozen=True)
class Answer:
    """What the function says: an HTTP status (for gateway calls) and a JSON object. `trail` is that of what
    invoked it."""

    http_status: int
    body: JsonObject = field(default_factory=dict)
    trail: Trail = BEGINNING

    def loggable(self) -> JsonObject:
        """The answer without what came out of a result or was attached by people: labels and tags. Of a batch
        only how many records went how."""
        kept = {key: value for key, value in self.body.items() if key != "records"}
        for part, hidden in (("result", "top"), ("event", "tags")):
            whole = kept.get(part)
            if isinstance(whole, dict):
                kept[part] = {key: value for key, value in whole.items() if key != hidden}
        return kept


def process(body: bytes, config: Mapping[str, str], open_reader: ReaderFactory) -> Answer:
    """Processes one invocation. Total over any bytes: every `EventFailure` becomes an answer."""
    event: Event | None = None
    trail = BEGINNING
    try:
        settings = read_settings(config)
        value = strict_json.parse(body, settings.max_event_bytes)
        if envelope.looks_like_event(value):
            event = envelope.read_event(value)
            routed = _routed(event, settings)
            if routed.route is Route.LIFECYCLE:
                return _answer("ignored", event)
            content = _content(event, routed, settings, open_reader)
            trail = content.trail
            return _within(trail, settings, event) or _answer(
                "processed", event, _result(event, routed, settings, content), trail
            )
        if alarms.looks_like_alarm(value):
            event = alarms.read_alarm(value)
            return _answer("processed", event, _ungraded(alarms.graded(event)))
        if firings.is_firing(value):
            return _answer("ignored", None)
        firings.refuse_rotation(value)
        trail = hops.of_message(value)
        return _within(trail, settings, None) or _answer("processed", None, _graded(value, settings), trail)
    except EventFailure as failure:
        return _failure(failure, event, trail)


def _routed(event: Event, settings: Settings) -> Routed:
    """What is done with it; nothing with what this function wrote itself."""
    routed = routes.route(event.type)
    _check_compartment(event, settings)
    return Routed(Route.LIFECYCLE) if _is_own(event, settings) else routed


def _within(trail: Trail, settings: Settings, event: Event | None) -> Answer | None:
    """None where the chain may go on. Raises `Refusal` at its end; behind it nothing may be written."""
    if trail.hops > settings.max_hops:
        return _answer("ignored", event, trail=trail)
    if trail.hops == settings.max_hops:
        raise Refusal(
            "too-many-hops",
            f"it came through {trail.hops} handlers, which MAX_HOPS ends: functions write what invokes them",
        )
    return None


def _check_compartment(event: Event, settings: Settings) -> None:
    allowed = settings.allowed_compartment_ids
    if allowed and not (event.compartment_ids and event.compartment_ids <= allowed):
        raise Refusal(
            "foreign-compartment", "the event is from a compartment that this function does not serve", 403
        )


def _is_own(event: Event, settings: Settings) -> bool:
    """Whether the event is about an object that this function wrote: processing it would write the next."""
    place = settings.incidents
    return place is not None and incidents.is_own(place, event.details.get("bucketName"), event.resource_name)


def _content(event: Event, routed: Routed, settings: Settings, open_reader: ReaderFactory) -> objects.Content:
    """The object that it names; empty where it names none."""
    if routed.route is not Route.OBJECT:
        return objects.Content(b"")
    return open_reader(settings).read(objects.object_of(event), settings.max_object_bytes)


def _result(event: Event, routed: Routed, settings: Settings, content: objects.Content) -> JsonObject:
    if routed.route is Route.OBJECT:
        return _graded(strict_json.parse(content.body, settings.max_object_bytes), settings)
    details = dict(event.details)
    if routed.route is Route.DETAILS and results.has_result(details):
        return _graded(details, settings)
    if routed.route is Route.PROBLEM:
        return _ungraded(Routed(Route.PROBLEM, routes.problem_severity(event), routed.outcome))
    return _ungraded(routed)


def _graded(value: JsonValue, settings: Settings) -> JsonObject:
    """Grades a result. What the service itself could not process is worth a look, whatever the rest says."""
    result = results.with_alerts(results.read_result(value), settings.alert_labels)
    severity = grade(result.score, settings)
    graded: JsonObject = {
        "severity": at_least(severity, Severity.WARNING) if result.errors else severity,
        "score": result.score,
        "shape": result.shape,
        "count": len(result.found),
        "top": [_shown(finding) for finding in result.found[:_TOP]],
    }
    return graded | ({"errors": result.errors} if result.errors else {})


def _shown(finding: Finding) -> JsonObject:
    shown: JsonObject = {"score": finding.score, "label": finding.label}
    if finding.confidence is not None:
        shown["confidence"] = finding.confidence
    if finding.of:
        shown["of"] = finding.of
    return shown


def _ungraded(routed: Routed) -> JsonObject:
    graded: JsonObject = {"severity": routed.severity, "score": None}
    if routed.outcome:
        graded["outcome"] = routed.outcome
    return graded


def _answer(
    status: str, event: Event | None, result: JsonObject | None = None, trail: Trail = BEGINNING
) -> Answer:
    body: JsonObject = {"status": status}
    body |= _about(event)
    if result is not None:
        body["result"] = result
    return Answer(200, body, trail)


def _failure(failure: EventFailure, event: Event | None, trail: Trail) -> Answer:
    status = "refused" if isinstance(failure, Refusal) else "failed"
    body: JsonObject = {"status": status}
    body |= _about(event)
    body["reason"] = {"code": failure.code, "message": failure.message}
    if failure.code == firings.NOT_ROTATED:
        body |= {"responseCode": failure.http_status, "returnMessage": failure.message}
    return Answer(failure.http_status, body, trail)


def failed_with(failure: EventFailure, answer: Answer) -> Answer:
    """The answer, failed for something that was to follow from it."""
    about = {key: value for key, value in answer.body.items() if key in {"dedupeKey", "event"}}
    reason: JsonObject = {"code": failure.code, "message": failure.message}
    return Answer(failure.http_status, {"status": "failed"} | about | {"reason": reason})


def _about(event: Event | None) -> JsonObject:
    if event is None:
        return {"dedupeKey": None}
    about: JsonObject = {
        "type": event.type,
        "time": event.time[:_MAX_TIME] if event.time else event.time,
        "resource": event.resource_name[:_MAX_RESOURCE] if event.resource_name else event.resource_name,
    }
    if event.freeform_tags:
        about["tags"] = dict(event.freeform_tags)
    return {"dedupeKey": event.id, "event": about}
