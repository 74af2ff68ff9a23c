"""What invokes functions beside Events, from the stack's file to the function's process: deployed by the
engine with the pack as in prod, made to fire through the sandbox's own delivery, and taken out again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Store
from sandbox.events import function_log
from sandbox.rest.place import Place
from sandbox.services.functions import FUNCTION
from sandbox.services.identity import POLICY
from sandbox.services.logging import LOG, LOG_GROUP
from sandbox.services.monitoring import ALARM
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from sandbox.services.resourcescheduler import SCHEDULE
from sandbox.services.sch import CONNECTOR
from sandbox.services.streaming import STREAM
from sandbox.services.vault import SECRET
from tests.end_to_end.test_edits import BARE, PREFIX, Settings, Stack
from tests.end_to_end.test_stack import _copy

HERE = BARE[f"{PREFIX}compartment_id"]
GROUP = "ocid1.loggroup.oc1.eu-frankfurt-1.aaaaaaaapumps"
PUMPS = "ocid1.log.oc1.eu-frankfurt-1.aaaaaaaapumps"
TRIGGERS: Settings = {
    "nightly": {"schedule": {"cron": "0 2 * * *", "time_zone": "Europe/Berlin", "body": '{"score": 0.5}'}},
    "hot": {"alarm": {"namespace": "pumps", "query": "Heat[1m].max() > 80", "body": "Look at the pumps."}},
    "news": {"topic": {"name": "news"}},
    "feed": {"stream": {"name": "feed"}},
    "jobs": {"queue": {"name": "jobs", "batch_size_in_num": 1}},
    "errors": {
        "logs": {"sources": [{"group_id": GROUP, "log_id": PUMPS}], "condition": "data.level = 'error'"}
    },
    "password": {
        "secret_rotation": {
            "name": "password",
            "vault_id": "ocid1.vault.oc1.eu-frankfurt-1.aaaaaaaavault",
            "key_id": "ocid1.key.oc1.eu-frankfurt-1.aaaaaaaakey",
        }
    },
}
DESTINATIONS: Settings = {"success": {"stream": {"name": "done"}}, "failure": {"topic": {"name": "failed"}}}
# The sample that `emit` has for each trigger, and what the function gets of it.
SAMPLES = {
    "nightly": ("schedule", '{"score": 0.5}'),
    "hot": ("alarm", '"body": "Look at the pumps."'),
    "news": ("notification", '"label": "pump-7 vibration"'),
    "feed": ("stream", '"stream": "feed-prod"'),
    "jobs": ("queue", '"deliveryCount": 1'),
    "errors": ("logs", '"message": "pump-7 does not answer"'),
    "password": ("rotation", '"step": "PROMOTE_PENDING_VERSION"'),
}
# What each trigger leaves in the store that goes with it.
LEAVES = {
    "nightly": {SCHEDULE: 1},
    "hot": {ALARM: 1, TOPIC: 1, SUBSCRIPTION: 1},
    "news": {TOPIC: 1, SUBSCRIPTION: 1},
    "feed": {CONNECTOR: 1, STREAM: 1},
    "jobs": {CONNECTOR: 1, "oci:Queue/queue:Queue": 1},
    "errors": {CONNECTOR: 1},
    "password": {SECRET: 1},
}
COUNTED = sorted({type_ for each in LEAVES.values() for type_ in each})
# Each statement: the trigger (or the sample) that needs it, the end of its policy's name, words of its own.
NEEDED = [
    ("nightly", "-nightly-schedule", "use fn-invocation"),
    ("nightly", "-connections", "use streams"),
    ("feed", "-feed-connector", "use fn-invocation"),
    ("feed", "-feed-connector", "use streams"),
    ("jobs", "-jobs-connector", "use fn-invocation"),
    ("jobs", "-jobs-connector", "use queues"),
    ("errors", "-errors-connector", "use fn-invocation"),
    ("password", "-password-rotation", "use fn-invocation"),
    ("password", "-password-rotation", "read secret-bundles"),
    ("password", "-password-rotation", "use secrets"),
]


def sourced() -> Settings:
    """A stack whose function is invoked by all of them."""
    settings = deepcopy(BARE)
    del settings[f"{PREFIX}edge"]
    settings[f"{PREFIX}functions"] = {
        "responder": {
            "image": {"context": "rotator"},
            "triggers": deepcopy(TRIGGERS),
            "destinations": deepcopy(DESTINATIONS),
        }
    }
    return settings


def of(settings: Settings) -> Settings:
    """The section of its function."""
    section: Settings = settings[f"{PREFIX}functions"]["responder"]
    return section


def with_logs(folder: Path) -> None:
    """A log that others have made, in a sandbox."""
    folder.mkdir(mode=0o700)
    with Store(folder / "store.db") as store:
        names = {"compartmentId": HERE, "displayName": "pumps"}
        store.create(LOG_GROUP, "urn:of-others::group", names, names, GROUP)
        log = {**names, "logGroupId": GROUP, "logType": "CUSTOM"}
        store.create(LOG, "urn:of-others::log", log, log, PUMPS)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, deployed as prod; what serves its sandbox ends with the tests."""
    folder = tmp_path_factory.mktemp("sourced") / ".sandbox"
    checkout = _copy(tmp_path_factory.mktemp("checkout"))
    shutil.copytree(Path(__file__).with_name("rotator_function"), checkout.folder / "rotator")
    with_logs(folder)
    made = Stack(checkout, folder, "prod")
    ran = made.up(sourced())
    assert ran.status == 0, ran.output
    assert "warning" not in ran.output.casefold(), ran.output
    yield made
    (Place(folder).folder / "serve.json").unlink(missing_ok=True)


