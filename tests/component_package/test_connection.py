"""What a function of the package uses: every thing with every intent, its statement and its variables."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pulumi
import pytest

from component_package.arguments import options
from component_package.connection import ConnectionArgs, things
from component_package.package import ComponentPackage
from components.config.connection_section import Choice, ConnectionConfig
from components.function_connections import Intent
from tests.component_package.conftest import World
from tests.component_package.test_package import GIVEN, OBJECT
from tests.components.arguments import COMPARTMENT
from tests.components.conftest import minted

ELSEWHERE = "ocid1.compartment.oc1..aaaaaaaasecurity"
AT = "https://cell-1.example.com"
QUEUE = {"queueId": "ocid1.queue.oc1.eu-frankfurt-1.a", "endpoint": AT}
STREAM = {"streamId": "ocid1.stream.oc1.eu-frankfurt-1.a", "endpoint": AT}
KEY = {"keyId": "ocid1.key.oc1.eu-frankfurt-1.a", "endpoint": AT}
LOG = {"logId": "ocid1.log.oc1.eu-frankfurt-1.a", "logGroupId": "ocid1.loggroup.oc1.eu-frankfurt-1.a"}
FUNCTION = {"functionId": "ocid1.fnfunc.oc1.eu-frankfurt-1.b", "endpoint": AT}

# What the config calls each argument.
ARGUMENTS = {
    "bucket": "bucket_name",
    "table": "table_name",
    "secret": "secret_id",
    "wallet": "database_id",
    "queue": "queue_id",
    "stream": "stream_id",
    "log": "log_id",
    "topic": "topic_id",
    "key": "key_id",
    "metrics": "metrics_namespace",
    "function": "function_id",
    "use": "service",
}
# The connection, what its statement is about and confined to, and the variables for the code.
EACH: list[tuple[dict[str, Any], str, set[str]]] = [
    (
        {"intent": "read", "bucketName": "in", "objectPrefix": "a/"},
        "read objects: target.bucket.name = 'in', target.object.name = /a/*/",
        {"BUCKET", "NAMESPACE", "PREFIX"},
    ),
    ({"intent": "list", "bucketName": "in"}, "inspect objects: 'in'", {"BUCKET", "NAMESPACE"}),
    (
        {"intent": "write", "bucketName": "out"},
        "manage objects: 'out', OBJECT_CREATE",
        {"BUCKET", "NAMESPACE"},
    ),
    ({"intent": "read", "tableName": "t"}, "read nosql-rows: 't'", {"TABLE", "COMPARTMENT_ID"}),
    ({"intent": "write", "tableName": "t"}, "use nosql-rows: 't'", {"TABLE", "COMPARTMENT_ID"}),
    (
        {"intent": "read", "secretId": "ocid1.vaultsecret.oc1.eu-frankfurt-1.a"},
        "read secret-bundles: 'ocid1.vaultsecret.oc1.eu-frankfurt-1.a'",
        {"SECRET_ID"},
    ),
    (
        {"intent": "read", "databaseId": "ocid1.autonomousdatabase.oc1.eu-frankfurt-1.a"},
        "read autonomous-databases: AUTONOMOUS_DATABASE_CONTENT_READ",
        {"DATABASE_ID"},
    ),
    ({"intent": "push", **QUEUE}, f"use queue-push: '{QUEUE['queueId']}'", {"QUEUE_ID", "ENDPOINT"}),
    ({"intent": "pull", **QUEUE}, f"use queue-pull: '{QUEUE['queueId']}'", {"QUEUE_ID", "ENDPOINT"}),
    (
        {"intent": "push", **STREAM},
        f"use streams: '{STREAM['streamId']}', PRODUCE",
        {"STREAM_ID", "ENDPOINT"},
    ),
    (
        {"intent": "pull", **STREAM},
        f"use streams: '{STREAM['streamId']}', CONSUME",
        {"STREAM_ID", "ENDPOINT"},
    ),
    ({"intent": "push", **LOG}, f"use log-content: '{LOG['logGroupId']}'", {"LOG_ID"}),
    (
        {"intent": "publish", "topicId": "ocid1.onstopic.oc1.eu-frankfurt-1.a"},
        "use ons-topics: ONS_TOPIC_PUBLISH",
        {"TOPIC_ID"},
    ),
    ({"intent": "encrypt", **KEY}, f"use keys: '{KEY['keyId']}', KEY_ENCRYPT", {"KEY_ID", "ENDPOINT"}),
    ({"intent": "decrypt", **KEY}, f"use keys: '{KEY['keyId']}', KEY_DECRYPT", {"KEY_ID", "ENDPOINT"}),
    (
        {"intent": "post", "metricsNamespace": "mine"},
        "use metrics: 'mine', METRIC_WRITE",
        {"NAMESPACE", "COMPARTMENT_ID"},
    ),
    (
        {"intent": "invoke", **FUNCTION},
        f"use fn-invocation: target.function.id = '{FUNCTION['functionId']}'",
        {"FUNCTION_ID", "ENDPOINT"},
    ),
    ({"intent": "use", "service": "vision"}, "use ai-service-vision-family:", {"COMPARTMENT_ID"}),
    (
        {"intent": "use", "service": "generative-ai-chat", "modelId": "cohere.command-a-03-2025"},
        "use generative-ai-chat:",
        {"COMPARTMENT_ID", "MODEL_ID", "ENDPOINT"},
    ),
]


def construct(world: World, *, preview: bool = False, **changes: Any) -> World:
    """A program that constructs one function, as the engine asks for it; arguments may be made inside it."""
    world.config = {"oci:region": "eu-frankfurt-1"}

    def program() -> None:
        made = {key: value() if callable(value) else value for key, value in changes.items()}
        ComponentPackage().construct(
            "it", "oci-ai-functions:index:EventFunction", {**GIVEN["EventFunction"], **made}
        )

    return world.run(program, preview=preview)


def problems(**changes: Any) -> list[str]:
    """What is said of one that cannot be constructed, each after its place; nothing was registered then."""
    world = World()
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        construct(world, **changes)
    assert world.all("oci:Functions/function:Function") == []
    return [f"{each['property_path']}: {each['reason']}" for each in refused.value.errors or []]


def granted(world: World) -> dict[str, Any]:
    """The policy of the connections."""
    (policy,) = [
        each.inputs
        for each in world.all("oci:Identity/policy:Policy")
        if "-connections" in each.inputs["name"]
    ]
    return policy


@pytest.mark.parametrize(("connection", "statement", "variables"), EACH)
def test_a_connection_is_a_statement_and_variables(
    world: World, connection: dict[str, Any], statement: str, variables: set[str]
) -> None:
    """Of the function by its own OCID, confined to the thing, where the function is."""
    construct(world, connections={"my-use": connection})

    policy = granted(world)
    assert policy["compartmentId"] == COMPARTMENT
    about, _, confined = statement.partition(":")
    (text,) = policy["statements"]
    function = world.one("oci:Functions/function:Function")
    minted_id = minted(function.type, function.name)
    assert f" to {about} in compartment id {COMPARTMENT} where " in text
    assert f"request.principal.id = '{minted_id}'" in text
    assert all(part.strip() in text for part in confined.split(",") if part.strip())
    own = {key.removeprefix("CONNECTION_MY_USE_") for key in function.inputs["config"]}
    assert own == variables


def test_every_intent_and_every_argument_has_a_line_here() -> None:
    """A new one of either needs a line above."""
    assert {connection["intent"] for connection, *_ in EACH} == set(get_args(Intent))
    assert {key for connection, *_ in EACH for key in connection} | {"compartmentId"} == set(
        options(ConnectionArgs)
    )


@pytest.mark.parametrize("intent", get_args(Intent))
def test_an_intent_is_for_what_it_is_for_in_a_stack(intent: Intent) -> None:
    """The same things as under the key of that name in a stack's file."""
    section = get_args(get_type_hints(ConnectionConfig)[intent])[0]
    said = [field.name for field in fields(section)] if issubclass(section, Choice) else [intent]

    assert sorted(ARGUMENTS[each] for each in said) == sorted(things(intent))


