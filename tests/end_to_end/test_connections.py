"""What functions use, from the stack's file to the wire: deployed by the engine with the pack as in prod,
used by the real SDK as the function itself, and taken out of the file again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
import yaml

from sandbox.cloud.store import Store
from sandbox.environment import ROOT
from sandbox.rest.place import Place
from sandbox.services.functions import FUNCTION
from sandbox.services.identity import DYNAMIC_GROUP, POLICY
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.end_to_end.test_edits import BARE, PREFIX, Settings, Stack, converges, fresh
from tests.end_to_end.test_stack import _copy

__all__ = ["fresh"]  # a fixture

SECURITY = "ocid1.compartment.oc1..aaaaaaaasecurity"
CONNECTIONS: Settings = {
    "results": {"write": {"bucket": {"name": "ai-graded", "prefix": "out/"}}},
    "alerts": {"publish": {"topic": {"name": "alerts"}}},
    "jobs": {"push": {"queue": {"name": "jobs"}}},
    "feed": {"push": {"stream": {"name": "feed"}}},
    "key": {
        "read": {
            "secret": {
                "id": "ocid1.vaultsecret.oc1.eu-frankfurt-1.aaaaaaaasecret",
                "compartment_id": SECURITY,
            }
        }
    },
    "chat": {"use": {"service": "generative-ai-chat", "model_id": "cohere.command-a-03-2025"}},
    "vectors": {"use": {"service": "generative-ai-embeddings", "model_id": "cohere.embed-v4.0"}},
    "ranks": {"use": {"service": "generative-ai-rerank", "model_id": "cohere.rerank-v3.5"}},
    "numbers": {"post": {"metrics": {"namespace": "responder"}}},
    "next": {"invoke": {"function": {"name": "watcher"}}},
}
# What a function's code does with three of its connections; all it knows is its environment.
CODE = """
import json, os, sys
import oci

signer = oci.auth.signers.get_resource_principals_signer()
given = {"signer": signer, "retry_strategy": oci.retry.NoneRetryStrategy()}
said = {name.removeprefix("CONNECTION_"): value for name, value in os.environ.items()}

def write():
    client = oci.object_storage.ObjectStorageClient({}, **given)
    name = said["RESULTS_PREFIX"] + "one.json"
    client.put_object(said["RESULTS_NAMESPACE"], said["RESULTS_BUCKET"], name, b"{}")

def write_beside():
    client = oci.object_storage.ObjectStorageClient({}, **given)
    client.put_object(said["RESULTS_NAMESPACE"], said["RESULTS_BUCKET"], "one.json", b"{}")

def publish():
    client = oci.ons.NotificationDataPlaneClient({}, **given)
    client.publish_message(said["ALERTS_TOPIC_ID"], oci.ons.models.MessageDetails(title="t", body="b"))

def push():
    client = oci.queue.QueueClient({}, service_endpoint=said["JOBS_ENDPOINT"], **given)
    entry = oci.queue.models.PutMessagesDetailsEntry(content="c")
    client.put_messages(said["JOBS_QUEUE_ID"], oci.queue.models.PutMessagesDetails(messages=[entry]))

models = oci.generative_ai_inference.models

def asked(name, method, details, **more):
    address = said[name + "_ENDPOINT"]
    client = oci.generative_ai_inference.GenerativeAiInferenceClient({}, service_endpoint=address, **given)
    served = models.OnDemandServingMode(model_id=said[name + "_MODEL_ID"])
    compartment = said[name + "_COMPARTMENT_ID"]
    getattr(client, method)(details(compartment_id=compartment, serving_mode=served, **more))

def chat():
    asked("CHAT", "chat", models.ChatDetails, chat_request=models.CohereChatRequest(message="hello"))

def embed():
    asked("VECTORS", "embed_text", models.EmbedTextDetails, inputs=["hello"])

def rerank():
    asked("RANKS", "rerank_text", models.RerankTextDetails, input="hello", documents=["hello", "you"])

