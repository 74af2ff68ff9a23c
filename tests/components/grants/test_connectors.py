"""Connectors: the exact statement of each, and its evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import pulumi
import pulumi_oci as oci
import pytest

from components.grants.connectors import (
    ApplicationsIdentity,
    GatewayIdentity,
    ObjectStorageIdentity,
    RuleIdentity,
    allow,
)
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import Grant, group, group_named, service
from components.grants.targets import (
    BucketTarget,
    DatabaseTarget,
    FunctionTarget,
    KeyTarget,
    LogTarget,
    MetricsTarget,
    ObjectTarget,
    QueueTarget,
    SecretTarget,
    Service,
    ServiceTarget,
    StreamTarget,
    TableTarget,
    TopicTarget,
)

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaafunctions"
RULES = "ocid1.compartment.oc1..aaaaaaaarules"
GATEWAY = "ocid1.apigateway.oc1.eu-frankfurt-1.aaaaaaaagateway"
GROUP = "ocid1.group.oc1..aaaaaaaapeople"
SECRET = "ocid1.vaultsecret.oc1.eu-frankfurt-1.aaaaaaaasecret"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"


def identity() -> FunctionIdentity:
    """A function that acts as itself, inside a running program."""
    return FunctionIdentity(
        function=oci.functions.Function("f", application_id="a", display_name="f", memory_in_mbs="128"),
        compartment_id=COMPARTMENT,
    )


def as_group(function: FunctionIdentity) -> FunctionIdentity:
    """The same function, as a dynamic group."""
    group = oci.identity.DynamicGroup("d", compartment_id=TENANCY, description="d", matching_rule="m")
    return replace(function, dynamic_group=group)


def itself(what: str, *conditions: str) -> str:
    """What a function that acts as itself is allowed."""
    pinned = ("request.principal.type = 'fnfunc'", "request.principal.id = '{f}'", *conditions)
    return f"Allow any-user to {what} in compartment id {{c}} where all {{{{{', '.join(pinned)}}}}}"


def queue() -> QueueTarget:
    """A queue that is created with the function."""
    made = oci.queue.Queue("q", compartment_id=COMPARTMENT, display_name="q")
    return QueueTarget(id=made, endpoint=made.messages_endpoint, compartment_id=COMPARTMENT)


Build = Callable[[FunctionIdentity], Grant]
Row = tuple[Build, str]
ELSEWHERE = "ocid1.compartment.oc1..aaaaaaaasecurity"
OTHER = "ocid1.fnfunc.oc1.eu-frankfurt-1.aaaaaaaaother"
KEY = "ocid1.key.oc1.eu-frankfurt-1.aaaaaaaakey"
STREAM_ID = "ocid1.stream.oc1.eu-frankfurt-1.aaaaaaaastream"
DATABASE_ID = "ocid1.autonomousdatabase.oc1.eu-frankfurt-1.aaaaaaaadatabase"
GROUP_OF_LOGS = "ocid1.loggroup.oc1.eu-frankfurt-1.aaaaaaaalogs"
ENDPOINT = "https://cell-1.example.com"
BUCKET = BucketTarget(name="ai-results", compartment_id=COMPARTMENT)
BEGINNING = replace(BUCKET, prefix="in/2026-1.")
TABLE = TableTarget(name="t", compartment_id=COMPARTMENT)
STREAM = StreamTarget(id=STREAM_ID, endpoint=ENDPOINT, compartment_id=COMPARTMENT)
DATABASE = DatabaseTarget(id=DATABASE_ID, compartment_id=COMPARTMENT)
CIPHER = KeyTarget(id=KEY, endpoint=ENDPOINT, compartment_id=COMPARTMENT)
LOG = LogTarget(
    id="ocid1.log.oc1.eu-frankfurt-1.aaaaaaaalog", group_id=GROUP_OF_LOGS, compartment_id=COMPARTMENT
)
CALLED = FunctionTarget(function=OTHER, endpoint=ENDPOINT, compartment_id=COMPARTMENT)
NAMED = "target.bucket.name = 'ai-results'"
PREFIXED = "target.object.name = /in/2026-1.*/"
WRITING = "any {{request.permission = 'OBJECT_CREATE', request.permission = 'OBJECT_OVERWRITE'}}"
BY_NAME = "target.nosql-table.name = 't'"
WALLET = "request.permission = 'AUTONOMOUS_DATABASE_CONTENT_READ'"

# What each service is called by, and with which verb.
SERVICES: dict[Service, tuple[str, ...]] = {
    "generative-ai-chat": ("use generative-ai-chat",),
    "generative-ai-embeddings": ("use generative-ai-text-embedding",),
    "generative-ai-rerank": ("use generative-ai-text-rerank",),
    "language-detection": ("use ai-service-dominant-language",),
    "language-sentiments": ("use ai-service-language-sentiments",),
    "language-entities": ("use ai-service-language-entities",),
    "language-key-phrases": ("use ai-service-language-keyphrases",),
    "language-classification": ("use ai-service-language-text-classification",),
    "language-pii": ("use ai-service-language-pii-entities",),
    "language-translation": ("use ai-service-language-translation",),
    "vision": ("use ai-service-vision-family",),
    "document-understanding": ("use ai-service-document-family",),
    "document-understanding-jobs": (
        "use ai-service-document-family",
        "manage ai-service-document-processor-job",
    ),
    "speech-transcription": ("manage ai-service-speech-transcription-job",),
    "speech-synthesis": ("manage ai-service-speech-synthesize",),
}


def of(service: Service) -> ServiceTarget:
    """A service in the function's compartment."""
    return ServiceTarget(service=service, compartment_id=COMPARTMENT)


