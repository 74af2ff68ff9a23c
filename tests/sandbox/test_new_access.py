"""What access a preview would give, by the engine's log and the stack's state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.new_access import lines

POLICY = "oci:Identity/policy:Policy"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
READ = "Allow group A to read buckets in compartment P"
INVOKE = "Allow group A to use fn-invocation in compartment P"


def policy(name: str, *statements: str, **more: Any) -> dict[str, Any]:
    """A policy as state and log show it."""
    return {"urn": f"urn:{name}", "type": POLICY, "inputs": {"statements": list(statements)}, **more}


def said(folder: Path, before: list[dict[str, Any]] | None, *steps: tuple[str, dict[str, Any]]) -> list[str]:
    """What is said below a preview with these steps of a stack with these resources."""
    state, log = folder / "state.json", folder / "log.jsonl"
    if before is not None:
        state.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {"resources": before}}}))
    events: list[dict[str, Any]] = [{"sequence": 0, "preludeEvent": {}}]
    for op, new in steps:
        shown = {"op": op, "urn": new["urn"], "new": None if op == "delete" else new}
        events.append({"resourcePreEvent": {"metadata": shown}})
    log.write_text("".join(json.dumps(event) + "\n" for event in events))
    return list(lines(log, state))


def test_a_change_that_gives_more(tmp_path: Path) -> None:
    """Only what is new is listed, with the statement that gives it."""
    found = said(tmp_path, [policy("p", READ)], ("update", policy("p", READ, INVOKE)))

    assert found == [
        "access    what is new in this change:",
        "          group default/a gains FN_INVOCATION in compartment p",
        f"            {INVOKE}",
    ]


def test_nothing_new(tmp_path: Path) -> None:
    """A policy that loses a statement, goes, or stays gives nothing new."""
    before = [policy("p", READ, INVOKE), policy("q", READ)]

    assert said(tmp_path, before, ("update", policy("p", READ)), ("delete", policy("q"))) == [
        "access    no new access"
    ]


def test_a_stack_that_is_not_there_yet(tmp_path: Path) -> None:
    """Without a state everything is new, and what only the deploy knows is read from what is registered."""
    grant = {"text": f"{INVOKE} where target.function.id = '${{f}}'", "refs": {"f": "urn:x::resize"}}
    parent = {"urn": "urn:parent", "type": "x:index:Y", "inputs": {"grants": {"urn:p": [grant]}}}

    found = said(tmp_path, None, ("create", parent), ("create", policy("p", UNKNOWN, parent="urn:parent")))

    assert "group default/a gains FN_INVOCATION in compartment p" in found[1]
    assert "target.function.id = '${id of resize}'" in " ".join(found)


def test_what_nothing_is_known_of_is_new(tmp_path: Path) -> None:
    """An unknown statement without evidence is never taken for one that stood before."""
    found = said(tmp_path, [policy("p", READ)], ("update", policy("p", UNKNOWN)))

    assert found[0] == "access    what is new in this change:"
    assert "not known before it is deployed" in " ".join(" ".join(found).split())


def test_what_is_not_previewed_stays(tmp_path: Path) -> None:
    """With `--target` most resources have no step; their denials are not taken for gone."""
    deny = policy("d", "Deny group A to use fn-invocation in tenancy")

    assert said(tmp_path, [deny, policy("p", READ)], ("same", policy("p", READ))) == [
        "access    no new access"
    ]
