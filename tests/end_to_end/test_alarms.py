"""Alarms from the stack's file to the message: deployed by the engine with the pack as in prod, raised by a
function that fails and by a rule that may not invoke, told to the topic's subscriber as time goes by."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from sandbox.cloud.store import Store
from sandbox.rest.place import Place
from sandbox.services.identity import POLICY
from sandbox.services.monitoring import ALARM
from sandbox.services.ons import SUBSCRIPTION
from tests.end_to_end.test_edits import BARE, PREFIX, Settings, Stack, converges, fresh
from tests.end_to_end.test_stack import _copy

__all__ = ["fresh"]  # a fixture

FAILING = "def handler(ctx, data=None):\n    raise RuntimeError('out of order')\n"
PROBLEM = "com.oraclecloud.cloudguard.problemdetected"


def watched() -> Settings:
    """A stack whose function always fails, with alarms."""
    settings = deepcopy(BARE)
    del settings[f"{PREFIX}edge"]
    function = settings[f"{PREFIX}functions"]["responder"]
    function |= {"image": {"context": "failing"}, "triggers": {"problems": {"event_types": [PROBLEM]}}}
    settings[f"{PREFIX}tags"] = {"freeform": {"team": "vision"}}
    settings[f"{PREFIX}alarms"] = {
        "topic": {"name": "alarms"},
        "subscribers": [{"protocol": "EMAIL", "endpoint": "on-call@example.com"}],
        "errors": {"severity": "CRITICAL"},
    }
    return settings


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, deployed as prod; what serves its sandbox ends with the tests."""
    folder = tmp_path_factory.mktemp("watched") / ".sandbox"
    checkout = _copy(tmp_path_factory.mktemp("checkout"))
    shutil.copytree(checkout.folder / "function_src", checkout.folder / "failing")
    (checkout.folder / "failing" / "func.py").write_text(FAILING)
    made = Stack(checkout, folder, "prod")
    ran = made.up(watched())
    assert ran.status == 0, ran.output
    assert "warning" not in ran.output.casefold(), ran.output
    yield made
    (Place(folder).folder / "serve.json").unlink(missing_ok=True)


def told(stack: Stack) -> list[dict[str, Any]]:
    """The alarm messages that were sent to the subscriber, in their order."""
    files = sorted((stack.folder / "outbox" / "email").glob("*.json"))
    bodies = [json.loads(each.read_text())["body"] for each in files]
    return [json.loads(body) for body in bodies if body.startswith("{")]


def later(stack: Stack, by: str) -> None:
    """Put the clock forward, and wait until what is due then is done."""
    ran = stack.run("tick", "--by", by)
    assert ran.status == 0, ran.output


def confirm(stack: Stack) -> None:
    """What the owner of the address does with the link in the first message."""
    with Store(stack.folder / "store.db") as store:
        (subscription,) = store.list(SUBSCRIPTION)
        store.update(subscription.id, subscription.inputs, {**subscription.outputs, "state": "ACTIVE"})


def test_a_second_deploy_changes_nothing(stack: Stack) -> None:
    """With everything the first one created; each alarm carries the stack's tags."""
    again = stack.up(watched(), "--expect-no-changes")

    assert again.status == 0, again.output
    with Store(stack.folder / "store.db") as store:
        alarms = {each.outputs["displayName"]: each.outputs["freeformTags"] for each in store.list(ALARM)}
    kinds = ("responder-errors", "responder-throttles", "responder-detached-failures", "responder-duration")
    names = [*kinds, "responder-problems-delivery-failures"]
    assert alarms == {f"ai-functions-prod-{name}": {"team": "vision"} for name in names}


def test_a_function_that_fails_is_told(stack: Stack) -> None:
    """Its alarm fires, says which function it is, and ends when no call has failed for a while."""
    confirm(stack)
    later(stack, "1m")
    invoked = stack.run("invoke", "responder", "--as", "group:ai-functions-prod-responder-invokers")
    silent = told(stack)
    later(stack, "11m")
    fired = told(stack)
    later(stack, "15m")

    assert invoked.status == 1, invoked.output
    assert silent == []
    assert (fired[0]["title"], fired[0]["severity"]) == ("ai-functions-prod-responder-errors", "CRITICAL")
    assert "Look into its invoke log." in fired[0]["body"]
    assert [each["type"] for each in told(stack)] == ["OK_TO_FIRING", "FIRING_TO_OK"]


def test_a_rule_that_may_not_invoke_is_told(stack: Stack) -> None:
    """An event that is lost for want of a statement, which Events shows in its metrics only."""
    before = len(told(stack))
    with Store(stack.folder / "store.db") as store:
        (policy,) = [each for each in store.list(POLICY) if "problems-events" in each.outputs["name"]]
        store.update(policy.id, policy.inputs, {**policy.outputs, "statements": []})
    try:
        emitted = stack.run("emit", "--stack", "prod", "--sample", "problem")
        later(stack, "11m")
    finally:
        with Store(stack.folder / "store.db") as store:
            store.update(policy.id, policy.inputs, policy.outputs)

    assert "denied" in emitted.output, emitted.output
    (fired, *_) = told(stack)[before:]
    assert fired["title"] == "ai-functions-prod-responder-problems-delivery-failures"
    assert (fired["type"], fired["severity"]) == ("OK_TO_FIRING", "CRITICAL")


def test_other_thresholds_and_none(stack: Stack, fresh: Callable[..., Any]) -> None:
    """Changed in place; another subscriber leaves the first, who has confirmed, alone; taken out, all is
    gone."""
    settings = watched()
    alarms = settings[f"{PREFIX}alarms"]
    alarms |= {"enabled": False, "duration": {"percent_of_timeout": 50}, "throttles": {"threshold": 3}}
    alarms["subscribers"].append({"protocol": "SMS", "endpoint": "+12025550123"})
    with Store(stack.folder / "store.db") as store:
        (first,) = store.list(SUBSCRIPTION)
    changed = stack.up(settings)
    with Store(stack.folder / "store.db") as store:
        kept = [each.id for each in store.list(SUBSCRIPTION)]
    del settings[f"{PREFIX}alarms"]

    assert changed.status == 0, changed.output
    assert first.id in kept
    assert len(kept) == 2
    converges(stack, settings, fresh)


def test_everything_goes(stack: Stack) -> None:
    """`down` leaves nothing."""
    up = stack.up(watched())
    ran = stack.run("down", "--stack", "prod")

    assert up.status == 0, up.output
    assert ran.status == 0, ran.output
    assert stack.held() == {}
