"""The function as OCI runs it: as a process of its image, in a cloud that is empty at the start of each test.

The fixtures are those of the sandbox's pytest plugin.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import oci
import pytest

FOLDER = Path(__file__).resolve().parents[1]
FIRING = {
    "dedupeKey": "4d6850ad",
    "timestampEpochMillis": 1795676189067,
    "type": "OK_TO_FIRING",
    "title": "vibration",
    "severity": "CRITICAL",
    "body": "A pump vibrates.",
    "alarmMetaData": [{"query": "Vibration[1m].max() > 7", "dimensions": [{"resourceId": "pump-7"}]}],
}


@pytest.fixture
def function(oci_sandbox: Any, oci_client: Any) -> Any:
    """The function with a bucket and a topic, and the right to write and to publish."""
    oci_sandbox.create_bucket("incidents")
    details = oci.ons.models.CreateTopicDetails(name="alerts", compartment_id=oci_sandbox.compartment)
    topic = oci_client(oci.ons.NotificationControlPlaneClient).create_topic(details).data
    made = oci_sandbox.function(
        FOLDER,
        config={
            "CONNECTION_INCIDENTS_BUCKET": "incidents",
            "CONNECTION_INCIDENTS_NAMESPACE": oci_sandbox.namespace,
            "CONNECTION_ALERTS_TOPIC_ID": topic.topic_id,
        },
    )
    for right in ("manage objects", "use ons-topics"):
        oci_sandbox.put_policy(
            f"Allow any-user to {right} in compartment id {oci_sandbox.compartment} where all "
            f"{{request.principal.type = 'fnfunc', request.principal.id = '{made.id}'}}"
        )
    return made


def incidents(oci_sandbox: Any, oci_client: Any) -> list[str]:
    """The names of the incidents there are."""
    storage = oci_client(oci.object_storage.ObjectStorageClient)
    return [one.name for one in storage.list_objects(oci_sandbox.namespace, "incidents").data.objects]


def test_a_message_that_comes_twice_is_one_incident(oci_sandbox: Any, oci_client: Any, function: Any) -> None:
    """The second time it is known already."""
    name = "incidents/4d6850ad-1795676189067.json"

    answers = [function.invoke(FIRING) for _ in range(2)]

    assert [one.json() for one in answers] == [
        {"status": "opened", "incident": name},
        {"status": "known", "incident": name},
    ]
    assert incidents(oci_sandbox, oci_client) == [name]


def test_only_the_beginning_is_an_incident(oci_sandbox: Any, oci_client: Any, function: Any) -> None:
    """An alarm that goes on, or ends, is taken note of."""
    for type_ in ("FIRING_TO_OK", "REPEAT", "RESET"):
        answer = function.invoke({**FIRING, "type": type_})

        assert answer.json() == {"status": "noted", "type": type_}
    assert incidents(oci_sandbox, oci_client) == []
