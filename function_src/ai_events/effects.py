"""What an answer leads to, where the function's settings connect it to something.

| answer    | effects                                                                                   |
|-----------|-------------------------------------------------------------------------------------------|
| processed | exactly one incident object for the event; from ALERT_SEVERITY on at least one alert       |
| refused   | its body in quarantine                                                                    |
| ignored   | none                                                                                      |
| failed    | none: it comes again, or shows                                                            |

An answer is only as good as its effects: where one of them could not be had, the answer is `failed` with that
reason, and the next delivery finds what this one did. A result sent directly has no id; its call's stands for
it, so that a second call is a second incident.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping

from ai_events import incidents
from ai_events.alerts import Alerts, Topic
from ai_events.failures import EventFailure
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
        if settings.incidents is None:
            return answer
        with open_service() as service:
            bucket = Bucket(service, settings.incidents)
            if answer.body["status"] == "refused":
                effects = _quarantine(answer, body, bucket)
            else:
                effects = _record(answer, call_id, settings, service, bucket)
    except EventFailure as failure:
        return failed_with(failure, answer)
    return Answer(answer.http_status, answer.body | {"effects": effects})


def _record(answer: Answer, call_id: str, settings: Settings, service: Service, bucket: Bucket) -> JsonObject:
    event_id = str(answer.body["dedupeKey"] or f"call:{call_id or uuid.uuid4()}")
    name = f"{INCIDENTS}{incidents.name_of(event_id)}.json"
    incident: JsonObject = {
        "id": event_id,
        "event": answer.body.get("event"),
        "result": answer.body["result"],
    }
    is_new = bucket.create(name, json.dumps(incident, allow_nan=False).encode(), "application/json")
    effects: JsonObject = {"incident": bucket.full_name(name), "isNew": is_new}
    severity = _severity(answer)
    if settings.alerts_topic and reaches(severity, settings.alert_severity):
        alerts = Alerts(service, bucket, Topic(service, settings.alerts_topic))
        title, text = _alert(event_id, severity, answer, bucket.full_name(name))
        effects["alert"] = alerts.send(event_id, title, text, is_new=is_new)
    return effects


def _severity(answer: Answer) -> Severity:
    result = answer.body["result"]
    return Severity(str(result["severity"])) if isinstance(result, dict) else Severity.WARNING


def _alert(event_id: str, severity: Severity, answer: Answer, incident: str) -> tuple[str, str]:
    """Title and body: what the log says too, since a topic may end in somebody's mail."""
    about = answer.loggable()
    body = {
        "id": event_id,
        "severity": severity,
        "event": about.get("event"),
        "result": about["result"],
        "incident": incident,
    }
    event = about.get("event")
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
