"""What a changed config means for what the stack has deployed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

STATE = "pulumi:pulumi:readStackResourceOutputs"
GET_BUCKET = "oci:ObjectStorage/getBucket:getBucket"
WATCHING = {"event_types": ["com.oraclecloud.objectstorage.createobject"]}
SUBNET = "ocid1.subnet.oc1.eu-frankfurt-1.aaaaaaaasandboxdevelopmentsubnet000000000000000000000000c"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaasandboxtenancysample0000000000000000000000000000000a"

Answers = dict[str, Any]


def state(name: str = "", outputs: Answers | None = None) -> Answers:
    """What the engine says of the deployed dev stack, one resource (found by part of its URN) changed."""
    resources: Answers = {
        "pulumi:providers:oci::default_5_5_0": {"region": "eu-frankfurt-1"},
        "pulumi:providers:oci::home-region": {"region": "us-ashburn-1"},
        "a$oci:Functions/application:Application::application-application": {
            "subnetIds": [SUBNET],
            "shape": "GENERIC_X86",
        },
        "a$oci:Functions/function:Function::responder-function": {"displayName": "responder"},
        "a$oci:Identity/dynamicGroup:DynamicGroup::responder-access-dynamic-group": {
            "compartmentId": TENANCY
        },
        "a$oci:ObjectStorage/bucket:Bucket::ai-results-bucket": {"name": "ai-results-dev", "namespace": "ax"},
    }
    if outputs is not None:
        resources[next(key for key in resources if name in key)] = outputs
    project = "urn:pulumi:dev::oci-ai-functions"
    return {"outputs": {f"{project}::{key}": {"outputs": each} for key, each in resources.items()}}


@pytest.fixture
def follow(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Deploys the dev stack over a deployed one: the warnings, or the lines it is refused with."""

    def run(answers: Answers, **changes: str) -> list[str]:
        said: list[str] = []
        monkeypatch.setattr(pulumi.log, "warn", said.append)
        try:
            deployed("dev", answers=answers, **changes)
        except pulumi.RunError as refused:
            return [line.removeprefix("Pulumi.dev.yaml: ") for line in str(refused).splitlines()]
        return said

    return run


def functions(**triggers: Any) -> str:
    """The functions of the dev stack with these triggers."""
    return json.dumps({"responder": {"triggers": triggers}})


def test_the_same_config_says_nothing(follow: Any) -> None:
    """Neither on a stack that is deployed nor on one that is not."""
    assert follow({STATE: state()}) == []
    assert follow({STATE: {"outputs": {}}}) == []


def test_another_region_is_refused(follow: Any) -> None:
    """What the stack created cannot move, so half of it would stay where it is."""
    there = state("default", {"region": "us-phoenix-1"})

    assert follow({STATE: there}) == [
        "oci:region: this stack is deployed in us-phoenix-1, and what it created cannot move to "
        "eu-frankfurt-1; create another stack there, or destroy this one first"
    ]


def test_a_region_where_nothing_was_created_is_none(follow: Any) -> None:
    """A first deploy that failed at once left its provider only."""
    provider = {"urn:pulumi:dev::p::pulumi:providers:oci::default": {"outputs": {"region": "us-phoenix-1"}}}

    assert follow({STATE: {"outputs": provider}}) == []


def test_another_tenancy_is_refused(follow: Any) -> None:
    """Groups and policies are the old tenancy's."""
    there = state("dynamicGroup", {"compartmentId": "ocid1.tenancy.oc1..other"})

    assert [line.partition(":")[0] for line in follow({STATE: there})] == ["tenancy_id"]


def test_a_bucket_with_objects_is_not_dropped(follow: Any) -> None:
    """OCI would refuse to delete it after everything else is done; there is a way to keep it."""
    full, empty = ({GET_BUCKET: {"approximateCount": count}} for count in ("3", "0"))
    line = (
        "keep_buckets: nothing names the bucket ai-results-dev any more and it still has objects, so "
        "OCI would not "
        "delete it; keep it with keep_buckets: [ai-results], or delete its objects and their versions"
    )

    assert follow({STATE: state(), **full}, functions=functions()) == [line]
    assert follow({STATE: state(), **full}, functions=functions(), keep_buckets='["ai-results"]') == []
    assert follow({STATE: state(), **empty}, functions=functions()) == []


