"""One function: what it registers, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from components import (
    AiFunction,
)
from components.errors import BadArguments
from components.grants.targets import QueueTarget, StreamTarget, TopicTarget
from tests.components.arguments import (
    DIGEST,
    REFERENCE,
    arguments,
    refusal,
)

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"memory_in_mbs": 200}, "memory_in_mbs: 200 is not one of 128, 256, 512, 1024, 2048, 3072"),
    ({"timeout_in_seconds": 301}, "timeout_in_seconds: 301 is not between 1 and 300 seconds"),
    ({"detached_mode_timeout_in_seconds": 4}, "detached_mode_timeout_in_seconds: 4 is not"),
    ({"provisioned_concurrency": 15}, "provisioned_concurrency: 15 is not a multiple of 20"),
    ({"provisioned_concurrency": -20}, "provisioned_concurrency: -20 is not a multiple"),
    ({"config": {"A": "x" * 4096}}, "config: expected at most 4096 bytes of keys and values, found 4097"),
    ({"image_digest": "sha256:1"}, "image_digest: 'sha256:1' is not a digest"),
    ({"compartment_id": "x"}, "compartment_id: 'x' is not an OCID"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("function", changes).startswith(reason)


def test_all_bad_arguments_are_told() -> None:
    """Two wrong values give two lines, and without a config path the field alone is named."""
    with pytest.raises(BadArguments) as refused:
        arguments("function", memory_in_mbs=1, timeout_in_seconds=0)

    assert [line.partition(":")[0] for line in refused.value.lines] == ["memory_in_mbs", "timeout_in_seconds"]


def test_the_function_is_pinned_by_digest(world: Any) -> None:
    """The source is a container image with tag and digest; deprecated fields stay unset."""
    world.run(lambda: AiFunction("f", arguments("function", memory_in_mbs=512, provisioned_concurrency=10)))

    inputs = world.one("oci:Functions/function:Function").inputs
    assert inputs["sourceDetails"] == {
        "sourceType": "CONTAINER_IMAGE",
        "image": REFERENCE,
        "imageDigest": DIGEST,
    }
    assert not {"image", "imageDigest"} & set(inputs)
    assert inputs["memoryInMbs"] == "512"
    assert inputs["provisionedConcurrencyConfig"] == {"strategy": "CONSTANT", "count": 10}


@pytest.mark.parametrize(("timeout", "detached"), [(1, 5), (30, 30), (300, 300)])
def test_what_is_not_wanted_is_said_to_be_off(world: Any, timeout: int, detached: int) -> None:
    """Left out, a setting would keep the value it had; a detached invocation takes as long as another."""
    world.run(lambda: AiFunction("f", arguments("function", timeout_in_seconds=timeout)))

    inputs = world.one("oci:Functions/function:Function").inputs
    assert inputs["provisionedConcurrencyConfig"] == {"strategy": "NONE"}
    assert inputs["traceConfig"] == {"isEnabled": False}
    assert inputs["detachedModeTimeoutInSeconds"] == detached
    assert inputs["config"] == {}


TOPIC = TopicTarget(id="ocid1.onstopic.oc1..a", compartment_id="c")
QUEUE = QueueTarget(id="ocid1.queue.oc1..a", endpoint="", compartment_id="c")
STREAM = StreamTarget(id="ocid1.stream.oc1..a", endpoint="", compartment_id="c")


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        (None, {"kind": "NONE"}),
        (TOPIC, {"kind": "NOTIFICATION", "topicId": "ocid1.onstopic.oc1..a"}),
        (QUEUE, {"kind": "QUEUE", "queueId": "ocid1.queue.oc1..a"}),
        (STREAM, {"kind": "STREAM", "streamId": "ocid1.stream.oc1..a"}),
    ],
)
def test_destinations_of_detached_invocations(world: Any, target: Any, sent: dict[str, str]) -> None:
    """Each end by itself; none is sent as none, since what is left out would stay."""
    world.run(lambda: AiFunction("f", arguments("function", success=target)))

    inputs = world.one("oci:Functions/function:Function").inputs
    assert (inputs["successDestination"], inputs["failureDestination"]) == (sent, {"kind": "NONE"})


def test_the_other_end(world: Any) -> None:
    """Failures do not go where successes go."""
    world.run(lambda: AiFunction("f", arguments("function", failure=TOPIC)))

    inputs = world.one("oci:Functions/function:Function").inputs
    assert (inputs["successDestination"]["kind"], inputs["failureDestination"]["kind"]) == (
        "NONE",
        "NOTIFICATION",
    )
