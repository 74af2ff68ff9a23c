"""Event type to what is done with it.

The types are those of Oracle's published list (3,396 types, July 2026) for the services that this function
serves; any other type is refused, so that a rule that is too wide shows up in the log instead of passing.
Vision, Document Understanding, Data Labeling and Generative AI emit no events of their own as far as is
known: their results arrive as objects.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ai_events.envelope import Event
from ai_events.failures import Refusal, quote
from ai_events.severity import Severity

_PREFIX = "com.oraclecloud."


class Route(StrEnum):
    """The ways an event is processed."""

    OBJECT = "object"  # the AI result is the object that the event names
    DETAILS = "details"  # the AI result may be in the event itself
    OUTCOME = "outcome"  # the type says how a job ended
    PROBLEM = "problem"  # Cloud Guard says how bad it is
    LIFECYCLE = "lifecycle"  # nothing to grade; acknowledged


class Routed(NamedTuple):
    """A route, with the severity that the type alone gives."""

    route: Route
    severity: Severity = Severity.INFO
    outcome: str = ""


_SUCCEEDED = Routed(Route.OUTCOME, Severity.INFO, "succeeded")
_FAILED = Routed(Route.OUTCOME, Severity.WARNING, "failed")
_TIMED_OUT = Routed(Route.OUTCOME, Severity.WARNING, "timed-out")
_LIFECYCLE = Routed(Route.LIFECYCLE)
# Without a score in its details, "anomalies were detected" or "a threat was sighted" is still worth a look.
_PROBLEM = Routed(Route.PROBLEM, Severity.WARNING)

_BY_NAME: dict[str, Routed] = {
    "aiservice.anomaliesdetected": Routed(Route.DETAILS, Severity.WARNING),
    "aiservicespeech.completedtranscriptionjob": _SUCCEEDED,
    "aiservicespeech.createtranscriptionjob": _LIFECYCLE,
    "aiservicespeech.failedtranscriptionjob": _FAILED,
    "aiservicespeech.updatetranscriptionjob": _LIFECYCLE,
    "cloudguard.announcements": _LIFECYCLE,
    "cloudguard.problemdetected": _PROBLEM,
    "cloudguard.problemdismissed": _LIFECYCLE,
    "cloudguard.problemremediated": _LIFECYCLE,
    "cloudguard.problemthresholdreached": _LIFECYCLE,
    "cloudguard.sightingdetected": _PROBLEM,
    "cloudguard.status": _LIFECYCLE,
    "datascience.failedjobrun": _FAILED,
    "datascience.failedpipelinerun": _FAILED,
    "datascience.succeededjobrun": _SUCCEEDED,
    "datascience.succeededpipelinerun": _SUCCEEDED,
    "datascience.timeoutjobrun": _TIMED_OUT,
    "datascience.timeoutpipelinerun": _TIMED_OUT,
    "objectstorage.createbucket": _LIFECYCLE,
    "objectstorage.createobject": Routed(Route.OBJECT),
    "objectstorage.deletebucket": _LIFECYCLE,
    "objectstorage.deleteobject": _LIFECYCLE,
    "objectstorage.updatebucket": _LIFECYCLE,
    "objectstorage.updateobject": Routed(Route.OBJECT),
}
# What a service's other types begin with; `.begin` and `.end` may follow. New resources need no new line.
_CHANGES = ("create", "update", "delete", "change", "train")
_BY_VERB: dict[str, dict[str, Routed]] = {
    "aidataplatform": dict.fromkeys(_CHANGES, _LIFECYCLE),
    "aiservice": dict.fromkeys(_CHANGES, _LIFECYCLE),
    "aiserviceforecast": dict.fromkeys(_CHANGES, _LIFECYCLE),
    "aiservicelanguage": dict.fromkeys(_CHANGES, _LIFECYCLE) | {"detect": Routed(Route.DETAILS)},
    "datascience": dict.fromkeys(
        (*_CHANGES, "activate", "deactivate", "cancel", "trigger", "recover", "enable", "disable", "put"),
        _LIFECYCLE,
    ),
    "digitalassistant": dict.fromkeys((*_CHANGES, "activate", "deactivate"), _LIFECYCLE),
}
_RISK_LEVELS = {
    "CRITICAL": Severity.CRITICAL,
    "HIGH": Severity.CRITICAL,
    "MEDIUM": Severity.WARNING,
    "LOW": Severity.INFO,
    "MINOR": Severity.INFO,
}


def route(event_type: str) -> Routed:
    """Looks the type up. Raises `Refusal` (unknown-event-type)."""
    service, action = _normalised(event_type)
    routed = _BY_NAME.get(f"{service}.{action}") or _by_verb(service, action)
    if routed is None:
        raise Refusal(
            "unknown-event-type", f"this function does not serve events of type {quote(event_type)}"
        )
    return routed


def _by_verb(service: str, action: str) -> Routed | None:
    stage = action.rpartition(".")[2]
    name = action.removesuffix(f".{stage}") if stage in {"begin", "end"} else action
    if not (name.isascii() and name.isalpha()):
        return None
    verbs = _BY_VERB.get(service, {})
    return next((routed for verb, routed in verbs.items() if name.startswith(verb) and name != verb), None)


def _normalised(event_type: str) -> tuple[str, str]:
    """Service and action in lower case; Oracle's own stages append `preprod` to the service's name."""
    folded = event_type.lower()
    if not folded.startswith(_PREFIX):
        return "", ""
    service, _, action = folded.removeprefix(_PREFIX).partition(".")
    return service.removesuffix("preprod"), action


def problem_severity(event: Event) -> Severity:
    """Cloud Guard's risk level of a problem, or severity of a sighting (a threat).

    One that is missing or unknown counts as a warning: something was detected after all.
    """
    level = event.details.get("riskLevel") or event.details.get("severity")
    return _RISK_LEVELS.get(level.upper(), Severity.WARNING) if isinstance(level, str) else Severity.WARNING
