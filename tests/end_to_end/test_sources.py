"""What invokes functions beside Events, from the stack's file to the function's process: deployed by the
engine with the pack as in prod, made to fire through the sandbox's own delivery, and taken out again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Store
from sandbox.events import function_log
from sandbox.rest.place import Place
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
WORDS = {
    "nightly": ["'resourceschedule'"],
    "feed": ["feed: to use fn-invocation", "feed: to use streams"],
    "jobs": ["jobs: to use fn-invocation", "jobs: to use queues"],
    "errors": ["errors: to use fn-invocation"],
    "password": ["'vaultsecret'", "to read secret-bundles", "to use secrets"],
}


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
