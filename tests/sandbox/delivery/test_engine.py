"""The dispatcher: at least once, not twice at a time, and what is owed outlives it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping

import pytest

from sandbox.api.platform import FunctionAnswer
from sandbox.cloud.deliveries import Delivery, Outbox
from sandbox.delivery import attempt
from sandbox.delivery.engine import Engine
from tests.sandbox.delivery.conftest import FAILED, NOW, OK, World

Settle = Callable[[], None]


def _owe(world: World, function: str, *, source: tuple[str, str] = ("subscription", "s")) -> int:
    return Outbox(world.store).record(
        source=source, destination=("function", function), payload=b"hello", now=NOW
    )


def test_what_is_owed_arrives(world: World, settle: Settle) -> None:
    """With its body as it is, once."""
    function = world.function(world.compartment())
    number = _owe(world, function)
    settle()
    settle()

    assert [(run.function, run.body, run.detached) for run in world.runs] == [(function, b"hello", False)]
    assert Outbox(world.store).get(number).state == "delivered"  # type: ignore[union-attr]


def test_what_failed_is_tried_again_when_its_time_has_come(world: World, settle: Settle) -> None:
    """At once, after one minute, after two more …; the function hears of each."""
    world.answers = [FAILED]
    _owe(world, world.function(world.compartment()))
    settle()
    at_once = len(world.runs)
    world.later(59)
    settle()
    early = len(world.runs)
    world.later(1)
    settle()
    world.later(120)
    world.answers = [OK]
    settle()
    (delivery,) = world.owed()

    assert (at_once, early, len(world.runs)) == (2, 2, 4)
    assert (delivery.state, delivery.attempts) == ("delivered", 4)


def test_a_dead_end_is_kept_with_its_reason(world: World, settle: Settle) -> None:
    """Two hours after it was owed nobody tries any more."""
    world.answers = [FAILED]
    _owe(world, world.function(world.compartment()))
    for _ in range(40):
        settle()
        world.later(300)
    (delivery,) = world.owed()

    assert delivery.state == "dropped"
    assert delivery.reason == "502-FunctionInvokeExecutionFailed, function failed"
    assert len(world.runs) == 9  # 0, 0, 1, 3, 7, 15, 31, 63 and 95 minutes after it was owed


def test_a_function_that_is_gone(world: World, settle: Settle) -> None:
    """Is not waited for."""
    _owe(world, "ocid1.fnfunc.oc1.iad.aaaagone")
    settle()
    (delivery,) = world.owed()

    assert (delivery.state, delivery.reason) == (
        "dropped",
        "404: no such function is deployed in this sandbox",
    )


def test_two_dispatchers_do_not_double(world: World) -> None:
    """Each delivery is claimed by one of them."""
    function = world.function(world.compartment())
    engines = [Engine(world.folder, world.run) for _ in range(2)]
    for _ in range(40):
        _owe(world, function)
    threads = [threading.Thread(target=engine.settle) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for engine in engines:
        engine.close()

    assert len(world.runs) == 40
    assert {one.state for one in world.owed()} == {"delivered"}


def test_a_claim_of_a_dead_dispatcher_runs_out(world: World, engine: Engine) -> None:
    """What it may or may not have done is done (again); before that it is nobody's."""
    number = _owe(world, world.function(world.compartment()))
    outbox = Outbox(world.store)
    delivery = outbox.get(number)
    assert delivery is not None
    assert outbox.claim(delivery, 0.2)
    engine.settle()
    held = len(world.runs)
    time.sleep(0.25)
    engine.settle()

    assert (held, len(world.runs)) == (0, 1)
    assert outbox.get(number).attempts == 2  # type: ignore[union-attr]