CONNECTORS: dict[str, Row] = {
    "read": (lambda f: allow(f).to_read(BUCKET), itself("read objects", NAMED)),
    "read a prefix": (lambda f: allow(f).to_read(BEGINNING), itself("read objects", NAMED, PREFIXED)),
    "list": (lambda f: allow(f).to_list(BUCKET), itself("inspect objects", NAMED)),
    "write": (lambda f: allow(f).to_write(BUCKET), itself("manage objects", NAMED, WRITING)),
    "write a prefix": (
        lambda f: allow(f).to_write(BEGINNING),
        itself("manage objects", NAMED, PREFIXED, WRITING),
    ),
    "secret": (
        lambda f: allow(f).to_read(SecretTarget(id=SECRET, compartment_id=COMPARTMENT)),
        itself("read secret-bundles", f"target.secret.id = '{SECRET}'"),
    ),
    "read rows": (lambda f: allow(f).to_read(TABLE), itself("read nosql-rows", BY_NAME)),
    "write rows": (lambda f: allow(f).to_write(TABLE), itself("use nosql-rows", BY_NAME)),
    "wallet": (lambda f: allow(f).to_read(DATABASE), itself("read autonomous-databases", WALLET)),
    "wallet by id": (
        lambda f: allow(f).to_read(replace(DATABASE, by_id=True)),
        itself("read autonomous-databases", f"target.autonomous-database.id = '{DATABASE_ID}'", WALLET),
    ),
    "push to a queue": (
        lambda f: allow(f).to_push(queue()),
        itself("use queue-push", "target.queue.id = '{q}'"),
    ),
    "pull from a queue": (
        lambda f: allow(f).to_pull(queue()),
        itself("use queue-pull", "target.queue.id = '{q}'"),
    ),
    "push to a stream": (
        lambda f: allow(f).to_push(STREAM),
        itself("use streams", f"target.stream.id = '{STREAM_ID}'", "request.permission = 'STREAM_PRODUCE'"),
    ),
    "pull from a stream": (
        lambda f: allow(f).to_pull(STREAM),
        itself("use streams", f"target.stream.id = '{STREAM_ID}'", "request.permission = 'STREAM_CONSUME'"),
    ),
    "push to a log": (
        lambda f: allow(f).to_push(LOG),
        itself(
            "use log-content",
            f"target.loggroup.id = '{GROUP_OF_LOGS}'",
            "request.permission = 'LOG_CONTENT_PUSH'",
        ),
    ),
    "publish": (
        lambda f: allow(f).to_publish(TopicTarget(id="ocid1.onstopic.oc1..a", compartment_id=COMPARTMENT)),
        itself("use ons-topics", "request.permission = 'ONS_TOPIC_PUBLISH'"),
    ),
    "encrypt": (
        lambda f: allow(f).to_encrypt(CIPHER),
        itself("use keys", f"target.key.id = '{KEY}'", "request.permission = 'KEY_ENCRYPT'"),
    ),
    "decrypt": (
        lambda f: allow(f).to_decrypt(CIPHER),
        itself("use keys", f"target.key.id = '{KEY}'", "request.permission = 'KEY_DECRYPT'"),
    ),
    "post": (
        lambda f: allow(f).to_post(MetricsTarget(namespace="mine", compartment_id=COMPARTMENT)),
        itself("use metrics", "target.metrics.namespace = 'mine'", "request.permission = 'METRIC_WRITE'"),
    ),
    "invoke": (
        lambda f: allow(f).to_invoke(CALLED),
        itself("use fn-invocation", f"target.function.id = '{OTHER}'"),
    ),
    "elsewhere": (
        lambda f: allow(f).to_read(replace(BUCKET, compartment_id=ELSEWHERE)),
        itself("read objects", NAMED).replace("{c}", ELSEWHERE),
    ),
    "as a dynamic group": (
        lambda f: allow(as_group(f)).to_read(BUCKET),
        "Allow dynamic-group id {d} to read objects in compartment id {c} where " + NAMED,
    ),
    "a service as a dynamic group": (
        lambda f: allow(as_group(f)).to_use(of("vision"))[0],
        "Allow dynamic-group id {d} to use ai-service-vision-family in compartment id {c}",
    ),
    "rule": (
        lambda f: allow(RuleIdentity(compartment_id=RULES)).to_invoke(f),
        "Allow any-user to use fn-invocation in compartment id {c} "
        "where all {{request.principal.type = 'eventrule', "
        f"request.principal.compartment.id = '{RULES}', target.function.id = '{{f}}'}}}}",
    ),
    "gateway": (
        lambda f: allow(GatewayIdentity(compartment_id=RULES)).to_invoke(f),
        "Allow any-user to use fn-invocation in compartment id {c} "
        "where all {{request.principal.type = 'ApiGateway', "
        f"request.principal.compartment.id = '{RULES}', target.function.id = '{{f}}'}}}}",
    ),
    "applications": (
        lambda f: allow(ApplicationsIdentity(compartment_id=RULES)).to_read(
            ObjectTarget(bucket="code", object="a.zip", compartment_id=COMPARTMENT)
        ),
        "Allow any-user to read objects in compartment id {c} where all {{request.principal.type = 'fnapp', "
        f"request.principal.compartment.id = '{RULES}', target.bucket.name = 'code', "
        "target.object.name = 'a.zip'}}",
    ),
    "this gateway": (
        lambda f: allow(GatewayIdentity(compartment_id=RULES, gateway=GATEWAY)).to_invoke(f),
        "Allow any-user to use fn-invocation in compartment id {c} "
        "where all {{request.principal.type = 'ApiGateway', "
        f"request.principal.id = '{GATEWAY}', target.function.id = '{{f}}'}}}}",
    ),
    "gateways as documented": (
        lambda f: allow(GatewayIdentity(compartment_id=RULES)).to_invoke_as_documented(f),
        "Allow any-user to use functions-family in compartment id {c} "
        "where all {{request.principal.type = 'ApiGateway', "
        f"request.resource.compartment.id = '{RULES}'}}}}",
    ),
    "service": (
        lambda f: allow(service("cloudEvents")).to_invoke(f),
        "Allow service cloudEvents to use fn-invocation in compartment id {c} "
        "where target.function.id = '{f}'",
    ),
    "delete what is old": (
        lambda f: allow(ObjectStorageIdentity(region="eu-frankfurt-1")).to_delete_old(BUCKET),
        "Allow service objectstorage-eu-frankfurt-1 to manage object-family in compartment id {c} "
        "where all {{target.bucket.name = 'ai-results', any {{request.permission = 'BUCKET_INSPECT', "
        "request.permission = 'BUCKET_READ', request.permission = 'OBJECT_INSPECT', "
        "request.permission = 'OBJECT_DELETE', request.permission = 'OBJECT_VERSION_DELETE'}}}}",
    ),
    "group by OCID": (
        lambda f: allow(group(GROUP)).to_invoke(f),
        f"Allow group id {GROUP} to use fn-invocation in compartment id {{c}} "
        "where target.function.id = '{f}'",
    ),
    "group by name": (
        lambda f: allow(group_named("Invokers")).to_invoke(f),
        "Allow group 'Invokers' to use fn-invocation in compartment id {c} where target.function.id = '{f}'",
    ),
    "group of a domain": (
        lambda f: allow(group_named("Default/AI Invokers")).to_invoke(f),
        "Allow group 'Default'/'AI Invokers' to use fn-invocation in compartment id {c} "
        "where target.function.id = '{f}'",
    ),
}


