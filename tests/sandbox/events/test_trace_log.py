"""What `sandbox trace` shows of an event that was sent before."""

from __future__ import annotations

import argparse
import json
from typing import Any

from sandbox.cloud.store import Store
from sandbox.events import trace_log
from sandbox.events.command import add_trace_arguments, run_trace
from sandbox.events.trace import Access, Delivery, RuleTrace, Trace

EVENT = {
    "eventID": "11111111-2222",
    "eventType": "com.oraclecloud.objectstorage.createobject",
    "data": {"resourceName": "one.json", "additionalDetails": {"secret": "hidden"}},
}


def _trace(**changed: Any) -> Trace:
    access = Access(principal="eventrule r", permission="FN_INVOCATION", allowed=True, because="x")
    delivery = Delivery(
        target="function f",
        outcome="delivered",
        status=200,
        access=[access],
        object_access=access,
        answer={"token": "hidden"},
        headers={"x": "hidden"},
        logs=["hidden"],
    )
    rule = RuleTrace(name="r", id="ocid1.eventrule", stack="d", matched=True, why="w", deliveries=[delivery])
    return Trace(**{"event": EVENT, "rules": [rule], "notes": ["a note"], **changed})


def _run(folder: Any, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_trace_arguments(parser)
    return run_trace(parser.parse_args(arguments), folder)


def test_an_event_is_found_by_the_beginning_of_its_id(tmp_path: Any, capsys: Any) -> None:
    """The newest one, with its rules and deliveries."""
    trace_log.append(tmp_path, _trace(notes=["older"]))
    trace_log.append(tmp_path, _trace())
    trace_log.append(tmp_path, _trace(event=EVENT | {"eventID": "3333"}, notes=["another"]))

    assert _run(tmp_path, "1111") == 0
    shown = capsys.readouterr().out
    assert "one.json" in shown
    assert "note      a note" in shown
    assert "may       eventrule r: FN_INVOCATION" in shown
    assert shown.endswith("result    1 delivered\n")


def test_what_an_event_or_an_answer_contained_is_not_kept(tmp_path: Any) -> None:
    """Only how it was delivered."""
    trace_log.append(tmp_path, _trace())
    (file,) = (tmp_path / "logs").glob("traces.jsonl")

    assert "hidden" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_json_is_one_document(tmp_path: Any, capsys: Any) -> None:
    """As `emit --json` prints it."""
    trace_log.append(tmp_path, _trace())
    status = _run(tmp_path, "11111111-2222", "--json")

    assert (status, json.loads(capsys.readouterr().out)["ok"]) == (0, True)


def test_an_unknown_event_is_one_line(tmp_path: Any, capsys: Any) -> None:
    """Status 1 as for everything that is not there; a line that a kill cut off is passed over."""
    trace_log.append(tmp_path, _trace())
    with (tmp_path / "logs" / "traces.jsonl").open("a") as file:
        file.write('{"event": {"eventID": "44\n[]\n')

    assert _run(tmp_path, "44") == 1
    assert capsys.readouterr().err == (
        "event 44: not among those that `emit` sent here; those of services: "
        "`python -m sandbox deliveries 44`\n"
    )
    assert trace_log.find(tmp_path, "1111") is not None


def test_a_direct_call_is_no_event(tmp_path: Any) -> None:
    """`invoke` leaves nothing there."""
    trace_log.append(tmp_path, Trace(calls=[Delivery(target="f")]))

    assert not (tmp_path / "logs").exists()


def test_what_a_program_marked_as_secret_is_not_in_it(tmp_path: Any) -> None:
    """Such as a bucket's name in an event."""
    with Store(tmp_path / "store.db") as store:
        store.create("t", "", {"name": "hushed-bucket"}, {}, "id", secret=["name"])
    event = {"eventID": "e-1", "eventType": "t", "data": {"resourceName": "hushed-bucket/a"}}
    trace_log.append(tmp_path, _trace(event=event))
    found = trace_log.find(tmp_path, "e-1")

    assert found is not None
    assert (found.event or {})["data"] == {"resourceName": "[secret]/a"}
