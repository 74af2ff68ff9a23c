"""Recovery as a transformation of an exported deployment; the engine's side is in tests/end_to_end."""

from __future__ import annotations

import pytest

from sandbox.recovery.differences import find
from sandbox.recovery.settling import settle

from .conftest import ROOT, entry, held, operation, record, state, told, urn


def test_begun_create_that_happened_is_adopted() -> None:
    """A pending create the store knows becomes a resource with its id; the operation is dropped."""
    begun = entry("", provider="p::1", inputs={"name": "n"}, aliases=["former"])
    deployment = state(begun=(operation("creating", begun),))

    said = settle(deployment, held(record("1")))

    assert said == ["t was created and is adopted"]
    assert told(deployment) == [("t", "1", False)]
    assert deployment["resources"][-1]["aliases"] == ["former"]
    assert "pending_operations" not in deployment


def test_begun_create_that_did_not_happen_is_forgotten() -> None:
    """A pending create the store does not know leaves nothing: the next run creates it."""
    deployment = state(begun=(operation("creating", entry("")),))

    assert settle(deployment, held()) == []
    assert deployment == state()


def test_failed_create_that_happened_is_adopted() -> None:
    """What the store made and the engine noted as failed, or not at all, is adopted just the same."""
    deployment = state()

    assert settle(deployment, held(record("1"))) == ["t was created and is adopted"]
    assert told(deployment) == [("t", "1", False)]


def test_replacement_lives_and_the_old_one_waits_for_deletion() -> None:
    """Created before the old one was deleted: the new one takes its place, the old one is to be deleted."""
    deployment = state(entry("1", protect=True), entry("9", "u", dependencies=[urn("t")]))

    said = settle(deployment, held(record("1"), record("2"), record("9", "u")))

    assert said == ["t was created and is adopted"]
    assert told(deployment) == [("t", "2", False), ("t", "1", True), ("u", "9", False)]
    assert deployment["resources"][2]["protect"] is True


def test_replacement_comes_after_what_it_depends_on() -> None:
    """Also where the one it replaces did not depend on it, and stands before it."""
    deployment = state(entry("1"), entry("ocid1.u", "u"))

    settle(deployment, held(record("1"), record("ocid1.u", "u"), record("2", inputs={"of": "ocid1.u"})))

    assert told(deployment) == [("u", "ocid1.u", False), ("t", "2", False), ("t", "1", True)]


def test_replacement_after_the_deletion_takes_the_place() -> None:
    """Deleted before the new one was created: the mark of the old one goes."""
    deployment = state(entry("1", pendingReplacement=True))

    settle(deployment, held(record("2")))

    assert told(deployment) == [("t", "2", False)]


def test_replacement_whose_old_one_still_exists() -> None:
    """Whatever the mark says: what exists is to be deleted."""
    deployment = state(entry("1", pendingReplacement=True))

    settle(deployment, held(record("1"), record("2")))

    assert told(deployment) == [("t", "2", False), ("t", "1", True)]
    assert "pendingReplacement" not in deployment["resources"][-1]


def test_replacement_whose_old_one_is_gone() -> None:
    """The delete of the old one was not answered either: only the new one is left."""
    deployment = state(entry("1"))

    said = settle(deployment, held(record("2"), **{"1": "delete"}))

    assert said == ["t was created and is adopted"]
    assert told(deployment) == [("t", "2", False)]


def test_second_copy_is_deleted() -> None:
    """Of several under one URN the newest lives, the others are adopted to be deleted."""
    deployment = state()

    said = settle(deployment, held(record("1"), record("2"), record("3")))

    assert told(deployment)[0] == ("t", "3", False)
    assert sorted(told(deployment)[1:]) == [("t", "1", True), ("t", "2", True)]
    assert said.count("t was created twice; the older one is adopted to be deleted") == 2


def test_copy_older_than_the_living_one_is_deleted() -> None:
    """An orphan from before the resource the state has does not take its place."""
    deployment = state(entry("2"))

    settle(deployment, held(record("1"), record("2")))

    assert told(deployment) == [("t", "2", False), ("t", "1", True)]


def test_gone_is_forgotten_with_all_that_refers_to_it() -> None:
    """Nothing left in the state names a resource that is no longer in it."""
    deployment = state(
        entry("1"),
        entry(
            "2",
            "u",
            parent=urn("t"),
            dependencies=[urn("t"), urn("v")],
            propertyDependencies={"x": [urn("t")], "y": [urn("v")]},
            deletedWith=urn("t"),
        ),
        entry("3", "v"),
    )

    said = settle(deployment, held(record("2", "u"), record("3", "v")))

    left = next(each for each in deployment["resources"] if each.get("id") == "2")
    assert said == ["t no longer exists and is removed from the state"]
    assert left["parent"] == ROOT
    assert left["dependencies"] == [urn("v")]
    assert left["propertyDependencies"] == {"x": [], "y": [urn("v")]}
    assert "deletedWith" not in left


def test_deleted_old_one_of_a_replacement_is_forgotten() -> None:
    """The delete that ends a replacement happened and was not answered: the living one stays."""
    deployment = state(entry("2"), entry("1", delete=True))

    settle(deployment, held(record("2"), **{"1": "delete"}))

    assert told(deployment) == [("t", "2", False)]


def test_unanswered_update_reaches_the_state() -> None:
    """Inputs and outputs become what the store holds."""
    deployment = state(entry("1"))

    said = settle(deployment, held(record("1", inputs={"name": "new"}), **{"1": "update"}))

    assert said == ["t was updated; the state is brought up to date"]
    assert deployment["resources"][-1]["inputs"] == {"name": "new"}
    assert deployment["resources"][-1]["outputs"]["name"] == "new"


@pytest.mark.parametrize("kind", ["updating", "deleting", "reading"])
def test_begun_operation_that_did_not_happen_is_dropped(kind: str) -> None:
    """The resource stays as the store has it."""
    deployment = state(entry("1"), begun=(operation(kind, entry("1")),))

    settle(deployment, held(record("1")))

    assert told(deployment) == [("t", "1", False)]
    assert "pending_operations" not in deployment


def test_settled_state_has_no_difference() -> None:
    """Settling once is enough, whatever came together."""
    deployment = state(
        entry("1"),
        entry("2", "u", dependencies=[urn("t")]),
        entry("3", "v", pendingReplacement=True),
        begun=(operation("creating", entry("", "w")), operation("deleting", entry("1"))),
    )
    after = held(record("2", "u"), record("4", "v"), record("5", "w"), record("6", "w"), record("7", "x"))

    settle(deployment, after)

    assert not find(deployment, after)