@pytest.mark.parametrize("connector", CONNECTORS)
def test_each_connector_emits_its_exact_statement(world: Any, minted: Any, connector: str) -> None:
    """The text is the least-privilege statement of the intent, with the real ids."""
    build, expected = CONNECTORS[connector]
    texts: list[str] = []

    world.run(lambda: pulumi.Output.from_input(build(identity()).statement()).apply(texts.append))

    ids = {
        "c": COMPARTMENT,
        "f": minted("oci:Functions/function:Function", "f"),
        "d": minted("oci:Identity/dynamicGroup:DynamicGroup", "d"),
        "q": minted("oci:Queue/queue:Queue", "q"),
    }
    assert expected.format(**ids) == texts[0]


@pytest.mark.parametrize("connector", CONNECTORS)
def test_evidence_is_the_statement_with_urns_for_ids(world: Any, connector: str) -> None:
    """Known at preview: the text with placeholders, and the URN behind each."""
    build, expected = CONNECTORS[connector]
    found: list[dict[str, Any]] = []

    def program() -> None:
        pulumi.Output.from_input(build(identity()).evidence()).apply(found.append)

    world.run(program, preview=True)

    placeholders = {"c": COMPARTMENT, "f": "${function}", "d": "${dynamicGroup}", "q": "${queue}"}
    assert expected.format(**placeholders) == found[0]["text"]
    assert {
        name: f"::{resource}"
        for name, resource in {"function": "f", "dynamicGroup": "d", "queue": "q"}.items()
        if f"${{{name}}}" in found[0]["text"]
    } == {name: urn[urn.rindex("::") :] for name, urn in found[0]["refs"].items()}


