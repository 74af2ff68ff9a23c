"""What the shipped handler would refuse of its environment: see also "
"tests/lockstep/test_handler_settings.py."""

from __future__ import annotations

import pytest

from components.config.handler_settings import wrong_settings
from tests.components.config.stack_files import DIGEST, TIMEOUT, Check, edited


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, []),
        ({"SEVERITY_WARNING": "0.5", "SEVERITY_CRITICAL": "0.5"}, []),
        ({"SEVERITY_WARNING": "x", "SEVERITY_CRITICAL": "2"}, ["SEVERITY_WARNING", "SEVERITY_CRITICAL"]),
        ({"SEVERITY_WARNING": "0.95"}, ["SEVERITY_WARNING"]),
        ({"SEVERITY_CRITICAL": "0.5"}, ["SEVERITY_CRITICAL"]),
        ({"ALERT_SEVERITY": "high"}, ["ALERT_SEVERITY"]),
        ({"CONNECTION_INCIDENTS_BUCKET": "b", "CONNECTION_INCIDENTS_NAMESPACE": "ns"}, []),
        ({"CONNECTION_INCIDENTS_BUCKET": "b"}, ["CONNECTION_INCIDENTS_BUCKET"]),
        ({"CONNECTION_INCIDENTS_PREFIX": "a/"}, ["CONNECTION_INCIDENTS_PREFIX"]),
        ({"CONNECTION_ALERTS_TOPIC_ID": "ocid1.onstopic.oc1.iad.a"}, []),
    ],
)
def test_each_wrong_variable_is_named(environment: dict[str, str], named: list[str]) -> None:
    """The one that is set, where two together are wrong."""
    found = dict(wrong_settings(environment))

    assert list(found) == named
    assert not [
        reason for reason in found.values() for value in environment.values() if value in reason.split()
    ]


HERE = "functions.responder.connections"
READ = "marks: {read: {bucket: {name: incidents%s}}}"
ALERTS = "alerts: {publish: {topic: {name: alerts}}}"
INCIDENTS = "incidents: {write: {bucket: {name: incidents%s}}}"


@pytest.mark.parametrize(
    ("connections", "expected"),
    [
        ([INCIDENTS % ""], []),
        ([ALERTS], []),
        ([INCIDENTS % "", READ % "", ALERTS], []),
        ([INCIDENTS % ", prefix: a/b", READ % ", prefix: a/", ALERTS], []),
        (
            ["incidents: {push: {queue: {name: incidents}}}", ALERTS],
            [
                f"{HERE}.incidents.push.queue: the handler writes its incidents to a bucket; write "
                "write.bucket here, or give it another name"
            ],
        ),
        (
            ["incidents: {read: {bucket: {name: incidents}}}"],
            [
                f"{HERE}.incidents.read.bucket: the handler writes its incidents to a bucket; write "
                "write.bucket here, or give it another name"
            ],
        ),
        (
            ["alerts: {push: {queue: {name: alerts}}}"],
            [
                f"{HERE}.alerts.push.queue: the handler publishes its alerts to a topic; write publish.topic "
                "here, or give it another name"
            ],
        ),
        *(
            (
                [INCIDENTS % written, *more, ALERTS],
                [
                    f"{HERE}.incidents: the handler looks at what it wrote before it alerts; add a "
                    "connection that may read it, such as marks: {read: {bucket: …}} of the same bucket"
                ],
            )
            for written, more in (
                ("", []),
                ("", [READ % "-2"]),
                ("", [READ % ", prefix: a/"]),
                (", prefix: b/", [READ % ", prefix: a/"]),
                ("", ["marks: {list: {bucket: {name: incidents}}}"]),
            )
        ),
    ],
)
def test_what_a_connection_sets_is_what_the_handler_reads(
    problems: Check, connections: list[str], expected: list[str]
) -> None:
    """Under its two names it takes one kind of thing each; another name is nothing to it."""
    said = f"connections: {{{', '.join(connections)}}}"

    assert problems(edited(TIMEOUT, f"{TIMEOUT}\n      {said}")) == expected


def test_code_of_one_s_own_names_its_connections_as_it_likes(problems: Check) -> None:
    """Only the shipped handler looks for these."""
    said = "connections: {incidents: {push: {queue: {name: incidents}}}}"
    image = f"image: {{reference: 'fra.ocir.io/ns/repo:1', digest: '{DIGEST}'}}"

    assert problems(edited(TIMEOUT, f"{TIMEOUT}\n      {image}\n      {said}")) == []