def answer(call):
    try:
        call()
    except oci.exceptions.ServiceError as error:
        return f"{error.status} {error.code}"
    return "done"

steps = (write, write_beside, publish, push, chat, embed, rerank)
print(json.dumps({each.__name__: answer(each) for each in steps}))
"""
NOT_FOUND = "404 NotAuthorizedOrNotFound"
# How OCI refuses each step.
REFUSED = {"write": "404 BucketNotFound"}
STEPS = ("write", "publish", "push", "chat", "embed", "rerank")
WORKS = {**dict.fromkeys(STEPS, "done"), "write_beside": REFUSED["write"]}


def connected() -> Settings:
    """A stack whose function uses all this, beside another one."""
    settings = deepcopy(BARE)
    del settings[f"{PREFIX}edge"]
    settings[f"{PREFIX}primary"] = "responder"
    functions = settings[f"{PREFIX}functions"]
    functions["responder"]["connections"] = deepcopy(CONNECTIONS)
    functions["watcher"] = {"identity": "dynamic_group", "connections": {"chat": {"use": "vision"}}}
    return settings


def of(settings: Settings, function: str = "responder") -> Settings:
    """The section of one of its functions."""
    section: Settings = settings[f"{PREFIX}functions"][function]
    return section


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, deployed as prod; what serves its sandbox ends with the tests."""
    folder = tmp_path_factory.mktemp("connected") / ".sandbox"
    made = Stack(_copy(tmp_path_factory.mktemp("checkout")), folder, "prod")
    ran = made.up(connected())
    assert ran.status == 0, ran.output
    assert "warning" not in ran.output.casefold(), ran.output
    yield made
    (Place(folder).folder / "serve.json").unlink(missing_ok=True)


def function_named(store: Store, name: str) -> Any:
    """A deployed function."""
    (found,) = [each for each in store.list(FUNCTION) if each.outputs["displayName"] == name]
    return found


def does(stack: Stack) -> dict[str, str]:
    """What the function's code is answered, with the environment that the function has."""
    with Store(stack.folder / "store.db") as store:
        function = function_named(store, "responder")
    environment = [f"{name}={value}" for name, value in function.outputs["config"].items()]
    command = ["env", *environment, sys.executable, "-c", CODE]
    ran = subprocess.run(
        [sys.executable, "-m", "sandbox", "run", "--as", "function:responder", "--", *command],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(stack.folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, str] = json.loads(ran.stdout)
    return found


@contextmanager
def without(stack: Stack, words: str) -> Iterator[None]:
    """The one statement that holds these words taken away, inside."""
    with Store(stack.folder / "store.db") as store:
        (policy,) = [each for each in store.list(POLICY) if words in json.dumps(each.outputs["statements"])]
        kept = [text for text in policy.outputs["statements"] if words not in text]
        assert len(kept) == len(policy.outputs["statements"]) - 1
        store.update(policy.id, policy.inputs, policy.outputs | {"statements": kept})
        try:
            yield
        finally:
            store.update(policy.id, policy.inputs, policy.outputs)


def test_a_second_deploy_changes_nothing(stack: Stack) -> None:
    """With everything the first one created."""
    again = stack.up(connected(), "--expect-no-changes")

    assert again.status == 0, again.output


def test_each_connection_has_its_variables(stack: Stack) -> None:
    """With the real OCIDs and addresses of what was created."""
    with Store(stack.folder / "store.db") as store:
        said = function_named(store, "responder").outputs["config"]
        watcher = function_named(store, "watcher")
        created = {each.id for each in store.list()}

    assert said["CONNECTION_RESULTS_BUCKET"] == "ai-graded-prod"
    assert said["CONNECTION_NEXT_FUNCTION_ID"] == watcher.id
    assert said["CONNECTION_NEXT_ENDPOINT"] == watcher.outputs["invokeEndpoint"]
    assert {
        said[f"CONNECTION_{name}"] for name in ("ALERTS_TOPIC_ID", "JOBS_QUEUE_ID", "FEED_STREAM_ID")
    } <= created
    assert sorted({name.split("_")[1] for name in said if name.startswith("CONNECTION_")}) == sorted(
        name.upper() for name in CONNECTIONS
    )


def test_the_function_may_do_what_it_is_connected_to(stack: Stack) -> None:
    """By the real SDK, as itself, over the wire; beside the prefix it may write nothing."""
    assert does(stack) == WORKS


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("write", "to manage objects"),
        ("publish", "to use ons-topics"),
        ("push", "to use queue-push"),
        ("chat", "to use generative-ai-chat"),
        ("embed", "to use generative-ai-text-embedding"),
        ("rerank", "to use generative-ai-text-rerank"),
    ],
)
def test_each_statement_is_needed(stack: Stack, step: str, words: str) -> None:
    """With it taken away exactly the step that needs it is refused, as OCI refuses."""
    with without(stack, words):
        assert does(stack) == {**WORKS, step: REFUSED.get(step, NOT_FOUND)}


