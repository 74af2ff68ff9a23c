"""Event types and what is done with each; `tests/lockstep/test_event_types.py` has the whole list."""

from __future__ import annotations

from typing import Any

import pytest

from ai_events.envelope import Event
from ai_events.failures import Refusal
from ai_events.routes import Route, problem_severity, route


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("objectstorage.createobject", Route.OBJECT),
        ("objectstorage.updateobject", Route.OBJECT),
        ("objectstorage.deleteobject", Route.LIFECYCLE),
        ("aiservice.anomaliesdetected", Route.DETAILS),
        ("aiservicelanguage.detectlanguagesentiments", Route.DETAILS),
        ("aiservicelanguage.createmodel.end", Route.LIFECYCLE),
        ("aiservicespeech.completedtranscriptionjob", Route.OUTCOME),
        ("datascience.timeoutpipelinerun", Route.OUTCOME),
        ("datascience.canceljobrun.begin", Route.LIFECYCLE),
        ("cloudguard.problemdetected", Route.PROBLEM),
        ("cloudguard.sightingdetected", Route.PROBLEM),
        ("cloudguard.status", Route.LIFECYCLE),
        ("aidataplatform.createaidataplatform.end", Route.LIFECYCLE),
        ("digitalassistant.activatecustomerencryptionkey.begin", Route.LIFECYCLE),
        ("digitalassistant.updateodainstance", Route.LIFECYCLE),
    ],
)
def test_each_service_has_its_routes(name: str, expected: Route) -> None:
    """In any letter case, and from Oracle's own stages too."""
    service, _, action = name.partition(".")

    assert expected is route(f"com.oraclecloud.{name}").route
    assert expected is route(f"com.oraclecloud.{service}preprod.{action}").route
    assert expected is route(f"COM.OracleCloud.{name.upper()}").route


@pytest.mark.parametrize(
    "event_type",
    [
        "",
        "com.oraclecloud.",
        "objectstorage.createobject",
        "com.oraclecloud.objectstorage",
        "com.oraclecloud.objectstorage.explode",
        "com.oraclecloud.objectstorage.createobject.begin",
        "com.oraclecloud.objectstorage.*",
        "com.oraclecloud.datascience.create",
        "com.oraclecloud.datascience.create.begin",
        "com.oraclecloud.datascience.createjob.middle",
        "com.oraclecloud.datascience.createjob.begin.end",
        "com.oraclecloud.datascience.create job",
        "com.oraclecloud.datascience.createjöb",
        "com.oraclecloud.aidataplatform.activateaidataplatform",
        "com.oraclecloud.computeapi.launchinstance.end",
        "aws.s3.createobject",
    ],
)
def test_any_other_type_is_refused(event_type: str) -> None:
    """So that a rule that is too wide shows up in the log instead of passing."""
    with pytest.raises(Refusal) as caught:
        route(event_type)

    assert caught.value.code == "unknown-event-type"


@pytest.mark.parametrize(
    ("details", "severity"),
    [
        ({"riskLevel": "CRITICAL"}, "critical"),
        ({"riskLevel": "High"}, "critical"),
        ({"riskLevel": "MEDIUM"}, "warning"),
        ({"riskLevel": "LOW"}, "info"),
        ({"riskLevel": "MINOR"}, "info"),
        ({"severity": "CRITICAL"}, "critical"),
        ({"riskLevel": "LOW", "severity": "CRITICAL"}, "info"),
        ({"riskLevel": "UNHEARD-OF"}, "warning"),
        ({"riskLevel": 7}, "warning"),
        ({}, "warning"),
    ],
)
def test_cloud_guard_says_how_bad_it_is(details: Any, severity: str) -> None:
    """A problem by its risk level, a sighting by its severity; an unknown one was still detected."""
    assert severity == problem_severity(Event(id="1", type="t", details=details))
