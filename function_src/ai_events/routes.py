"""Event type to what is done with it.

The types are those of Oracle's published list (3,396 types, July 2026) for the services that this function
serves; any other type is refused, so that a rule that is too wide shows up in the log instead of passing.
Vision, Document Understanding, Data Labeling and Generative AI emit no events of their own as far as is
known: their results arrive as objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True)
class Routed:
    """A route, with the severity that the type alone gives."""

    route: Route
    severity: Severity = Severity.INFO
    outcome: str = ""


_OUTCOMES: dict[str, Routed] = {
    "aiservicespeech.completedtranscriptionjob": Routed(Route.OUTCOME, Severity.INFO, "succeeded"),
    "aiservicespeech.failedtranscriptionjob": Routed(Route.OUTCOME, Severity.WARNING, "failed"),
    "datascience.succeededjobrun": Routed(Route.OUTCOME, Severity.INFO, "succeeded"),
    "datascience.failedjobrun": Routed(Route.OUTCOME, Severity.WARNING, "failed"),
    "datascience.timeoutjobrun": Routed(Route.OUTCOME, Severity.WARNING, "timed-out"),
    "datascience.succeededpipelinerun": Routed(Route.OUTCOME, Severity.INFO, "succeeded"),
    "datascience.failedpipelinerun": Routed(Route.OUTCOME, Severity.WARNING, "failed"),
    "datascience.timeoutpipelinerun": Routed(Route.OUTCOME, Severity.WARNING, "timed-out"),
}
_OTHERS: dict[str, Routed] = {
    "objectstorage.createobject": Routed(Route.OBJECT),
    "objectstorage.updateobject": Routed(Route.OBJECT),
    # Without a score in its details, "anomalies were detected" is still worth a look.
    "aiservice.anomaliesdetected": Routed(Route.DETAILS, Severity.WARNING),
    "cloudguard.problemdetected": Routed(Route.PROBLEM, Severity.WARNING),
}
_TABLE = _OUTCOMES | _OTHERS
_DETECT = re.compile(r"aiservicelanguage\.detect[a-z]+", re.ASCII)
_LIFECYCLE = re.compile(
    r"""
      objectstorage\.(deleteobject|(create|update|delete)bucket)
    | aiservicespeech\.(create|update)transcriptionjob
    | cloudguard\.(announcements|problem(dismissed|remediated|thresholdreached))
    | aiservice(language|forecast)?\.(create|update|delete|change|train)[a-z]+(\.(begin|end))?
    | datascience\.(create|update|delete|activate|deactivate|cancel|change|trigger|recover|enable|disable|put)
      [a-z]+(\.(begin|end))?
    """,
    re.ASCII | re.VERBOSE,
)
_RISK_LEVELS = {
    "CRITICAL": Severity.CRITICAL,
    "HIGH": Severity.CRITICAL,
    "MEDIUM": Severity.WARNING,
    "LOW": Severity.INFO,
    "MINOR": Severity.INFO,
}


def route(event_type: str) -> Routed:
    """Looks the type up. Raises `Refusal` (unknown-event-type)."""
    name = _normalised(event_type)
    if name in _TABLE:
        return _TABLE[name]
    if _DETECT.fullmatch(name):
        return Routed(Route.DETAILS)
    if _LIFECYCLE.fullmatch(name):
        return Routed(Route.LIFECYCLE)
    raise Refusal("unknown-event-type", f"{quote(event_type)} is not a type this function serves")


def _normalised(event_type: str) -> str:
    """Service and action in lower case; Oracle's own stages append `preprod` to the service's name."""
    folded = event_type.lower()
    if not folded.startswith(_PREFIX):
        return ""
    service, _, action = folded.removeprefix(_PREFIX).partition(".")
    return f"{service.removesuffix('preprod')}.{action}"


def problem_severity(event: Event) -> Severity:
    """Cloud Guard's risk level. An unknown level counts as a warning: it is a detected problem after all."""
    level = event.details.get("riskLevel")
    return _RISK_LEVELS.get(level.upper(), Severity.WARNING) if isinstance(level, str) else Severity.WARNING