def test_every_service_has_its_statements(world: Any) -> None:
    """Each by the types and the verb its page documents; none is left out."""
    found: dict[str, tuple[str, ...]] = {}

    def program() -> None:
        for each in get_args(Service):
            texts = [grant.judged_text() for grant in allow(identity()).to_use(of(each))]
            found[each] = tuple(text.split(" to ")[1].split(" in ")[0] for text in texts)

    world.run(program)

    assert found == SERVICES


def test_developers_manage_without_invoking(world: Any, minted: Any) -> None:
    """Three statements: this application, this function, and the right to create; none yields invocation."""
    texts: list[str] = []

    def program() -> None:
        application = oci.functions.Application(
            "a", compartment_id=COMPARTMENT, display_name="a", subnet_ids=["s"]
        )
        for grant in allow(group(GROUP)).to_manage_without_invoking(identity(), application):
            pulumi.Output.from_input(grant.statement()).apply(texts.append)

    world.run(program)

    function = minted("oci:Functions/function:Function", "f")
    application = minted("oci:Functions/application:Application", "a")
    start = f"Allow group id {GROUP} to manage"
    assert sorted(texts) == [
        f"{start} fn-app in compartment id {COMPARTMENT} where target.app.id = '{application}'",
        f"{start} fn-function in compartment id {COMPARTMENT} "
        "where request.permission = 'FN_FUNCTION_CREATE'",
        f"{start} fn-function in compartment id {COMPARTMENT} where target.function.id = '{function}'",
    ]


def test_auditors_only_read(world: Any) -> None:
    """Two statements, known at once because they name nothing that is created."""
    grants: list[Any] = []

    world.run(lambda: grants.extend(allow(group(GROUP)).to_audit(identity())))

    assert [grant.statement() for grant in grants] == [
        f"Allow group id {GROUP} to read {resource} in compartment id {COMPARTMENT}"
        for resource in ("fn-app", "fn-function")
    ]