def emitted(stack: Stack, trigger: str) -> Any:
    """The trigger's sample, sent."""
    return stack.run("emit", "--stack", "prod", "--sample", SAMPLES[trigger][0])


def heard(stack: Stack) -> list[str]:
    """What the function got, oldest first."""
    lines = [line for run in function_log.read(stack.folder) for line in run.lines]
    return [line.partition("GOT ")[2] for line in lines if "GOT " in line]


def counts(stack: Stack) -> dict[str, int]:
    """How many of what triggers leave there are."""
    with Store(stack.folder / "store.db") as store:
        return {type_: store.count(type_) for type_ in COUNTED}


def owed(stack: Stack) -> int:
    """How much waits to be delivered."""
    with Store(stack.folder / "store.db") as store:
        return len(Outbox(store).listed("waiting"))


def test_a_second_deploy_changes_nothing(stack: Stack) -> None:
    """With everything the first one created."""
    again = stack.up(sourced(), "--expect-no-changes")

    assert again.status == 0, again.output


@pytest.mark.parametrize("trigger", SAMPLES)
def test_each_source_invokes_the_function(stack: Stack, trigger: str) -> None:
    """By the grants of the stack and nothing else; what it gets is what the source makes of the sample."""
    before = len(heard(stack))

    ran = emitted(stack, trigger)

    assert ran.status == 0, ran.output
    got = heard(stack)[before:]
    assert SAMPLES[trigger][1] in got[-1], got


def test_a_detached_invocation_is_told_of(stack: Stack) -> None:
    """The schedule's run goes to the destination for success, by the function's own right to send there."""
    ran = emitted(stack, "nightly")

    assert "function responder -> stream done-prod" in ran.output
    assert ran.status == 0


@contextmanager
def without(stack: Stack, policy: str, words: str) -> Iterator[None]:
    """One statement taken away, inside; afterwards what waited for it is delivered."""
    with Store(stack.folder / "store.db") as store:
        (found,) = [each for each in store.list(POLICY) if str(each.outputs["name"]).endswith(policy)]
        kept = [text for text in found.outputs["statements"] if words not in text]
        assert len(kept) == len(found.outputs["statements"]) - 1
        store.update(found.id, found.inputs, found.outputs | {"statements": kept})
    yield
    with Store(stack.folder / "store.db") as store:
        store.update(found.id, found.inputs, found.outputs)
    if owed(stack):
        stack.run("tick", "--by", "3h")
    assert not owed(stack)


@pytest.mark.parametrize(("trigger", "policy", "words"), NEEDED)
def test_each_statement_is_needed(stack: Stack, trigger: str, policy: str, words: str) -> None:
    """With it taken away the sample does not arrive; with it back what still waited does."""
    with without(stack, policy, words):
        refused = emitted(stack, trigger)

    assert refused.status == 1, refused.output


