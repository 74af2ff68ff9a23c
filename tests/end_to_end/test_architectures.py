"""The page on architectures on the real engine: those that no example has, in one stack, with the pack as in
prod; what each is invoked by reaches its function."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.environment import ROOT
from sandbox.rest.place import Place
from tests.components.config.architectures import OWN, TEMPLATE, shown, whole
from tests.end_to_end.test_edits import PREFIX, Settings, Stack
from tests.end_to_end.test_sources import with_logs
from tests.end_to_end.test_stack import _copy

# Those without an example, but for the agent's tool: one stack has one front door, and that of 12 is public.
TOGETHER = (2, 4, 6, 7, 8, 10, 12)
PROBLEM = "com.oraclecloud.cloudguard.problemdetected"
ELSEWHERE = "ocid1.compartment.oc1..aaaaaaaasecurity"


def together() -> Settings:
    """One stack of them all."""
    merged: Settings = {}
    for number, sections in shown().items():
        if number in TOGETHER:
            for key, said in sections.items():
                merged[key] = {**merged.get(key, {}), **said}
    del merged[f"{PREFIX}network"]["egress"]  # to a database, which is in no network of the sandbox
    watched = {"event_types": [PROBLEM], "compartment_id": ELSEWHERE}
    merged[f"{PREFIX}functions"]["notifier"]["triggers"]["elsewhere"] = watched
    return whole(merged)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, deployed as prod; what serves its sandbox ends with the tests."""
    folder = tmp_path_factory.mktemp("architectures") / ".sandbox"
    checkout = _copy(tmp_path_factory.mktemp("checkout"))
    shutil.copytree(ROOT / TEMPLATE, checkout.folder / OWN)
    with_logs(folder)
    made = Stack(checkout, folder, "prod")
    ran = made.up(together())
    assert ran.status == 0, ran.output
    assert "warning" not in ran.output.casefold(), ran.output
    yield made
    (Place(folder).folder / "serve.json").unlink(missing_ok=True)


def test_a_second_deploy_changes_nothing(stack: Stack) -> None:
    """With everything the first one created."""
    again = stack.up(together(), "--expect-no-changes")

    assert again.status == 0, again.output


@pytest.mark.parametrize(
    ("sample", "to"),
    [
        ("transcribed", "transcripts"),
        ("problem", "notifier"),
        ("anomaly", "indexer"),
        ("anomaly", "submitter"),
    ],
)
def test_events_reach_their_functions(stack: Stack, sample: str, to: str) -> None:
    """By the grants of the stack and nothing else."""
    ran = stack.run("emit", "--stack", "prod", "--sample", sample, "--to", to)

    assert ran.status == 0, ran.output


def test_events_of_another_compartment_reach_theirs(stack: Stack, tmp_path: Path) -> None:
    """By the rule that is there, whose own grant names that compartment, and by no other."""
    event = {
        "eventType": PROBLEM,
        "cloudEventsVersion": "0.1",
        "eventTypeVersion": "2.0",
        "source": "CloudGuard",
        "eventID": "problem-elsewhere",
        "eventTime": "2026-03-01T10:00:00Z",
        "contentType": "application/json",
        "data": {"compartmentId": ELSEWHERE, "additionalDetails": {"riskLevel": "CRITICAL"}},
        "extensions": {"compartmentId": ELSEWHERE},
    }
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(event))

    ran = stack.run("emit", "--stack", "prod", "--file", str(file))

    assert ran.status == 0, ran.output
    assert "result    1 delivered" in ran.output


@pytest.mark.parametrize("sample", ["logs", "stream", "queue", "schedule"])
def test_other_sources_reach_their_functions(stack: Stack, sample: str) -> None:
    """Each by its connector or schedule."""
    ran = stack.run("emit", "--stack", "prod", "--sample", sample)

    assert ran.status == 0, ran.output


def test_everything_goes(stack: Stack) -> None:
    """`down` leaves nothing but the log of others."""
    ran = stack.run("down", "--stack", "prod")

    assert ran.status == 0, ran.output
    assert {each.partition(" ")[0] for each in stack.held()} <= {
        "oci:Logging/log:Log",
        "oci:Logging/logGroup:LogGroup",
    }
