"""The event types that a stack may filter on, those that the handler serves, and those that the pack knows.

The image imports nothing of the project, and the pack is published alone, so that each has a table of its
own; these tests hold them together.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from ai_events.processing import process
from ai_events.routes import Route, route
from components.values import event_types as config
from oci_functions_guard.event_types import PREFIX, SERVICES, TYPES, unknown

# What is more than a change to a resource, each with what the handler does with it.
GRADED = {
    "com.oraclecloud.aiservice.anomaliesdetected": Route.DETAILS,
    "com.oraclecloud.aiservicelanguage.detectdominantlanguage": Route.DETAILS,
    "com.oraclecloud.aiservicelanguage.detectlanguageentities": Route.DETAILS,
    "com.oraclecloud.aiservicelanguage.detectlanguagekeyphrases": Route.DETAILS,
    "com.oraclecloud.aiservicelanguage.detectlanguagesentiments": Route.DETAILS,
    "com.oraclecloud.aiservicelanguage.detectlanguagetopiclabels": Route.DETAILS,
    "com.oraclecloud.aiservicespeech.completedtranscriptionjob": Route.OUTCOME,
    "com.oraclecloud.aiservicespeech.failedtranscriptionjob": Route.OUTCOME,
    "com.oraclecloud.cloudguard.problemdetected": Route.PROBLEM,
    "com.oraclecloud.cloudguard.sightingdetected": Route.PROBLEM,
    "com.oraclecloud.datascience.failedjobrun": Route.OUTCOME,
    "com.oraclecloud.datascience.failedpipelinerun": Route.OUTCOME,
    "com.oraclecloud.datascience.succeededjobrun": Route.OUTCOME,
    "com.oraclecloud.datascience.succeededpipelinerun": Route.OUTCOME,
    "com.oraclecloud.datascience.timeoutjobrun": Route.OUTCOME,
    "com.oraclecloud.datascience.timeoutpipelinerun": Route.OUTCOME,
    "com.oraclecloud.objectstorage.createobject": Route.OBJECT,
    "com.oraclecloud.objectstorage.updateobject": Route.OBJECT,
}
# Served though no stack can ask for them: public landing zones filter on it, but Oracle's list lacks it.
INTENDED = {"com.oraclecloud.cloudguard.problemthresholdreached"}


@pytest.mark.parametrize("event_type", [str(each) for each in config.EventType])
def test_every_type_that_the_config_takes_is_served(event_type: str) -> None:
    """None is refused, and none that carries a result is merely acknowledged."""
    assert GRADED.get(event_type, Route.LIFECYCLE) is route(event_type).route


@pytest.mark.parametrize(
    "event_type", [str(each) for each in config.EventType if each not in config.OBJECT_EVENTS]
)
def test_every_type_is_answered_from_its_envelope_alone(event_type: str) -> None:
    """Without any details, as most services send it."""
    event = {"eventType": event_type, "eventID": "1", "data": {"resourceName": "x"}}
    answer: Any = process(json.dumps(event).encode(), {}, lambda _: pytest.fail("an object was read")).body

    assert answer["status"] == ("processed" if event_type in GRADED else "ignored")


def test_every_graded_type_can_be_asked_for() -> None:
    """A type that no stack takes would be code without a use."""
    assert GRADED.keys() <= set(config.EventType)


def test_what_only_the_handler_serves_is_listed() -> None:
    """The intended difference is one."""
    assert INTENDED.isdisjoint(config.EventType)
    assert {Route.LIFECYCLE} == {route(each).route for each in INTENDED}


def test_the_pack_knows_every_type_that_the_config_takes_and_the_handler_serves() -> None:
    """And no other type of the services that it lists completely."""
    of_the_pack = {f"{PREFIX}{service}.{rest}" for service, types in TYPES.items() for rest in types}

    assert {str(each) for each in config.EventType} | INTENDED == of_the_pack


def test_the_pack_refuses_none_of_them() -> None:
    """What a stack may filter on is not called a type no service sends; a service with types is a service."""
    assert [name for name in (*map(str, config.EventType), *INTENDED) if unknown(name)] == []
    assert set(TYPES) <= SERVICES