def test_the_stack_s_own_bucket_is_no_existing_one(follow: Any) -> None:
    """It would be deleted, and the rule would watch nothing."""
    trigger = {**WATCHING, "bucket": {"name": "ai-results-dev", "existing": True}}

    assert follow({STATE: state()}, functions=functions(results=trigger)) == [
        "functions.responder.triggers.results.bucket: ai-results-dev is this stack's own bucket, "
        "which it would "
        "delete; write name: ai-results, without existing"
    ]


def test_a_replaced_application_is_announced(follow: Any) -> None:
    """With what it costs; another order of the same subnets is no change."""
    changed = state(":Application", {"subnetIds": ["other"], "shape": "GENERIC_ARM"})
    (line,) = follow({STATE: changed})

    assert line.startswith("subnet_ids and application.shape: a new application replaces the deployed one.")


def test_a_renamed_function_is_pointed_out(follow: Any) -> None:
    """It gets a new OCID unless it is said where it comes from."""
    old = state("function:Function", {"displayName": "answerer"})
    renamed = json.dumps({"responder": {"renamed_from": "answerer"}})
    empty = {GET_BUCKET: {"approximateCount": "0"}}
    (line,) = follow({STATE: old})

    assert line == (
        "functions.responder: is new, and the function answerer is deleted. If it was renamed and "
        "should keep "
        "its OCID, endpoint and groups, set renamed_from: answerer"
    )
    assert follow({STATE: old, **empty}, functions=renamed) == []


LOST = (
    ("oci:Ons/notificationTopic:NotificationTopic", "name", "keep_topics", "subscriptions"),
    ("oci:Queue/queue:Queue", "displayName", "keep_queues", "messages"),
    ("oci:Streaming/stream:Stream", "name", "keep_streams", "messages"),
)


@pytest.mark.parametrize(("token", "named", "key", "holds"), LOST)
def test_what_is_lost_is_announced(follow: Any, token: str, named: str, key: str, holds: str) -> None:
    """OCI deletes a topic, a queue or a stream with what it holds; one that is kept or used is not named."""
    there = state()
    there["outputs"][f"urn:pulumi:dev::p::a${token}::x"] = {"outputs": {named: "alerts-dev"}}

    assert follow({STATE: there}) == [
        f"{key}: nothing names alerts-dev any more, so it is deleted with its {holds}; keep it with "
        f"{key}: [alerts]"
    ]
    assert follow({STATE: there}, **{key: '["alerts"]'}) == []


def test_a_function_keeps_its_dynamic_group_until_switched(deployed: Any) -> None:
    """What a deployed function acts as is in policies of others too, so only the config changes it; a new
    function beside it acts as itself."""
    group = "oci:Identity/dynamicGroup:DynamicGroup"
    answers = {STATE: state()}
    said = {"responder": {"connections": {"chat": {"use": "vision"}}}, "new": {}}
    switched = {**said, "responder": {**said["responder"], "identity": "function"}}

    def subjects(functions: Any) -> tuple[list[str], str]:
        empty = {GET_BUCKET: {"approximateCount": "0"}}
        # Under another name in OCI, which the group itself gets too.
        named = '{"name": "renamed"}'
        world = deployed(
            "dev",
            application=named,
            answers=answers | empty,
            functions=json.dumps(functions),
            primary="responder",
        )
        (policy,) = world.all("oci:Identity/policy:Policy")
        return [each.name for each in world.all(group)], policy.inputs["statements"][0].split(" to ")[0]

    kept, switched_subjects = subjects(said), subjects(switched)

    assert kept[0] == ["responder-access-dynamic-group"]
    assert kept[1].startswith("Allow dynamic-group id ")
    assert switched_subjects == ([], "Allow any-user")


def test_the_topic_of_an_alarm_is_nobodys_to_keep(follow: Any) -> None:
    """It goes with its alarm and is not announced; a topic that something named is."""
    before = state()
    project = "urn:pulumi:dev::oci-ai-functions"
    of_alarm = (
        "aifunctions:index:AlarmTrigger$aifunctions:index:Topic$oci:Ons/notificationTopic:NotificationTopic"
    )
    of_name = "aifunctions:index:Topic$oci:Ons/notificationTopic:NotificationTopic"
    before["outputs"][f"{project}::{of_alarm}::responder-hot-topic"] = {
        "outputs": {"name": "ai-functions-dev-responder-hot"}
    }

    assert follow({STATE: before}) == []
    before["outputs"][f"{project}::{of_name}::news-topic"] = {"outputs": {"name": "news-dev"}}
    (line,) = follow({STATE: before})
    assert line.startswith("keep_topics: nothing names news-dev any more")
