"""Edits of a deployed resource by the real provider's rules, for every type the project's stacks create.

A setting taken out of a program is not switched off: what the service fills in (optional and computed) keeps
its last value, until a program sends the value that means "none".
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.services import bridge_of
from sandbox.services.events import RULE
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.objectstorage import BUCKET
from tests.sandbox.conftest import (
    COMPARTMENT,
    SUBNET,
    TENANCY,
    Client,
    Failed,
    application,
    function,
)

TAGS = {"definedTags": {"ops.team": "ml"}, "freeformTags": {"team": "ml"}}
GROUPS = [f"ocid1.networksecuritygroup.oc1.iad.aaaaaaaa{letter}" for letter in "abc"]
KEY = "ocid1.key.oc1.iad.aaaaaaaakey"
TOPIC = "ocid1.onstopic.oc1.iad.aaaaaaaatopic"
DESTINATION = {"kind": "NOTIFICATION", "topicId": TOPIC}
IMAGE = "iad.ocir.io/tenancyns/app/fn:1.0"
DIGEST = f"sha256:{'ab' * 32}"
ACTION = {"actionType": "FAAS", "isEnabled": True, "functionId": "ocid1.fnfunc.oc1.iad.aaaaforeign"}
SOURCE = {"sourceType": "OCISERVICE", "service": "functions", "category": "invoke"}
IDENTITY = {"compartmentId": TENANCY, "description": "d", "name": "n"}

# Type -> what it must have, and a value for each input that the service fills in where a program does not.
KEPT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    APPLICATION: (
        application(),
        {
            **TAGS,
            "config": {"A": "1"},
            "imagePolicyConfig": {"isPolicyEnabled": True, "keyDetails": [{"kmsKeyId": KEY}]},
            "logging": {"lineFormat": "json"},
            "networkSecurityGroupIds": GROUPS[:2],
            "securityAttributes": {"zpr.app": "fn"},
            "shape": "GENERIC_ARM",
            "syslogUrl": "tcp://logs.example.com:514",
            "traceConfig": {"isEnabled": True, "domainId": "ocid1.apmdomain.oc1.iad.aaaa"},
        },
    ),
    FUNCTION: (
        function("ocid1.fnapp.oc1.iad.aaaaforeign", image=IMAGE, imageDigest=DIGEST),
        {
            **TAGS,
            "config": {"A": "1"},
            "detachedModeTimeoutInSeconds": 600,
            "failureDestination": DESTINATION,
            "provisionedConcurrencyConfig": {"strategy": "CONSTANT", "count": 20},
            "sourceDetails": {"sourceType": "CONTAINER_IMAGE", "image": IMAGE, "imageDigest": DIGEST},
            "successDestination": DESTINATION,
            "timeoutInSeconds": 60,
            "traceConfig": {"isEnabled": True},
        },
    ),
    RULE: (
        {
            "compartmentId": COMPARTMENT,
            "displayName": "r",
            "isEnabled": True,
            "condition": "{}",
            "actions": {"actions": [ACTION]},
        },
        {**TAGS, "description": "d"},
    ),
    BUCKET: (
        {"compartmentId": COMPARTMENT, "namespace": "ns", "name": "b"},
        {
            **TAGS,
            "autoTiering": "InfrequentAccess",
            "bucketScope": "NAMESPACE",
            "isBucketKeyEnabled": True,
            "kmsKeyId": KEY,
            "objectEventsEnabled": True,
            "storageTier": "Standard",
            "versioning": "Enabled",
        },
    ),
    "oci:Logging/log:Log": (
        {"displayName": "l", "logGroupId": "ocid1.loggroup.oc1.iad.aaaa", "logType": "CUSTOM"},
        {
            **TAGS,
            "configuration": {"source": {**SOURCE, "resource": "ocid1.fnapp.oc1.iad.aaaa"}},
            "isEnabled": False,
            "retentionDuration": 60,
        },
    ),
    "oci:Logging/logGroup:LogGroup": (
        {"compartmentId": COMPARTMENT, "displayName": "g"},
        {**TAGS, "description": "d"},
    ),
    "oci:Artifacts/containerRepository:ContainerRepository": (
        {"compartmentId": COMPARTMENT, "displayName": "ai/fn"},
        {**TAGS, "isImmutable": True, "isPublic": True, "readme": {"content": "x", "format": "TEXT_PLAIN"}},
    ),
    "oci:Identity/group:Group": ({"description": "d", "name": "n"}, {**TAGS, "compartmentId": TENANCY}),
    "oci:Identity/dynamicGroup:DynamicGroup": (
        {**IDENTITY, "matchingRule": "ALL {resource.type = 'fnfunc'}"},
        TAGS,
    ),
    "oci:Identity/policy:Policy": (
        {**IDENTITY, "statements": ["Allow group a to inspect fn-app in tenancy"]},
        {**TAGS, "versionDate": "2026-01-01"},
    ),
    "oci:Identity/userGroupMembership:UserGroupMembership": (
        {"groupId": "ocid1.group.oc1..aaaa", "userId": "ocid1.user.oc1..aaaa"},
        {"compartmentId": TENANCY},
    ),
}
# Kept only in company: one of the two spellings of an image must be there, and so must a rule's condition.
REQUIRED_TOGETHER = {"condition", "image", "imageDigest", "name"}


@pytest.mark.parametrize("type", sorted(KEPT))
def test_the_table_names_every_input_the_service_fills_in(oci: Client, type: str) -> None:
    """So that none of them goes untested."""
    resource = oci.provider.sdk.resource(type)

    assert set(KEPT[type][1]) | REQUIRED_TOGETHER >= resource.computed & set(resource.inputs)


@pytest.mark.parametrize("type", sorted(KEPT))
def test_an_input_taken_out_keeps_its_value(oci: Client, type: str) -> None:
    """It is no change by itself; and after an update for another reason the service holds it still."""
    needed, optional = KEPT[type]
    made = oci.create(type, "x", {**needed, **optional})

    for name in optional:
        assert oci.changed(made, {key: value for key, value in made.inputs.items() if key != name}) == {}, (
            name
        )
    assert oci.changed(made, needed) == {}
    if bridge_of(type).facts.no_update:
        with pytest.raises(Failed, match="405-MethodNotAllowed"):
            oci.update(made, needed)
        return
    after = oci.update(made, needed)
    assert {name: after.outputs[name] for name in optional} == optional
    assert {name: oci.record(made.id).outputs[name] for name in optional} == optional
    assert oci.refresh(after) == after
    assert oci.changed(after, after.inputs) == {}


@pytest.mark.parametrize(
    ("type", "off", "changed"),
    [
        (APPLICATION, {"config": {}}, {"config.A": "DELETE"}),
        (
            APPLICATION,
            {"networkSecurityGroupIds": []},
            {"networkSecurityGroupIds[0]": "DELETE", "networkSecurityGroupIds[1]": "DELETE"},
        ),
        (
            APPLICATION,
            {"imagePolicyConfig": {"isPolicyEnabled": False}},
            {"imagePolicyConfig.isPolicyEnabled": "UPDATE"},
        ),
        (
            APPLICATION,
            {"traceConfig": {"isEnabled": False}},
            {"traceConfig.isEnabled": "UPDATE"},
        ),
        (FUNCTION, {"traceConfig": {"isEnabled": False}}, {"traceConfig.isEnabled": "UPDATE"}),
        (
            FUNCTION,
            {"provisionedConcurrencyConfig": {"strategy": "NONE"}},
            {"provisionedConcurrencyConfig.strategy": "UPDATE"},
        ),
        (FUNCTION, {"failureDestination": {"kind": "NONE"}}, {"failureDestination.kind": "UPDATE"}),
        (FUNCTION, {"config": {}}, {"config.A": "DELETE"}),
        (BUCKET, {"objectEventsEnabled": False}, {"objectEventsEnabled": "UPDATE"}),
    ],
)
def test_the_value_that_means_none_switches_off(
    oci: Client, type: str, off: dict[str, Any], changed: dict[str, str]
) -> None:
    """In place; deployed once more it is no change, also once it is taken out of the program again."""
    needed, optional = KEPT[type]
    made = oci.create(type, "x", {**needed, **optional})
    found = oci.changed(made, {**needed, **optional, **off})
    after = oci.update(made, {**needed, **optional, **off})

    assert found == changed
    for name, value in off.items():
        assert _covers(after.outputs[name], value), name
    assert oci.changed(after, after.inputs) == {}
    assert oci.changed(after, needed) == {}
    assert oci.refresh(after) == after


def _covers(whole: Any, part: Any) -> bool:
    if isinstance(part, dict) and part:
        return all(_covers(whole.get(key), value) for key, value in part.items())
    return bool(whole == part)


def test_nothing_of_a_setting_switched_off_is_left_with_a_function(oci: Client) -> None:
    """The service keeps no count for a strategy that has none, nor a topic for a destination that is none."""
    needed, optional = KEPT[FUNCTION]
    made = oci.create(FUNCTION, "x", {**needed, **optional})
    off = {
        "provisionedConcurrencyConfig": {"strategy": "NONE"},
        "failureDestination": {"kind": "NONE"},
        "successDestination": {"kind": "STREAM", "streamId": "ocid1.stream.oc1.iad.aaaa"},
    }
    after = oci.update(made, {**needed, **optional, **off})

    assert {name: after.outputs[name] for name in off} == off
    assert oci.record(made.id).outputs["provisionedConcurrencyConfig"] == {"strategy": "NONE"}


@pytest.mark.parametrize(
    ("type", "path", "rest"),
    [
        (APPLICATION, ("traceConfig", "domainId"), {"isEnabled": True}),
        (APPLICATION, ("imagePolicyConfig", "keyDetails"), {"isPolicyEnabled": True}),
        (FUNCTION, ("failureDestination", "topicId"), {"kind": "NOTIFICATION"}),
        (FUNCTION, ("provisionedConcurrencyConfig", "count"), {"strategy": "CONSTANT"}),
    ],
)
def test_what_is_taken_out_of_an_object_keeps_its_value(
    oci: Client, type: str, path: tuple[str, str], rest: dict[str, Any]
) -> None:
    """Optional and computed holds inside of objects too."""
    needed, optional = KEPT[type]
    made = oci.create(type, "x", {**needed, **optional})

    assert oci.changed(made, {**needed, **optional, path[0]: rest}) == {}


def test_a_key_of_a_map_is_no_setting_and_goes(oci: Client) -> None:
    """Configuration has no values of its own: a key taken out is deleted."""
    made = oci.create(APPLICATION, "x", application(config={"A": "1", "B": "2"}))
    after = oci.update(made, application(config={"B": "2"}))

    assert oci.changed(made, application(config={"B": "2"})) == {"config.A": "DELETE"}
    assert after.outputs["config"] == {"B": "2"}


class TestSets:
    """Lists whose order means nothing, and those whose order does."""

    def test_security_groups_in_another_order_are_no_change(self, oci: Client) -> None:
        """One more, or one less, is."""
        made = oci.create(APPLICATION, "x", application(networkSecurityGroupIds=GROUPS))

        assert oci.changed(made, application(networkSecurityGroupIds=GROUPS[::-1])) == {}
        assert oci.changed(made, application(networkSecurityGroupIds=GROUPS[:2])) == {
            "networkSecurityGroupIds[2]": "DELETE"
        }

    def test_subnets_in_another_order_replace_the_application(self, oci: Client) -> None:
        """They are a list to the provider: a program has to keep their order."""
        subnets = [SUBNET, f"{SUBNET}two"]
        made = oci.create(APPLICATION, "x", application(subnetIds=subnets))

        assert set(oci.changed(made, application(subnetIds=subnets[::-1])).values()) == {"UPDATE_REPLACE"}

    def test_actions_of_a_rule_in_another_order_are_no_change(self, oci: Client) -> None:
        """Each keeps its id, whatever the order; one that changed is another action."""
        other = {**ACTION, "functionId": "ocid1.fnfunc.oc1.iad.aaaaother", "description": "second"}

        def rule(*actions: dict[str, Any], **more: Any) -> dict[str, Any]:
            return {**KEPT[RULE][0], "actions": {"actions": list(actions)}, **more}

        made = oci.create(RULE, "x", rule(ACTION, other))
        first, second = made.outputs["actions"]["actions"]
        bare = {key: value for key, value in other.items() if key != "description"}
        after = oci.update(made, rule(other, {**ACTION, "isEnabled": False}, description="d"))

        assert oci.changed(made, rule(other, ACTION)) == {}
        assert oci.changed(made, rule(bare, ACTION)) == {}
        assert oci.changed(made, rule(other)) != {}
        assert after.outputs["actions"]["actions"][0]["id"] == second["id"]
        assert first["id"] not in json.dumps(after.outputs)

    def test_origins_in_another_order_are_no_change(self, oci: Client) -> None:
        """Ports left out are filled in, so that writing the usual ones down changes nothing."""
        type = "oci:Waas/policy:Policy"
        one, two = {"label": "a", "uri": "a.example.net"}, {"label": "b", "uri": "b.example.net"}
        inputs = {"compartmentId": COMPARTMENT, "domain": "ai.example.com"}
        made = oci.create(type, "w", {**inputs, "origins": [one, two]})
        written = {**two, "httpPort": 80, "httpsPort": 443}

        assert made.inputs["origins"][0]["httpsPort"] == 443
        assert oci.changed(made, {**inputs, "origins": [written, one]}) == {}


class TestImageOfAFunction:
    """What the provider does where a program gives a digest, and where it gives none."""

    OWNER = "ocid1.fnapp.oc1.iad.aaaaforeign"

    def inputs(self, **source: Any) -> dict[str, Any]:
        details = {"sourceType": "CONTAINER_IMAGE", "image": IMAGE, **source}
        return function(self.OWNER, sourceDetails=details)

    def test_the_marker_is_among_the_inputs_and_never_reaches_the_service(self, oci: Client) -> None:
        """A policy pack sees it beside a digest that is pinned elsewhere."""
        made = oci.create(FUNCTION, "fn", self.inputs(imageDigest=DIGEST))

        assert made.inputs["imageDigest"] == "require-recompute"
        assert made.outputs["imageDigest"] == DIGEST
        assert "require-recompute" not in json.dumps(oci.record(made.id).inputs)
        assert oci.changed(made, self.inputs(imageDigest=DIGEST)) == {}
        assert oci.refresh(made) == made

    def test_a_function_without_a_digest_differs_at_every_deploy(self, oci: Client) -> None:
        """Its tag may stand for another image by now; in place, by both spellings."""
        made = oci.create(FUNCTION, "fn", self.inputs())
        old = {key: value for key, value in self.inputs().items() if key != "sourceDetails"}
        other = oci.create(FUNCTION, "old", {**old, "displayName": "old", "image": IMAGE})

        assert oci.changed(made, self.inputs()) == {"imageDigest": "UPDATE"}
        assert oci.changed(other, {**old, "displayName": "old", "image": IMAGE}) == {"imageDigest": "UPDATE"}

    def test_the_letter_case_of_a_source_type_is_no_change(self, oci: Client) -> None:
        """Nor is a leading zero of the memory."""
        made = oci.create(FUNCTION, "fn", self.inputs(imageDigest=DIGEST))
        again = self.inputs(imageDigest=DIGEST, sourceType="container_image")

        assert oci.changed(made, {**again, "memoryInMbs": "0256"}) == {}


@pytest.mark.parametrize(
    ("type", "needed", "kept", "news"),
    [
        (
            RULE,
            {key: value for key, value in KEPT[RULE][0].items() if key != "condition"},
            {"condition": '{"eventType": "a.b"}'},
            {"displayName": "renamed"},
        ),
        (
            "oci:Logging/log:Log",
            {**KEPT["oci:Logging/log:Log"][0], "logType": "SERVICE"},
            {"configuration": {"source": {**SOURCE, "resource": "ocid1.fnapp.oc1.iad.aaaa"}}},
            {"retentionDuration": 90},
        ),
    ],
)
def test_what_a_program_leaves_out_still_counts_for_the_service(
    oci: Client, type: str, needed: dict[str, Any], kept: dict[str, Any], news: dict[str, Any]
) -> None:
    """It is asked to hold the old value, and not told that there is none."""
    made = oci.create(type, "x", {**needed, **kept})
    after = oci.update(made, {**needed, **news})

    assert {name: after.outputs[name] for name in (*kept, *news)} == {**kept, **news}


def test_details_take_the_place_of_a_condition(oci: Client) -> None:
    """Though the condition is kept, and the other way round."""
    needed = KEPT[RULE][0]
    bare = {key: value for key, value in needed.items() if key != "condition"}
    detailed = {**bare, "conditionDetails": {"eventTypes": ["a.b"]}}
    after = oci.update(oci.create(RULE, "x", needed), detailed)
    back = oci.update(after, needed)

    assert json.loads(after.outputs["condition"]) == {"eventType": ["a.b"]}
    assert back.outputs["condition"] == "{}"
    assert back.outputs["conditionDetails"] == {}


def test_a_bridge_knows_only_ways_to_compare_that_exist() -> None:
    """One misspelt would fail in the middle of a deploy."""
    for type in KEPT:
        for place in bridge_of(type).facts.compared:
            assert bridge_of(type).same(place, object(), object()) is False


def test_a_default_is_not_put_into_an_object_that_is_not_there(oci: Client) -> None:
    """Nor over a value that is."""
    type = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule"
    inputs = {"networkSecurityGroupId": GROUPS[0], "direction": "INGRESS", "protocol": "1"}

    assert "icmpOptions" not in oci.check(type, "r", inputs)
    assert oci.check(type, "r", {**inputs, "icmpOptions": {"type": 3}})["icmpOptions"] == {
        "type": 3,
        "code": -1,
    }
    assert oci.check(type, "r", {**inputs, "icmpOptions": {"type": 3, "code": 4}})["icmpOptions"]["code"] == 4
    with pytest.raises(Failed, match="icmpOptions"):
        oci.check(type, "r", {**inputs, "icmpOptions": "3"})
