"""The stack's tags: on every resource that can carry them, whoever wrote its component."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_oci as oci
import pytest

from components.errors import BadArguments
from components.stack_tags import StackTags
from sandbox.providers.sdk import Sdk
from tests.components.test_program import CONNECTIONS

FREEFORM, DEFINED = {"team": "vision"}, {"Cost.centre": "42"}
TAGS = {"freeform": FREEFORM, "defined": DEFINED}
# Types of this program that OCI gives no tags. A new one belongs here only when the SDK says the same.
UNTAGGED = {"oci:Identity/userGroupMembership:UserGroupMembership"}
ORACLES = ['definedTags["Oracle-Tags.CreatedBy"]', 'definedTags["Oracle-Tags.CreatedOn"]']
VAULT = "ocid1.vault.oc1.eu-frankfurt-1.aaaaaaaavault"
KEY = "ocid1.key.oc1.eu-frankfurt-1.aaaaaaaakey"
TOPIC = "oci:Ons/notificationTopic:NotificationTopic"


@pytest.fixture(scope="module")
def sdk() -> Sdk:
    """What the SDK's own text says of each type's inputs."""
    return Sdk("pulumi_oci")


def full(deployed: Any, **changes: str | None) -> Any:
    """The stack with everything that a stack can create, as far as its config can say it."""
    rule = {"rules": [{"variables": ["ARGS"], "operator": "@detectSQLi", "msg": "m"}]}
    edge = {"domain": "a.example.com", "origin": "b.example.com", "rules": {"sqli": rule}}
    people = {"members": ["ocid1.user.oc1..aaaaaaaaperson"]}
    triggers = {
        "results": {
            "event_types": ["com.oraclecloud.objectstorage.createobject"],
            "bucket": {"name": "results"},
        },
        "nightly": {"schedule": {"cron": "0 2 * * *"}},
        "hot": {"alarm": {"namespace": "pumps", "query": "heat[1m].max() > 1"}},
        "told": {"topic": {"name": "told"}},
        "work": {"queue": {"name": "work"}},
        "rotation": {"secret_rotation": {"name": "s", "vault_id": VAULT, "key_id": KEY}},
    }
    alarms = {
        "topic": {"name": "alarms"},
        "subscribers": [{"protocol": "EMAIL", "endpoint": "a@example.com"}],
    }
    functions = {
        "responder": {
            "connections": CONNECTIONS,
            "access": {"invokers": people, "developers": {}, "auditors": {}},
            "triggers": triggers,
        },
        "watcher": {"identity": "dynamic_group"},
    }
    said = {"functions": functions, "edge": edge, "alarms": alarms}
    texts = {key: json.dumps(value) for key, value in said.items()}
    return deployed("dev", primary="responder", **texts, **changes)


def of_oci(world: Any) -> list[Any]:
    """Every resource of OCI."""
    return [each for each in world.recorder.registered.values() if each.type.startswith("oci:")]


def test_every_resource_that_can_carry_tags_does(deployed: Any, sdk: Sdk) -> None:
    """Each resource of a stack with everything in it has both kinds; the rest cannot have any."""
    world = full(deployed, tags=json.dumps(TAGS))
    tagged = [each for each in of_oci(world) if each.inputs.get("freeformTags") == FREEFORM]

    assert [each.urn for each in tagged if each.inputs["definedTags"] != DEFINED] == []
    assert {each.type for each in of_oci(world)} - {each.type for each in tagged} == UNTAGGED
    assert [kind for kind in UNTAGGED if "freeformTags" in sdk.resource(kind).inputs] == []
    assert len(tagged) > 40


def test_tags_that_are_not_said_are_taken_off(deployed: Any) -> None:
    """Without the section the empty maps are sent, since what is left out keeps its value."""
    sent = [each for each in of_oci(full(deployed)) if each.type not in UNTAGGED]

    assert [each.urn for each in sent if each.inputs["freeformTags"] != {}] == []
    assert [each.urn for each in sent if each.inputs["definedTags"] != {}] == []


def test_tags_that_others_set_are_left_alone(deployed: Any) -> None:
    """What Oracle's own tag defaults add, and what the provider is told to ignore, is no change."""
    world = deployed("dev")
    sent = [each for each in of_oci(world) if each.type not in UNTAGGED]

    assert {each.ignore_changes for each in sent} == {tuple(ORACLES)}


def test_what_the_provider_ignores_is_ignored_here(world: Any) -> None:
    """A tag default of the tenancy's own, as oci:ignoreDefinedTags names it."""

    def program() -> None:
        StackTags(ignored=["Cost.owner"]).put_on_everything()
        _topic()

    world.run(program)

    assert (*ORACLES, 'definedTags["Cost.owner"]') == world.one(TOPIC).ignore_changes


def test_a_tag_that_is_left_to_others_cannot_be_set() -> None:
    """The provider would not send it, in whatever case it is written."""
    with pytest.raises(BadArguments) as refused:
        StackTags(defined=DEFINED, ignored=["cost.Centre"], config_path="Pulumi.dev.yaml: tags")

    expected = "Pulumi.dev.yaml: tags.defined: oci:ignoreDefinedTags leaves Cost.centre to others"
    assert [expected] == list(refused.value.lines)


def _topic(**more: Any) -> None:
    oci.ons.NotificationTopic("t", compartment_id="c", name="n", **more)


@pytest.mark.parametrize("later", [False, True])
def test_a_resources_own_tags_win(world: Any, later: bool) -> None:
    """Those it says itself, known or not yet, with the stack's beside them."""

    def own(value: str) -> Any:
        return pulumi.Output.from_input(value) if later else value

    def program() -> None:
        StackTags(freeform={"team": "stack", "env": "dev"}).put_on_everything()
        _topic(freeform_tags={"team": own("topic")}, opts=pulumi.ResourceOptions(ignore_changes=["name"]))

    sent = world.run(program).one(TOPIC)

    assert sent.inputs["freeformTags"] == {"team": "topic", "env": "dev"}
    assert ("name", *ORACLES) == sent.ignore_changes


def test_too_many_tags_together_are_refused(world: Any) -> None:
    """Ten of the stack and one of a resource's own are more than it can carry."""

    def program() -> None:
        StackTags(freeform={str(each): "" for each in range(10)}).put_on_everything()
        _topic(freeform_tags={"own": ""})

    with pytest.raises(BadArguments) as refused:
        world.run(program)

    assert "11 tags are more than the 10 free-form tags" in str(refused.value)
    assert TOPIC in str(refused.value)


def test_what_is_only_looked_at_is_not_tagged(world: Any) -> None:
    """A resource that is read by its id belongs to somebody else."""

    def program() -> None:
        StackTags(freeform=FREEFORM).put_on_everything()
        oci.ons.NotificationTopic.get("t", "ocid1.onstopic.oc1..a")

    world.run(program)

    assert [each for each in of_oci(world) if each.inputs.get("freeformTags")] == []


@pytest.mark.parametrize(
    ("tags", "line"),
    [
        ({"freeform": {"a b": "x"}}, "tags.freeform: 'a b': a key is 1 to 100 printable ASCII"),
        ({"defined": {"team": "x"}}, "tags.defined: 'team' is not a Namespace.key"),
        ({"freeform": {"a": 1}}, "tags.freeform.a: "),
    ],
)
def test_a_bad_tag_is_told_at_load(deployed: Any, tags: dict[str, Any], line: str) -> None:
    """One line with its place, before anything is registered."""
    with pytest.raises(pulumi.RunError) as refused:
        deployed("dev", tags=json.dumps(tags))

    assert str(refused.value).startswith(f"Pulumi.dev.yaml: {line}")