def test_every_statement_is_among_them(stack: Stack) -> None:
    """None is spare: those of failures of detached runs are shown below, those of people elsewhere."""
    with Store(stack.folder / "store.db") as store:
        policies = {str(each.outputs["name"]): each.outputs["statements"] for each in store.list(POLICY)}
    shown = {
        text
        for name, statements in policies.items()
        for text in statements
        for _, policy, words in [*NEEDED, ("", "-connections", "use ons-topics")]
        if name.endswith(policy) and words in text
    }

    assert shown == {text for statements in policies.values() for text in statements}


def test_a_failed_detached_invocation_is_told_of(stack: Stack) -> None:
    """What the function fails at goes to the destination for failure; not without its statement."""
    settings = sourced()
    of(settings)["triggers"]["nightly"]["schedule"]["body"] = '{"fail": true}'
    assert stack.up(settings).status == 0

    with without(stack, "-connections", "use ons-topics"):
        refused = emitted(stack, "nightly")
    told = emitted(stack, "nightly")

    assert "ONS_TOPIC_PUBLISH" in " ".join(refused.output.split()), refused.output
    assert "function responder -> topic failed-prod" in " ".join(told.output.split()), told.output


def test_what_is_off_invokes_nothing(stack: Stack) -> None:
    """Switched off, changed in every other option, and on again: each in place."""
    settings = sourced()
    triggers = of(settings)["triggers"]
    for name in ("nightly", "hot", "feed", "jobs", "errors"):
        triggers[name]["enabled"] = False
    triggers["hot"]["alarm"] |= {"severity": "INFO", "pending_duration": "PT5M", "each_dimension": True}
    triggers["feed"]["stream"] |= {"batch_time_in_sec": 90, "batch_size_in_kbs": 100}
    triggers["password"]["secret_rotation"]["interval_in_days"] = 7
    triggers["password"]["enabled"] = False
    before = counts(stack)

    off = stack.up(settings)
    settled = stack.up(settings, "--expect-no-changes")

    assert off.status == settled.status == 0, off.output + settled.output
    assert counts(stack) == before
    for name in ("nightly", "hot", "feed", "jobs", "errors"):
        ran = emitted(stack, name)
        assert ran.status == 1
        assert "nothing is deployed that invokes a function by" in ran.output
    on = stack.up(sourced())
    assert on.status == 0, on.output
    assert emitted(stack, "feed").status == 0


def test_a_connector_of_another_kind_is_another(stack: Stack) -> None:
    """A log rule and a count of messages cannot be taken from a connector: without them it is replaced."""
    settings = sourced()
    triggers = of(settings)["triggers"]
    del triggers["errors"]["logs"]["condition"]
    del triggers["jobs"]["queue"]["batch_size_in_num"]

    ran = stack.up(settings)

    assert ran.status == 0, ran.output
    with Store(stack.folder / "store.db") as store:
        connectors = {str(each.outputs["displayName"]): each.outputs for each in store.list(CONNECTOR)}
    assert not connectors["ai-functions-prod-responder-errors"].get("tasks")
    assert "batchSizeInNum" not in connectors["ai-functions-prod-responder-jobs"]["target"]
    assert emitted(stack, "jobs").status == emitted(stack, "errors").status == 0


def test_each_goes_with_what_it_made(stack: Stack) -> None:
    """Taken out in two halves: each leaves nothing, and the others as they were."""
    settings = sourced()
    assert stack.up(settings).status == 0
    for names in (("nightly", "hot", "feed"), ("news", "jobs", "errors", "password")):
        before = held = counts(stack)
        for name in names:
            del of(settings)["triggers"][name]
            held = {type_: count - LEAVES[name].get(type_, 0) for type_, count in held.items()}
        ran = stack.up(settings)
        assert ran.status == 0, ran.output
        assert counts(stack) == held != before
    assert of(settings)["triggers"] == {}
    del of(settings)["destinations"]
    assert stack.up(settings).status == 0
    with Store(stack.folder / "store.db") as store:
        (function,) = store.list(FUNCTION)
        assert store.list(POLICY) == []
    assert (
        function.outputs["successDestination"] == function.outputs["failureDestination"] == {"kind": "NONE"}
    )


def test_everything_goes(stack: Stack) -> None:
    """`down` leaves nothing but the log, which was there before."""
    stack.up(sourced())
    ran = stack.run("down", "--stack", "prod")

    assert ran.status == 0, ran.output
    assert {name.partition(" ")[0] for name in stack.held()} == {LOG_GROUP, LOG}
