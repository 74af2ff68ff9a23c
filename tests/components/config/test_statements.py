"""How many statements a stack needs, and in which form Events is granted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.config.continuity import Deployed
from components.config.loading import check_file
from components.config.model import StackConfig
from components.config.statements import TELL_FROM, form_of, planned
from oci_iam.judge import judge
from tests.components.config.stack_files import DEV, ROOT

STATE = "pulumi:pulumi:readStackResourceOutputs"
POLICY, RULE = "oci:Identity/policy:Policy", "oci:Events/rule:Rule"
CREATED = "com.oraclecloud.objectstorage.createobject"
PROBLEM = "com.oraclecloud.cloudguard.problemdetected"
SOURCES = {
    "nightly": {"schedule": {"cron": "0 3 * * *"}},
    "told": {"topic": {"name": "told"}},
    "work": {"queue": {"name": "work"}},
    "feed": {"stream": {"name": "feed"}},
    "errors": {"logs": {"sources": [{"group_id": "ocid1.loggroup.oc1.eu-frankfurt-1.a"}]}},
}


def functions(number: int, **trigger: Any) -> dict[str, Any]:
    """So many functions with one trigger each, on whatever Cloud Guard finds unless told otherwise."""
    return {f"f{each}": {"triggers": {"t": trigger or {"event_types": [PROBLEM]}}} for each in range(number)}


@pytest.fixture
def run(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, list[str]]]:
    """Deploys the dev stack with these functions: what is registered, and what is told."""

    def deploy(given: Mapping[str, Any], had: str = "", **changes: str) -> tuple[Any, list[str]]:
        told: list[str] = []
        monkeypatch.setattr(pulumi.log, "info", told.append)
        answers: Any = {STATE: {"outputs": {had: {}}}} if had else None
        primary = next(iter(given))
        world = deployed("dev", functions=json.dumps(given), primary=primary, answers=answers, **changes)
        return world, [line for line in told if line.startswith("policy statements")]

    return deploy


def statements(world: Any) -> list[str]:
    """Every statement of every policy."""
    return [text for policy in world.all(POLICY) for text in policy.inputs["statements"]]


def test_for_each_function_by_default(run: Any) -> None:
    """Two statements for each, since Events may be one of two principals, and nothing to tell."""
    world, told = run(functions(3))

    invoking = [text for text in statements(world) if "fn-invocation" in text]
    assert len(invoking) == 6
    assert all("target.function.id" in text for text in invoking)
    assert told == []


def test_once_for_the_application(run: Any) -> None:
    """Two statements for any number of functions, which the judge takes; a trigger that reads no bucket has
    no policy of its own."""
    world, told = run(functions(3), event_statements="application")

    assert [policy.name for policy in world.all(POLICY)] == ["events-grants-policy"]
    assert len(statements(world)) == 2
    assert all("target.app.id" in text for text in statements(world))
    assert {judge(text).verdict for text in statements(world)} == {"ok"}
    assert told == [
        "policy statements: at most 2 of the 500 that the path of "
        "ocid1.compartment.oc1..aaaaaaaasandboxdevelopmentsample00000000000000000000000b holds; Events is "
        "granted once for the application (event_statements: application)"
    ]


def test_what_reads_a_bucket_keeps_its_own_right(run: Any) -> None:
    """The function of each trigger reads its bucket; the rule waits for both policies."""
    trigger = {"event_types": [CREATED], "bucket": {"name": "in"}}
    world, _ = run(functions(2, **trigger), event_statements="application", event_principal="service")

    reading = [text for text in statements(world) if "read objects" in text]
    assert (len(reading), len(statements(world))) == (2, 3)
    for rule in world.all(RULE):
        waits_for = {urn.rpartition("::")[2] for urn in rule.depends_on}
        assert "events-grants-policy" in waits_for
        assert any("f" in name and name.endswith("-t-grants-policy") for name in waits_for)


@pytest.mark.parametrize(("number", "form"), [(250, "function"), (251, "application")])
def test_auto_changes_the_form_where_it_must(tmp_path: Path, number: int, form: str) -> None:
    """At 250 functions with two statements each the path is full."""
    config = checked(tmp_path, functions(number))

    assert planned(config, "function") == 2 * number
    assert planned(config, "application") == 2
    assert form_of(config, Deployed({})) == form


@pytest.mark.parametrize(("stack", "shared"), [("dev", 0), ("prod", 1)])
def test_the_plan_is_what_is_registered(deployed: Any, stack: str, shared: int) -> None:
    """In both forms of the project's stacks; prod's alerts and failures are published by one statement."""
    config = check_file(ROOT / f"Pulumi.{stack}.yaml")

    for form in ("function", "application"):
        world = deployed(stack, event_statements=form)
        assert len(statements(world)) + shared == planned(config, form)


def test_the_plan_is_never_less_than_what_is_registered(run: Any, tmp_path: Path) -> None:
    """Every source and every kind of connection counts with the most that it can take."""
    wanted = {
        "f": {
            "triggers": SOURCES,
            "connections": {name: {"use": name} for name in ("vision", "document-understanding-jobs")},
            "destinations": {"failure": {"topic": {"name": "failed"}}},
        }
    }
    world, _ = run(wanted)

    count = planned(checked(tmp_path, wanted), "function")
    assert len(statements(world)) <= count <= len(statements(world)) + 3


def test_what_deletes_old_objects_is_in_the_plan(run: Any, tmp_path: Path) -> None:
    """One statement for each bucket that has an age, whichever it is."""
    wanted = functions(1, event_types=[CREATED], bucket={"name": "inbox"})
    buckets = json.dumps({"inbox": {"delete_versions_after_days": 7}})
    world, _ = run(wanted, buckets=buckets)
    config = checked(tmp_path, wanted, f"  oci-ai-functions:buckets: {buckets}\n")

    assert len([text for text in statements(world) if "service objectstorage-" in text]) == 1
    assert planned(config, "function") == planned(checked(tmp_path, wanted), "function") + 1
    assert planned(config, "function") == len(statements(world))


def test_the_plan_is_told_from_half_the_limit_on(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before that nobody needs it."""
    assert TELL_FROM == 250
    monkeypatch.setattr("components.config.statements.TELL_FROM", 23)
    people: Any = {"invokers": {}, "developers": {}, "auditors": {}}
    some = {name: {**each, "access": people} for name, each in functions(3).items()}

    _, told = run(some)

    assert [re.sub(r"ocid1\S+", "C", line) for line in told] == [
        "policy statements: at most 24 of the 500 that the path of C holds; Events is granted for each "
        "function (event_statements: auto)"
    ]


def test_a_stack_keeps_what_it_has(run: Any) -> None:
    """One that had to change its form does not go back when it gets smaller, unless it is told to."""
    project = "urn:pulumi:dev::oci-ai-functions::aifunctions:index:EventAccess$"
    had = f"{project}aifunctions:index:GrantedPolicy$oci:Identity/policy:Policy::events-grants-policy"

    kept, _ = run(functions(1), had=had)
    told, _ = run(functions(1), had=had, event_statements="function")

    assert [policy.name for policy in kept.all(POLICY)] == ["events-grants-policy"]
    assert [policy.name for policy in told.all(POLICY)] == ["f0-t-grants-policy"]


def checked(folder: Path, given: Mapping[str, Any], more: str = "") -> StackConfig:
    """The config of the dev stack with these functions, and further lines."""
    head = DEV.partition("  oci-ai-functions:functions:")[0]
    text = f"{head}  oci-ai-functions:primary: {next(iter(given))}\n"
    path = folder / "Pulumi.dev.yaml"
    path.write_text(f"{text}  oci-ai-functions:functions: {json.dumps(given)}\n{more}")
    return check_file(path)
