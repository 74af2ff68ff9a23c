"""Events that invoke a function: the rule, its bucket and the statements it needs."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from components import (
    EventTrigger,
)
from components.event_trigger import WatchedBucket
from components.values.event_filter import EventFilter
from components.values.event_types import EventType
from tests.components.arguments import (
    COMPARTMENT,
    OBJECT,
    TENANCY,
    access,
    arguments,
    refusal,
    statements,
)

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
    ({"event_principal": "rule"}, "event_principal: rule is not one of eventrule, service, both"),
    ({"filter": EventFilter(event_types=[])}, "filter: event_types: needs at least one"),
    ({"filter": EventFilter(event_types=["com.oraclecloud.*"])}, "filter: com.oraclecloud.* is a pattern"),
    ({"filter": OBJECT}, "filter: com.oraclecloud.objectstorage.createobject needs a bucket"),
    (
        {"bucket": WatchedBucket(name="b", namespace="n")},
        "filter: com.oraclecloud.cloudguard.problemdetected names no bucket",
    ),
    (
        {"filter": OBJECT, "bucket": WatchedBucket(name="a b", namespace="n")},
        "bucket: 'a b' is not a bucket name",
    ),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("trigger", changes).startswith(reason)


def trigger(**changes: Any) -> EventTrigger:
    """A rule before a function, inside a running program."""
    return EventTrigger("t", arguments("trigger", target=access().identity, **changes))


@pytest.mark.parametrize(
    ("event_principal", "subjects"),
    [
        ("eventrule", ["any-user"]),
        ("service", ["service cloudEvents"]),
        ("both", ["any-user", "service cloudEvents"]),
    ],
)
def test_events_invoke_as_the_principal_asked_for(
    world: Any, minted: Any, event_principal: str, subjects: list[str]
) -> None:
    """Each form is one statement, and each is confined to the one function."""
    world.run(lambda: trigger(event_principal=event_principal))

    function = minted("oci:Functions/function:Function", "f-function")
    assert [text.removeprefix("Allow ").split(" to ")[0] for text in statements(world)] == subjects
    assert all(f"target.function.id = '{function}'" in text for text in statements(world))


def test_a_watched_bucket_can_be_read(world: Any, minted: Any) -> None:
    """The rule filters on its name, and the function may read it; the bucket itself is somebody else's."""
    bucket = WatchedBucket(name="ai-results-dev", namespace="ax")

    world.run(lambda: trigger(filter=OBJECT, bucket=bucket))

    assert world.all("oci:ObjectStorage/bucket:Bucket") == []
    condition = json.loads(world.one("oci:Events/rule:Rule").inputs["condition"])
    assert condition["data"] == {"additionalDetails": {"bucketName": ["ai-results-dev"]}}
    function = minted("oci:Functions/function:Function", "f-function")
    assert statements(world)[-1] == (
        f"Allow any-user to read objects in compartment id {COMPARTMENT} where all "
        f"{{request.principal.type = 'fnfunc', request.principal.id = '{function}', "
        "target.bucket.name = 'ai-results-dev'}"
    )


def test_what_is_deleted_needs_no_reading(world: Any) -> None:
    """A trigger on deleted objects alone gives the function no right to read."""
    gone = EventFilter(event_types=[EventType.OBJECTSTORAGE_DELETEOBJECT])

    world.run(lambda: trigger(filter=gone, bucket=WatchedBucket(name="b", namespace="ax")))

    assert not [text for text in statements(world) if "objects" in text]


def test_the_permission_comes_before_the_rule(world: Any) -> None:
    """A rule that is there before its permission would have its first events refused."""
    world.run(trigger)

    (policy,) = world.all("oci:Identity/policy:Policy")
    assert policy.urn in world.one("oci:Events/rule:Rule").depends_on


def test_an_existing_bucket_is_looked_up(world: Any) -> None:
    """Whether it reports object events; only its name is used."""
    bucket = WatchedBucket(name="theirs", namespace="ax", existing=True)

    world.run(lambda: trigger(filter=OBJECT, bucket=bucket))

    assert '"bucketName": ["theirs"]' in world.one("oci:Events/rule:Rule").inputs["condition"]
    assert ("theirs", "ax") in [(args.get("name"), args.get("namespace")) for _, args in world.cloud.calls]


@pytest.mark.parametrize("preview", [True, False])
def test_an_existing_bucket_that_says_nothing_is_refused(world: Any, preview: bool) -> None:
    """With object events off the rule would never fire, so the program ends with that reason."""
    world.cloud.answers["oci:ObjectStorage/getBucket:getBucket"] = {"objectEventsEnabled": False}
    bucket = WatchedBucket(name="theirs", namespace="ax", existing=True)

    with pytest.raises(pulumi.RunError, match=r"^here\.bucket: object events of theirs are off"):
        world.run(lambda: trigger(filter=OBJECT, bucket=bucket, config_path="here"), preview=preview)


def test_an_existing_bucket_that_is_not_there_is_one_line(world: Any) -> None:
    """A bucket the provider does not find is told with its place and the provider's reason."""
    world.cloud.answers["oci:ObjectStorage/getBucket:getBucket"] = "404-NotAuthorizedOrNotFound, no bucket"
    bucket = WatchedBucket(name="theirs", namespace="ax", existing=True)

    with pytest.raises(pulumi.RunError) as refused:
        world.run(lambda: trigger(filter=OBJECT, bucket=bucket, config_path="here"))

    assert str(refused.value).startswith("cannot look up the bucket theirs (here.bucket): ")
    assert str(refused.value).endswith("404-NotAuthorizedOrNotFound, no bucket")


def test_the_rule_invokes_the_function_and_can_be_off(world: Any, minted: Any) -> None:
    """One action, of the function's kind; a disabled rule is declared and disabled."""
    world.run(lambda: trigger(enabled=False))

    inputs = world.one("oci:Events/rule:Rule").inputs
    function = minted("oci:Functions/function:Function", "f-function")
    assert inputs["actions"] == {
        "action": [{"actionType": "FAAS", "isEnabled": True, "functionId": function}]
    }
    assert inputs["isEnabled"] is False
