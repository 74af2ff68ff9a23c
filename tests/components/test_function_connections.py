"""What a function uses: its policies, and the variables it finds in its environment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pulumi
import pytest

from components import FunctionConnections, FunctionConnectionsArgs
from components.errors import BadArguments
from components.function_connections import Connection, environment
from components.grants.function_grants import FunctionIdentity
from components.grants.targets import BucketTarget, QueueTarget, SecretTarget, ServiceTarget, TopicTarget
from components.values import destination
from tests.components.arguments import COMPARTMENT, access

ELSEWHERE = "ocid1.compartment.oc1..aaaaaaaasecurity"
TOPIC = TopicTarget(id="ocid1.onstopic.oc1..a", compartment_id=COMPARTMENT)
BUCKET = BucketTarget(name="b", namespace="ns", compartment_id=COMPARTMENT)
SECRET = SecretTarget(id="ocid1.vaultsecret.oc1..a", compartment_id=ELSEWHERE)


def connect(**connections: Connection) -> None:
    """A function with these connections, inside a running program."""
    FunctionConnections(
        "f-connections",
        FunctionConnectionsArgs(
            source=access().identity, connections=connections, prefix="apps-f", config_path="here"
        ),
    )


def policies(world: Any) -> dict[str, tuple[str, list[str]]]:
    """For each policy by its name: where it is attached, and what its statements are about."""
    return {
        each.inputs["name"]: (
            each.inputs["compartmentId"],
            [text.split(" to ")[1].split(" in ")[0] for text in each.inputs["statements"]],
        )
        for each in world.all("oci:Identity/policy:Policy")
    }


def test_one_policy_holds_what_is_used_in_one_compartment(world: Any) -> None:
    """By the connections' names, so that their order in the file means nothing."""
    world.run(lambda: connect(b=Connection("write", BUCKET), a=Connection("publish", TOPIC)))

    assert policies(world) == {"apps-f-connections": (COMPARTMENT, ["use ons-topics", "manage objects"])}


def test_another_compartment_has_a_policy_of_its_own(world: Any) -> None:
    """A statement reaches only what is below the compartment its policy is attached to."""
    world.run(lambda: connect(a=Connection("publish", TOPIC), b=Connection("read", SECRET)))

    assert policies(world) == {
        "apps-f-connections": (COMPARTMENT, ["use ons-topics"]),
        "apps-f-connections-aaaasecurity": (ELSEWHERE, ["read secret-bundles"]),
    }


def test_what_two_connections_need_is_said_once(world: Any) -> None:
    """Two topics of one compartment need one statement; two queues that are still to be created two."""
    other = replace(TOPIC, id="ocid1.onstopic.oc1..b")

    def program() -> None:
        made = [made_later(name) for name in "qr"]
        queues = {f"q{at}": Connection("push", queue) for at, queue in enumerate(made)}
        connect(a=Connection("publish", TOPIC), b=Connection("publish", other), **queues)

    world.run(program, preview=True)

    (policy,) = world.all("oci:Identity/policy:Policy")
    assert len(policy.inputs["statements"]) == 3


def made_later(name: str) -> QueueTarget:
    """A queue that is still to be created."""
    made = pulumi.CustomResource("oci:Queue/queue:Queue", name, {"displayName": name})
    return QueueTarget(id=made, endpoint="https://a.example.com", compartment_id=COMPARTMENT)


def test_bad_arguments_are_refused_before_anything_is_registered() -> None:
    """None at all, and a name too long for a policy."""
    nobody: Any = None
    source = FunctionIdentity(function=nobody, compartment_id=COMPARTMENT)

    with pytest.raises(BadArguments, match=r"^here\.connections: is empty$"):
        FunctionConnectionsArgs(source=source, connections={}, prefix="p", config_path="here")
    with pytest.raises(
        BadArguments, match=r"^here\.connections: the name in OCI would be p{90}-connections: "
    ):
        FunctionConnectionsArgs(
            source=source,
            connections={"a": Connection("publish", TOPIC)},
            prefix="p" * 90,
            config_path="here",
        )


def test_variables_say_what_code_needs() -> None:
    """Names, OCIDs and addresses, each under the connection's name and what it is."""
    said = {
        "in": Connection("read", replace(BUCKET, prefix="p/")),
        "my-jobs": Connection(
            "push", QueueTarget(id="ocid1.queue.oc1..a", endpoint="https://q", compartment_id=COMPARTMENT)
        ),
        "chat": Connection("use", ServiceTarget(service="generative-ai-chat", compartment_id=COMPARTMENT)),
        "vectors": Connection(
            "use",
            ServiceTarget(
                service="generative-ai-embeddings",
                compartment_id=COMPARTMENT,
                model_id="cohere.embed-v4.0",
                region="us-chicago-1",
            ),
        ),
        "ranks": Connection(
            "use",
            ServiceTarget(
                service="generative-ai-rerank",
                compartment_id=COMPARTMENT,
                endpoint_id="ocid1.generativeaiendpoint.oc1..a",
                region="eu-frankfurt-1",
            ),
        ),
    }

    assert environment(said) == {
        "CONNECTION_IN_BUCKET": "b",
        "CONNECTION_IN_NAMESPACE": "ns",
        "CONNECTION_IN_PREFIX": "p/",
        "CONNECTION_MY_JOBS_QUEUE_ID": "ocid1.queue.oc1..a",
        "CONNECTION_MY_JOBS_ENDPOINT": "https://q",
        "CONNECTION_CHAT_COMPARTMENT_ID": COMPARTMENT,
        "CONNECTION_VECTORS_COMPARTMENT_ID": COMPARTMENT,
        "CONNECTION_VECTORS_MODEL_ID": "cohere.embed-v4.0",
        "CONNECTION_VECTORS_ENDPOINT": "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com",
        "CONNECTION_RANKS_COMPARTMENT_ID": COMPARTMENT,
        "CONNECTION_RANKS_ENDPOINT_ID": "ocid1.generativeaiendpoint.oc1..a",
        "CONNECTION_RANKS_ENDPOINT": "https://inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com",
    }


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (destination.resource_name, "a b"),
        (destination.object_prefix, "/a"),
        (destination.object_prefix, "a*"),
        (destination.object_prefix, "a b"),
        (destination.table, "1t"),
        (destination.metrics_namespace, "oci_x"),
        (destination.metrics_namespace, "oracle_x"),
        (destination.endpoint, "http://a.example.com"),
        (destination.endpoint, "https://a.example.com/path"),
        (destination.model_endpoint, "cohere.a"),
    ],
)
def test_what_a_destination_cannot_be_called(check: Any, bad: str) -> None:
    """Each with the value and what was expected."""
    with pytest.raises(ValueError, match=f"^'{bad.replace('*', '[*]')}' is not an? "):
        check(bad)
