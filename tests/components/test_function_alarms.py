"""Alarms on functions and on what invokes them, and who is told."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from components import FunctionAlarms, FunctionAlarmsArgs
from components.errors import BadArguments
from components.function_alarms import AlarmOptions, DurationAlarmOptions, SubscriberOptions, WatchedFunction
from sandbox.services.monitoring import queries
from tests.components.arguments import COMPARTMENT

FUNCTION = "ocid1.fnfunc.oc1.eu-frankfurt-1.aaaaaaaafunction"
RULE = "ocid1.eventrule.oc1.eu-frankfurt-1.aaaaaaaarule"
CONNECTOR = "ocid1.serviceconnector.oc1.eu-frankfurt-1.aaaaaaaaconnector"
TOPIC = "ocid1.onstopic.oc1.eu-frankfurt-1.aaaaaaaatopic"
MAIL = SubscriberOptions(protocol="EMAIL", endpoint="a@example.com")
ALARM, SUBSCRIPTION = "oci:Monitoring/alarm:Alarm", "oci:Ons/subscription:Subscription"


def args(**changes: Any) -> FunctionAlarmsArgs:
    """Alarms on one of each, with changes."""
    said: dict[str, Any] = {
        "compartment_id": COMPARTMENT,
        "prefix": "apps-dev",
        "topic_id": TOPIC,
        "topic_compartment_id": COMPARTMENT,
        "functions": {"f": WatchedFunction(id=FUNCTION, timeout_in_seconds=60)},
        "rules": {"f-t": RULE},
        "connectors": {"f-q": CONNECTOR},
    }
    return FunctionAlarmsArgs(**{**said, **changes})


def alarms(world: Any, **changes: Any) -> dict[str, dict[str, Any]]:
    """The alarms of a program with these arguments, by the end of their names."""
    world.run(lambda: (FunctionAlarms("alarms", args(**changes)), None)[1])
    return {each.inputs["displayName"].removeprefix("apps-dev-"): each.inputs for each in world.all(ALARM)}


def test_each_way_to_fail_has_its_alarm(world: Any) -> None:
    """Each counts what Oracle's pages say of that one function, rule or connector, and fires above none."""
    found = {name: (each["namespace"], each["query"]) for name, each in alarms(world).items()}

    this = f'resourceId = "{FUNCTION}"'
    responses = f"FunctionResponseCount[5m]{{{this}, responseType = "
    assert found == {
        "f-errors": ("oci_faas", f'{responses}"Error"}}.grouping().sum() > 0'),
        "f-throttles": ("oci_faas", f'{responses}"Throttled"}}.grouping().sum() > 0'),
        "f-detached-failures": (
            "oci_faas",
            f'FunctionDetachedDeliveries[5m]{{{this}, responseType != "Success"}}.grouping().sum() > 0',
        ),
        "f-duration": ("oci_faas", f"FunctionExecutionDuration[5m]{{{this}}}.grouping().max() > 48000"),
        "f-t-delivery-failures": (
            "oci_cloudevents",
            f'DeliveryFailedEvents[5m]{{resourceId = "{RULE}"}}.grouping().sum() > 0',
        ),
        "f-q-connector-errors": (
            "oci_service_connector_hub",
            f'ServiceConnectorHubErrors[5m]{{connectorId = "{CONNECTOR}"}}.grouping().sum() > 0',
        ),
    }


def test_every_query_can_be_read(world: Any) -> None:
    """By the reader of the query language that alarms are evaluated with."""
    for each in alarms(world).values():
        queries.read(each["query"], for_alarm=True)


def test_defaults(world: Any) -> None:
    """On, told after a minute and again after four hours; what loses something is critical."""
    found = alarms(world)

    assert {each["isEnabled"] for each in found.values()} == {True}
    assert {(each["pendingDuration"], each["repeatNotificationDuration"]) for each in found.values()} == {
        ("PT1M", "PT240M")
    }
    assert {name: each["severity"] for name, each in found.items()} == {
        "f-errors": "ERROR",
        "f-throttles": "WARNING",
        "f-detached-failures": "ERROR",
        "f-duration": "WARNING",
        "f-t-delivery-failures": "CRITICAL",
        "f-q-connector-errors": "CRITICAL",
    }
    assert {tuple(each["destinations"]) for each in found.values()} == {(TOPIC,)}
    assert {each["metricCompartmentId"] for each in found.values()} == {COMPARTMENT}
    assert world.all(SUBSCRIPTION) == []