def test_a_renamed_connection_converges(stack: Stack, fresh: Callable[..., Any]) -> None:
    """Only the names of its variables change."""
    settings = connected()
    uses = of(settings)["connections"]
    uses["zeta"] = uses.pop("alerts")

    converges(stack, settings, fresh)


def test_what_is_taken_out_is_gone(stack: Stack, fresh: Callable[..., Any]) -> None:
    """Statement, variables, and what was created for it: announced, and kept where the file says so; an
    object that was written keeps its bucket from going."""
    settings = connected()
    with Store(stack.folder / "store.db") as store:
        Objects(store).put_bytes(bucket_id("sandboxns", "ai-graded-prod"), "out/two.json", b"{}")
    for name in ("results", "alerts", "jobs", "key", "chat", "vectors", "ranks", "next"):
        del of(settings)["connections"][name]
    of(settings, "watcher")["connections"] = {}
    settings[f"{PREFIX}keep_topics"] = ["alerts"]

    full = stack.up(settings)
    settings[f"{PREFIX}keep_buckets"] = ["ai-graded"]

    assert full.status != 0
    assert "keep it with keep_buckets: [ai-graded]" in full.output
    converges(stack, settings, fresh)
    assert "oci:Queue/queue:Queue jobs-prod" not in stack.held()
    assert "oci:Ons/notificationTopic:NotificationTopic alerts-prod" in stack.held()


def test_a_queue_that_goes_is_announced(stack: Stack) -> None:
    """OCI would delete it with its messages and ask nobody."""
    settings = yaml_of(stack)
    of(settings)["connections"] = {"jobs": {"pull": {"queue": {"name": "jobs"}}}}
    added = stack.up(settings)
    of(settings)["connections"] = {}
    gone = stack.up(settings)

    assert added.status == gone.status == 0, gone.output
    assert "keep_queues: nothing names jobs-prod any more, so it is deleted with its messages" in gone.output


def test_identities_are_switched_in_place(stack: Stack, fresh: Callable[..., Any]) -> None:
    """A function keeps its dynamic group when the file says nothing of it, and loses it when it does."""
    settings = yaml_of(stack)
    del of(settings, "watcher")["identity"]
    kept = stack.up(settings, "--expect-no-changes")
    of(settings, "watcher")["identity"] = "function"
    of(settings)["identity"] = "dynamic_group"

    assert kept.status == 0, kept.output
    converges(stack, settings, fresh)
    with Store(stack.folder / "store.db") as store:
        names = [each.outputs["name"] for each in store.list(DYNAMIC_GROUP)]
    assert names == ["ai-functions-prod-responder-function"]


def yaml_of(stack: Stack) -> Settings:
    """What the stack's file says now."""
    settings: Settings = yaml.safe_load((stack.checkout.folder / "Pulumi.prod.yaml").read_text())["config"]
    return settings


def test_everything_goes(stack: Stack) -> None:
    """`down` leaves nothing."""
    ran = stack.run("down", "--stack", "prod")

    assert ran.status == 0, ran.output
    assert stack.held() == {}