def test_what_is_elsewhere_has_a_policy_there(world: World) -> None:
    """A statement reaches only what is below the compartment its policy is attached to."""
    there = {"intent": "list", "bucketName": "in", "compartmentId": ELSEWHERE}

    construct(world, connections={"there": there})

    assert granted(world)["compartmentId"] == ELSEWHERE


def test_what_the_program_creates_is_judged_before_it_exists(world: World) -> None:
    """An id of another resource: the statement names it by the resource, which the policy pack can see."""

    def queue() -> dict[str, Any]:
        made = pulumi.CustomResource("oci:Queue/queue:Queue", "jobs", {"displayName": "jobs"})
        return {"jobs": {"intent": "push", "queueId": made.id, "endpoint": AT}}

    construct(world, connections=queue, preview=True)

    (policy,) = [
        each.inputs["grants"]["it-connections-grants-policy"]
        for each in world.all("aifunctions:index:GrantedPolicy")
        if "it-connections-grants-policy" in each.inputs["grants"]
    ]
    (shown,) = policy
    assert "target.queue.id = '${queue}'" in shown["text"]
    assert shown["refs"]["queue"] == world.one("oci:Queue/queue:Queue").urn


@pytest.mark.parametrize(
    ("connection", "problem"),
    [
        ({"intent": "read"}, "connections.it: give exactly one of bucketName, tableName, secretId,"),
        ({"intent": "push", **QUEUE, "topicId": "ocid1.onstopic.oc1.eu-frankfurt-1.a"}, "give exactly one"),
        ({"intent": "push", "bucketName": "b"}, "push takes queueId, streamId or logId, not bucketName"),
        ({"intent": "use", **QUEUE}, "use takes service, not queueId"),
        ({"intent": "push", "queueId": QUEUE["queueId"]}, "queueId needs endpoint"),
        ({"intent": "push", "logId": LOG["logId"]}, "logId needs logGroupId"),
        (
            {"intent": "write", "bucketName": "b", "endpoint": AT},
            "endpoint belongs to queueId, streamId, keyId",
        ),
        ({"intent": "use", "service": "vision", "modelId": "a.b"}, "modelId belongs to generative-ai-chat"),
        ({"intent": "push", **LOG, "queueId": QUEUE["queueId"]}, "give exactly one"),
        ({"intent": "sing", "bucketName": "b"}, "intent: expected one of read, list"),
        ({"intent": "read", "secretId": QUEUE["queueId"]}, "secretId"),
        ({"bucketName": "b"}, "intent is missing"),
        ({"intent": "read", "bucketName": "b", "colour": "red"}, "colour is no argument"),
    ],
)
def test_what_is_no_connection_is_refused(connection: dict[str, Any], problem: str) -> None:
    """With its place and the way out, before anything is registered."""
    (said,) = problems(connections={"it": connection})

    assert "connections.it" in said
    assert problem.removeprefix("connections.it: ") in said


