"""What an answer leads to, where the function's settings connect it to something.

| answer    | effects                                                                                   |
|-----------|-------------------------------------------------------------------------------------------|
| processed | exactly one incident object for the event; from ALERT_SEVERITY on at least one alert       |
| refused   | its body in quarantine                                                                    |
| ignored   | none                                                                                      |
| failed    | none: it comes again, or shows                                                            |

What is told of an event is its incident: a result that was overwritten or deleted since does not change it.
An answer is only as good as its effects: where one of them could not be had, the answer is `failed` with that
reason, and the next delivery finds what this one did. A result sent directly has no id; its call's stands for
it, so that a second call is a second incident.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import cast

from ai_events import incidents
from ai_events.alerts import Alerts, Topic
from ai_events.failures import EventFailure
from ai_events.hops import Trail
from ai_events.incidents import INCIDENTS, QUARANTINE, Bucket
from ai_events.processing import Answer, failed_with
from ai_events.service import Service
from ai_events.settings import Settings, Severity, read_settings
from ai_events.severity import reaches
from ai_events.strict_json import JsonObject

_LONGEST_TITLE = 150
ServiceFactory = Callable[[], Service]


def carry_out(
    answer: Answer, body: bytes, call_id: str, config: Mapping[str, str], open_service: ServiceFactory
) -> Answer:
    """The answer once its effects are there, which it then names, or a failed one."""
    if answer.body["status"] not in {"processed", "refused"}:
        return answer
    try:
        settings = read_settings(config)
        if settings.incidents is None and settings.alerts_topic is None:
            return answer
        with open_service() as service:
            if settings.incidents is None:
                trail = answer.trail.further(_origin(answer, body))
                return _tell(answer, call_id, settings, Topic(service, str(settings.alerts_topic)), trail)
            bucket = Bucket(service, settings.incidents, answer.trail.further(_origin(answer, body)))
            alerts = None
            if settings.alerts_topic:
                alerts = Alerts(service, bucket, Topic(service, settings.alerts_topic))
            if answer.body["status"] == "refused":
                effects = _quarantine(answer, body, bucket)
                effects |= _catch_up(answer, settings, bucket, alerts)
            else:
                effects = _record(answer, call_id, settings, bucket, alerts)
    except EventFailure as failure:
        return failed_with(failure, answer)
    return Answer(answer.http_status, answer.body | {"effects": effects})


def _origin(answer: Answer, body: bytes) -> str:
    event_id = answer.body["dedupeKey"]
    return incidents.name_of(event_id) if isinstance(event_id, str) else incidents.name_of_body(body)


def _tell(answer: Answer, call_id: str, settings: Settings, topic: Topic, trail: Trail) -> Answer:
    """The alert alone: without a bucket nobody knows of a former delivery, and each is told."""
    if answer.body["status"] != "processed":
        return answer
    incident = _incident(answer, call_id)
    severity = _severity(incident)
    if not reaches(severity, settings.alert_severity):
        return answer
    topic.publish(*_message(incident, severity, None, trail))
    return Answer(answer.http_status, answer.body | {"effects": {"alert": "published"}})


def _incident(answer: Answer, call_id: str) -> JsonObject:
    return {
        "id": str(answer.body["dedupeKey"] or f"call:{call_id or uuid.uuid4()}"),
        "event": answer.body.get("event"),
        "result": answer.body["result"],
    }


def _severity(incident: JsonObject) -> Severity:
    result = incident["result"]
    return Severity(str(result["severity"])) if isinstance(result, dict) else Severity.WARNING


def _record(
    answer: Answer, call_id: str, settings: Settings, bucket: Bucket, alerts: Alerts | None
) -> JsonObject:
    incident = _incident(answer, call_id)
    event_id = str(incident["id"])
    name = _incident_name(event_id)
    is_new = bucket.create(name, json.dumps(incident, allow_nan=False).encode(), "application/json")
    effects: JsonObject = {"incident": bucket.full_name(name), "isNew": is_new}
    if alerts is not None:
        # What was found first is what is told, whatever has become of its source since.
        told = incident if is_new else _stored(name, bucket) or incident
        effects |= _alert(told, event_id, settings, bucket, alerts, is_new=is_new)
    return effects


def _catch_up(answer: Answer, settings: Settings, bucket: Bucket, alerts: Alerts | None) -> JsonObject:
    """The alert that a former delivery owes, where its source is gone by now and nothing is left to grade."""
    event_id = answer.body["dedupeKey"]
    if alerts is None or not isinstance(event_id, str):
        return {}
    incident = _stored(_incident_name(event_id), bucket)
    return _alert(incident, event_id, settings, bucket, alerts, is_new=False) if incident else {}


def _incident_name(event_id: str) -> str:
    return f"{INCIDENTS}{incidents.name_of(event_id)}.json"


def _stored(name: str, bucket: Bucket) -> JsonObject | None:
    """The incident of a former delivery; None where there is none that this function wrote."""
    found = bucket.read(name)
    try:
        value = json.loads(found.body if found else b"null")
        Severity(value["result"]["severity"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return cast(JsonObject, value)


def _alert(
    incident: JsonObject, event_id: str, settings: Settings, bucket: Bucket, alerts: Alerts, *, is_new: bool
) -> JsonObject:
    severity = _severity(incident)
    if not reaches(severity, settings.alert_severity):
        return {}
    title, body = _message(incident, severity, bucket.full_name(_incident_name(event_id)), bucket.trail)
    return {"alert": alerts.send(event_id, title, body, is_new=is_new)}


def _message(incident: JsonObject, severity: Severity, name: str | None, trail: Trail) -> tuple[str, str]:
    """Title and body: what the log says too, since a topic may end in somebody's mail."""
    body = Answer(200, incident).loggable() | {"severity": severity, "incident": name} | trail.members
    event = body.get("event")
    subject = event.get("resource") or event.get("type") if isinstance(event, dict) else "AI result"
    title = f"{severity}: {subject}".encode("ascii", "replace").decode()
    title = "".join(character if character.isprintable() else " " for character in title)
    return title[:_LONGEST_TITLE], json.dumps(body)


def _quarantine(answer: Answer, body: bytes, bucket: Bucket) -> JsonObject:
    """The body as it came; the same body of one event is kept once."""
    event_id = answer.body["dedupeKey"]
    key = incidents.name_of(event_id) if isinstance(event_id, str) else incidents.name_of_body(body)
    name = f"{QUARANTINE}{key}"
    reason = answer.body["reason"]
    code = str(reason["code"]) if isinstance(reason, dict) else ""
    is_new = bucket.create(name, body, "application/octet-stream", {"reason": code})
    return {"quarantine": bucket.full_name(name), "isNew": is_new}