def test_each_option(world: Any) -> None:
    """Of a kind, and of all."""
    errors = AlarmOptions(threshold=3, severity="INFO", pending_minutes=5)
    kinds = {
        "errors": errors,
        "duration": DurationAlarmOptions(percent_of_timeout=50),
        "throttles": AlarmOptions(enabled=False),
    }
    found = alarms(world, kinds=kinds, repeat_minutes=60)

    told = found["f-errors"]
    assert told["query"].endswith("> 3")
    assert (told["severity"], told["pendingDuration"]) == ("INFO", "PT5M")
    assert found["f-duration"]["query"].endswith("> 30000")
    assert [name for name, each in found.items() if not each["isEnabled"]] == ["f-throttles"]
    assert {each["repeatNotificationDuration"] for each in found.values()} == {"PT60M"}


def test_all_can_be_silent(world: Any) -> None:
    """They exist then, whatever a kind says."""
    found = alarms(world, enabled=False, kinds={"errors": AlarmOptions(enabled=True)})

    assert {each["isEnabled"] for each in found.values()} == {False}
    assert len(found) == 6


def test_subscriptions_are_named_by_whom_they_tell(world: Any) -> None:
    """Another one before it leaves the name of one alone, so nobody has to confirm again."""
    other = SubscriberOptions(protocol="SMS", endpoint="+12025550123")
    alarms(world, subscribers=[other, MAIL])
    names = {each.inputs["endpoint"]: each.name for each in world.all(SUBSCRIPTION)}

    assert sorted(names) == ["+12025550123", "a@example.com"]
    assert names["a@example.com"].startswith("alarms-email-")
    assert {each.inputs["topicId"] for each in world.all(SUBSCRIPTION)} == {TOPIC}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"compartment_id": "c"}, "compartment_id: 'c' is not an OCID"),
        ({"topic_compartment_id": "c"}, "topic_compartment_id: 'c' is not an OCID"),
        ({"repeat_minutes": 0}, "repeat_minutes: 0 is not between 1 and 43200 minutes"),
        (
            {"subscribers": [SubscriberOptions(protocol="EMAIL", endpoint="x")]},
            "subscribers[0]: endpoint: 'x' is not an e-mail",
        ),
        ({"kinds": {"errors": AlarmOptions(threshold=-1)}}, "errors.threshold: -1 is not between"),
        ({"kinds": {"errors": AlarmOptions(pending_minutes=61)}}, "errors.pending_minutes: 61 is not"),
        (
            {"kinds": {"duration": DurationAlarmOptions(percent_of_timeout=100)}},
            "duration.percent_of_timeout: 100 is not between 1 and 99 percent",
        ),
    ],
)
def test_bad_arguments_are_refused(changes: dict[str, Any], reason: str) -> None:
    """Before anything is registered, with the place in the config."""
    with pytest.raises(BadArguments) as refused:
        args(**changes, config_path="Pulumi.dev.yaml: alarms")

    (line,) = refused.value.lines
    assert line.startswith(f"Pulumi.dev.yaml: alarms.{reason}")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({}, "alarms.topic: missing"),
        ({"topic": {}}, "alarms.topic: give either name"),
        (
            {"topic": {"name": "a"}, "subscribers": [{"protocol": "ORACLE_FUNCTIONS", "endpoint": "x"}]},
            "alarms.",
        ),
        (
            {"topic": {"name": "a"}, "subscribers": [{"protocol": "EMAIL", "endpoint": "x"}]},
            "alarms.subscribers[0]: endpoint: 'x' is not an e-mail address",
        ),
        (
            {"topic": {"name": "a"}, "subscribers": [{"protocol": "EMAIL", "endpoint": "a@b.com"}] * 2},
            "alarms.subscribers: names a subscriber twice",
        ),
        ({"topic": {"existing_id": "ocid1.onstopic.oc1.iad.a"}}, "alarms.topic.existing_id: "),
    ],
)
def test_a_bad_section_is_told_at_load(deployed: Any, said: dict[str, Any], line: str) -> None:
    """One line with its place; a topic of another region too."""
    with pytest.raises(pulumi.RunError) as refused:
        deployed("dev", alarms=json.dumps(said))

    assert str(refused.value).startswith(f"Pulumi.dev.yaml: {line}")


def test_prod_has_alarms_on_everything(deployed: Any) -> None:
    """The stack file of prod says them, for each function and each trigger; that of dev does not."""
    prod, dev = deployed("prod"), deployed("dev")
    names = {each.inputs["displayName"] for each in prod.all(ALARM)}
    kinds = ("errors", "throttles", "detached-failures", "duration")
    functions = {f"{function}-{kind}" for function in ("responder", "watcher") for kind in kinds}
    rules = {
        f"{each}-delivery-failures" for each in ("responder-results", "watcher-jobs", "watcher-problems")
    }

    assert names == {f"ai-functions-prod-{each}" for each in functions | rules}
    assert len(prod.all(SUBSCRIPTION)) == 1
    assert dev.all(ALARM) == []