def test_a_claim_is_renewed_while_the_attempt_lasts(world: World) -> None:
    """A function may take longer than a lease; another dispatcher keeps off."""
    began, go_on = threading.Event(), threading.Event()

    def slow(*_: object) -> FunctionAnswer:
        began.set()
        go_on.wait(10)
        return OK

    _owe(world, world.function(world.compartment()))
    first, second = Engine(world.folder, slow, lease=0.3), Engine(world.folder, world.run)
    first.start()
    assert began.wait(5)
    time.sleep(0.8)
    second.settle()
    go_on.set()
    while first.is_busy:
        time.sleep(0.01)
    first.close()
    second.close()

    assert world.runs == []
    assert world.owed()[0].state == "delivered"


def test_what_was_cut_off_by_the_end_of_the_process_is_not_a_failure(world: World) -> None:
    """Its function was ended with it: whoever comes next tries again, and the failure destination hears
    nothing."""
    began = threading.Event()

    def cut_off(*_: object) -> FunctionAnswer:
        began.set()
        time.sleep(0.3)
        return FAILED

    function = world.function(world.compartment())
    _owe(world, function, source=("detached", function))
    engine = Engine(world.folder, cut_off, lease=0.3)
    engine.start()
    assert began.wait(5)
    engine.close()
    time.sleep(0.7)
    (delivery,) = world.owed()

    assert (delivery.state, delivery.attempts) == ("waiting", 1)


def test_an_error_of_ours_is_written_down(world: World) -> None:
    """And tried again: the row says what it was."""

    def broken(_: str, __: bytes, ___: Mapping[str, str], ____: bool) -> FunctionAnswer:
        raise ValueError("no")

    _owe(world, world.function(world.compartment()))
    engine = Engine(world.folder, broken)
    engine.settle()
    engine.close()
    (delivery,) = world.owed()

    assert delivery.state == "waiting"
    assert delivery.reason.startswith("the sandbox could not deliver it: ValueError in test_engine.py:")


def test_what_the_store_holds_changes_with_the_mark_or_not_at_all(
    world: World, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A death between two writes of one delivery leaves neither."""
    number = Outbox(world.store).record(
        source=("bucket", "b"), destination=("events", "x"), payload=b"{}", now=NOW
    )

    def owes_and_dies(_: Delivery, its: attempt.World) -> None:
        Outbox(its.store).record(source=("rule", "r"), destination=("topic", "t"), payload=b"x", now=NOW)
        raise RuntimeError("killed")

    monkeypatch.setattr("sandbox.delivery.engine.handed_over", owes_and_dies)
    engine.settle()

    assert [one.number for one in world.owed()] == [number]
    assert world.owed()[0].state == "waiting"


def test_people_get_files(world: World, settle: Settle) -> None:
    """Nobody is written to: the file says what would have been sent, and only its owner can read it."""
    Outbox(world.store).record(
        source=("subscription", "s"),
        destination=("EMAIL", "ops@example.com"),
        payload=b"pump 7",
        headers={"title": "Alarm"},
        now=NOW,
    )
    settle()
    (delivery,) = world.owed()
    path = world.folder / "outbox" / "email" / "00000001.json"
    written = json.loads(path.read_text())

    assert (written["to"], written["body"], written["headers"]) == (
        "ops@example.com",
        "pump 7",
        {"title": "Alarm"},
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert delivery.reason == "not sent: kept in outbox/email/00000001.json"


def test_what_takes_long_keeps_nothing_else_waiting(world: World) -> None:
    """More detached calls than run at once, and a message for people behind them."""
    go_on = threading.Event()

    def slow(*_: object) -> FunctionAnswer:
        go_on.wait(10)
        return OK

    function = world.function(world.compartment())
    for _ in range(80):
        _owe(world, function, source=("detached", function))
    number = Outbox(world.store).record(
        source=("subscription", "s"), destination=("EMAIL", "a@b.c"), payload=b"x", now=NOW
    )
    engine = Engine(world.folder, slow)
    engine.start()
    until = time.monotonic() + 5
    while Outbox(world.store).get(number).state == "waiting":  # type: ignore[union-attr]
        assert time.monotonic() < until
    waiting = len([one for one in world.owed("detached") if one.state == "waiting"])
    go_on.set()
    engine.settle()
    engine.close()

    assert waiting == 80
    assert {one.state for one in world.owed()} == {"delivered"}
