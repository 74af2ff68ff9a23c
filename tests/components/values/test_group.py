"""A group of people, described before it exists."""

from __future__ import annotations

import pytest

from components.values.group import GroupArgs, same_group

ONE, OTHER = "ocid1.group.oc1..a", "ocid1.group.oc1..b"


@pytest.mark.parametrize(
    ("group", "problem"),
    [
        (GroupArgs(), None),
        (GroupArgs(existing_id=ONE, members=["ocid1.user.oc1..a"]), None),
        (GroupArgs(existing_id=ONE, existing_name="a"), "two ways to name one group"),
        (GroupArgs(existing_name="a", members=["ocid1.user.oc1..a"]), "members can be added only"),
    ],
)
def test_a_group_is_named_in_one_way(group: GroupArgs, problem: str | None) -> None:
    """Created or existing, by OCID or by name; nobody is added to a group known by name only."""
    found = group.problem()

    assert found is None if problem is None else problem in str(found)


def test_two_created_groups_are_two() -> None:
    """Only an existing group can be the same as another."""
    assert not same_group(GroupArgs(), GroupArgs())
    assert not same_group(GroupArgs(existing_id=ONE), GroupArgs(existing_id=OTHER))
    assert same_group(GroupArgs(existing_id=ONE), GroupArgs(existing_id=ONE))
    assert same_group(GroupArgs(existing_name="a"), GroupArgs(existing_name="a"))
