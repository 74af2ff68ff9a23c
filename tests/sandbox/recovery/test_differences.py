"""What a state and the store disagree on."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.recovery.differences import find

from .conftest import component, entry, held, operation, record, state


def test_same_is_no_difference() -> None:
    """A state whose every id the store holds, and the other way round, has nothing to settle."""
    found = find(
        state(component("c", "x:y:C"), entry("1"), entry("2", "u")), held(record("1"), record("2", "u"))
    )

    assert not found
    assert not found.lost


def test_orphan() -> None:
    """What the store made for this stack and the state lacks, oldest first."""
    found = find(state(entry("2")), held(record("1"), record("2"), record("3")))

    assert [each.id for each in found.orphans] == ["1", "3"]


def test_another_stacks_record_is_no_orphan() -> None:
    """What is held but not made under the stack's URNs is not this stack's."""
    mine, theirs = record("1"), record("2")
    held_ = held(mine, theirs)
    found = find(state(entry("1")), type(held_)([mine], held_.all))

    assert not found


def test_what_is_only_read_is_no_orphan() -> None:
    """A resource of the stack's own making that its program only reads by now is known to the state."""
    assert not find(state(entry("1", external=True)), held(record("1")))


def test_gone() -> None:
    """What the state has and the store does not."""
    found = find(state(entry("1"), entry("2", "u")), held(record("1")))

    assert [each["id"] for each in found.gone] == ["2"]
    assert not found.lost


@pytest.mark.parametrize(
    "more",
    [
        {"external": True},
        {"type": "random:index/randomId:RandomId"},
        {"custom": False},
        {"pendingReplacement": True},
    ],
    ids=["read only", "other provider", "component", "deleted to be replaced"],
)
def test_not_expected_in_the_store(more: dict[str, Any]) -> None:
    """What is only read, what other providers keep, and what waits for its replacement is not gone."""
    assert not find(state(entry("1", **more)), held())


def test_lost() -> None:
    """A store that has nothing of what the state knows, though nobody deleted it, was lost."""
    assert find(state(entry("1"), entry("2", "u")), held()).lost


@pytest.mark.parametrize("unanswered", [True, False])
def test_deleted_is_not_lost(unanswered: bool) -> None:
    """What a delete took away that was never answered, or that the engine had begun, is gone and not lost."""
    last = entry("1")
    if unanswered:
        found = find(state(last), held(**{"1": "delete"}))
    else:
        found = find(state(last, begun=(operation("deleting", last),)), held())

    assert [each["id"] for each in found.gone] == ["1"]
    assert not found.lost


def test_replaced_is_not_lost() -> None:
    """A store that holds the replacement of the only resource is no lost one."""
    assert not find(state(entry("1")), held(record("2"))).lost


def test_outdated() -> None:
    """An update that was never answered, or that the engine had begun; not what was just deleted."""
    entries = [entry("1"), entry("2", "u"), entry("3", "v")]
    began = (operation("updating", entries[1]),)
    records = [record("1"), record("2", "u"), record("3", "v")]
    found = find(state(*entries, begun=began), held(*records, **{"1": "update", "3": "delete"}))

    assert [each["id"] for each in found.outdated] == ["1", "2"]


def test_operation_that_did_not_happen() -> None:
    """A create that was begun and did not happen is to be forgotten, so it is a difference too."""
    assert find(state(begun=(operation("creating", entry("")),)), held())
