"""An alarm that invokes a function, by a topic of its own; and messages of a topic that do."""

from __future__ import annotations

from typing import Any

import pytest

from components import AlarmTrigger
from tests.components.arguments import COMPARTMENT, TENANCY, access, arguments, refusal, statements

ALARM, TOPIC, SUBSCRIPTION = (
    "oci:Monitoring/alarm:Alarm",
    "oci:Ons/notificationTopic:NotificationTopic",
    "oci:Ons/subscription:Subscription",
)
ELSEWHERE = "ocid1.compartment.oc1..elsewhere"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
    ({"query": ""}, "query: '' is not an alarm's query"),
    ({"query": "Heat[1m].max()"}, "query: 'Heat[1m].max()' is not an alarm's query"),
    ({"namespace": "A-B"}, "namespace: 'A-B' is not a namespace"),
    ({"severity": "HIGH"}, "severity: HIGH is not one of CRITICAL, ERROR, WARNING, INFO"),
    ({"pending_duration": "PT2H"}, "pending_duration: 'PT2H' is not a duration from PT1M to PT1H"),
    ({"body": ""}, "body: expected 1 to 1000 characters, found 0"),
    ({"metric_compartment_id": "a"}, "metric_compartment_id: 'a' is not an OCID"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused(changes: dict[str, Any], reason: str) -> None:
    """With the option's place and the reason."""
    assert refusal("alarm", changes).startswith(reason)


def trigger(**changes: Any) -> AlarmTrigger:
    """An alarm before a function, inside a running program."""
    return AlarmTrigger("t", arguments("alarm", target=access().identity, **changes))


def test_it_goes_by_a_topic_of_its_own(world: Any, minted: Any) -> None:
    """Alarm, topic and subscription, each pointing at the next; nothing else can be told by it."""
    world.run(trigger)

    topic = minted(TOPIC, "t-topic")
    assert world.one(ALARM).inputs["destinations"] == [topic]
    assert world.one(TOPIC).inputs["name"] == "apps-hot"
    subscription = world.one(SUBSCRIPTION).inputs
    assert (subscription["topicId"], subscription["protocol"]) == (topic, "ORACLE_FUNCTIONS")
    assert subscription["endpoint"] == minted("oci:Functions/function:Function", "f-function")
    assert subscription["compartmentId"] == COMPARTMENT


def test_the_subscription_comes_before_the_alarm(world: Any) -> None:
    """An alarm that fires at once would else tell nobody."""
    world.run(trigger)

    assert world.one(SUBSCRIPTION).urn in world.one(ALARM).depends_on


def test_nothing_is_granted(world: Any) -> None:
    """Notifications asks whoever subscribes, once."""
    world.run(trigger)

    assert statements(world) == []


def test_defaults_are_sent(world: Any) -> None:
    """Left out, the provider would keep what was."""
    world.run(trigger)

    inputs = world.one(ALARM).inputs
    sent = ("severity", "pendingDuration", "body", "isEnabled", "metricCompartmentId", "messageFormat")
    assert [inputs[key] for key in sent] == [
        "CRITICAL",
        "PT1M",
        "Invokes the function of apps-hot",
        True,
        COMPARTMENT,
        "RAW",
    ]
    assert inputs["isNotificationsPerMetricDimensionEnabled"] is False


def test_options_reach_it(world: Any) -> None:
    """Each of them."""
    options = {"severity": "INFO", "pending_duration": "PT5M", "body": "b", "each_dimension": True}
    world.run(lambda: trigger(**options, metric_compartment_id=ELSEWHERE, enabled=False))

    inputs = world.one(ALARM).inputs
    assert (inputs["severity"], inputs["pendingDuration"], inputs["body"]) == ("INFO", "PT5M", "b")
    assert (inputs["metricCompartmentId"], inputs["isEnabled"]) == (ELSEWHERE, False)
    assert inputs["isNotificationsPerMetricDimensionEnabled"] is True