def test_names_of_connections_are_those_of_variables() -> None:
    """In lower case and with hyphens, so that no two of them set one variable; nor does the config."""
    said = {"intent": "post", "metricsNamespace": "mine"}

    assert problems(connections={"A_b": said}) == [
        "connections: A_b is not a name of lower-case letters, digits and hyphens"
    ]
    assert problems(connections={"a": said}, config={"CONNECTION_A_X": "1"}) == [
        "config.CONNECTION_A_X: is set by connections.a"
    ]


@pytest.mark.parametrize(
    ("changes", "loops"),
    [
        ({}, True),
        ({"allowLoop": "its names end it"}, False),
        ({"resourceNames": ["in/*"]}, False),
        ({"resourceNames": ["out/*"]}, True),
        ({"eventTypes": ["com.oraclecloud.objectstorage.deleteobject"]}, False),
    ],
)
def test_a_function_that_would_invoke_itself_is_refused(
    world: World, changes: dict[str, Any], loops: bool
) -> None:
    """It writes where its events come from; unless they exclude that, or a reason is given."""
    given = {
        "eventTypes": [OBJECT],
        "bucketName": "results",
        "connections": {"out": {"intent": "write", "bucketName": "results", "objectPrefix": "out/"}},
        **changes,
    }

    if loops:
        (said,) = problems(**given)
        assert "connections.out: writes the bucket whose events invoke the function" in said
    else:
        construct(world, **given)
        assert granted(world)
