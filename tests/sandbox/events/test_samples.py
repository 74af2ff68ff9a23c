"""Samples fit what is deployed: this project's rules and anybody else's."""

from __future__ import annotations

from typing import Any

import pytest

from oci_iam import Directory
from sandbox.events.envelope import OBJECT_TYPES, object_of
from sandbox.events.matcher import mismatch
from sandbox.events.samples import DEFAULT, SAMPLES, fitted
from sandbox.events.snapshot import Action, Bucket, Deployment, Rule

TENANCY = "ocid1.tenancy.oc1..root"
HOME = "ocid1.compartment.oc1..home"
CREATED = OBJECT_TYPES[0]


def deployed(condition: dict[str, Any], *buckets: Bucket, enabled: bool = True) -> Deployment:
    """One rule with this condition, and buckets."""
    action = Action(kind="FAAS", target="ocid1.fnfunc.oc1..f", enabled=True)
    rule = Rule(
        id="ocid1.eventrule.oc1..r",
        name="r",
        stack="dev",
        compartment_id=HOME,
        enabled=enabled,
        condition=condition,
        actions=[action],
    )
    return Deployment(rules=[rule], functions={}, buckets=buckets, policies=[], directory=Directory(TENANCY))


def bucket(name: str, compartment_id: str = HOME, *, emits: bool = True, stack: str = "dev") -> Bucket:
    """A bucket in namespace `ns`."""
    return Bucket(name=name, namespace="ns", stack=stack, compartment_id=compartment_id, emits=emits)


CONDITIONS: list[dict[str, Any]] = [
    {},
    {"eventType": CREATED},
    {"eventType": ["com.oraclecloud.x.y", CREATED]},
    {"eventType": "com.oraclecloud.objectstorage.*object"},
    {"eventType": CREATED, "data": {"additionalDetails": {"bucketName": "theirs"}}},
    {
        "eventType": CREATED,
        "data": {"additionalDetails": {"bucketName": ["their-*", "x"], "namespace": "them"}},
    },
    {"eventType": CREATED, "data": {"resourceName": "incoming/*/score-*.csv"}},
    {"eventType": CREATED, "data": {"resourceName": ["*.parquet"]}},
    {"eventType": CREATED, "data": {"definedTags": {"Operations": {"CostCenter": ["42", "43"]}}}},
    {"eventType": CREATED, "data": {"freeFormTags": {"team": "ml"}}},
    {"eventType": CREATED, "data": {"compartmentName": "ai-prod", "availabilityDomain": "*"}},
    {"eventType": CREATED, "source": "ObjectStorage", "contentType": ["application/json"]},
    {"eventType": CREATED, "data": {"additionalDetails": {"size": 42, "archived": False}}},
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
@pytest.mark.parametrize("buckets", [(), (bucket("theirs"), bucket("other", emits=False))])
def test_the_default_sample_is_made_to_match(condition: dict[str, Any], buckets: tuple[Bucket, ...]) -> None:
    """Whatever the rule asks for besides the type is filled in, and the event stays consistent."""
    event = fitted(SAMPLES[DEFAULT], deployed(condition, *buckets))

    ref = object_of(event)
    assert mismatch(condition, event) is None
    assert ref is not None
    assert event["data"]["resourceId"] == f"/n/{ref.namespace}/b/{ref.bucket}/o/{ref.name}"


def test_the_rules_bucket_gives_namespace_and_compartment() -> None:
    """The event says what Object Storage would say about that bucket."""
    condition = {"data": {"additionalDetails": {"bucketName": "theirs"}}}
    event = fitted(SAMPLES[DEFAULT], deployed(condition, bucket("first"), bucket("theirs")))

    assert event["data"]["additionalDetails"]["bucketName"] == "theirs"
    assert event["data"]["additionalDetails"]["namespace"] == "ns"
    assert event["data"]["compartmentId"] == event["extensions"]["compartmentId"] == HOME


def test_a_bucket_elsewhere_does_not_move_the_event_out_of_the_rules_reach() -> None:
    """A rule sees its own compartment and those below it."""
    event = fitted(SAMPLES[DEFAULT], deployed({}, bucket("far", "ocid1.compartment.oc1..far")))

    assert event["data"]["compartmentId"] == HOME


def test_a_bucket_that_emits_is_preferred() -> None:
    """Among the buckets the rule leaves open; of the rule's own stack first."""
    given = (bucket("silent", emits=False), bucket("theirs", stack="prod"), bucket("ours"))
    event = fitted(SAMPLES[DEFAULT], deployed({}, *given))

    assert event["data"]["additionalDetails"]["bucketName"] == "ours"


@pytest.mark.parametrize("condition", [{"eventType": "com.oraclecloud.x.y"}, {"data": {"resourceName": []}}])
def test_without_a_rule_for_it_a_sample_is_sent_as_it_is(condition: dict[str, Any]) -> None:
    """So that the trace can say why nothing matched; the type is never changed."""
    event = fitted(SAMPLES[DEFAULT], deployed(condition))

    assert event["eventType"] == CREATED
    assert mismatch(condition, event) is not None


def test_a_disabled_rule_is_not_aimed_at() -> None:
    """It would not fire."""
    condition = {"data": {"resourceName": "x-*"}}
    event = fitted(SAMPLES[DEFAULT], deployed(condition, enabled=False))

    assert event["data"]["resourceName"] == SAMPLES[DEFAULT].resource
