"""Who may do what with one function: groups, memberships, statements."""

from __future__ import annotations

from typing import Any

import pytest

from components.values.group import GroupArgs
from tests.components.arguments import (
    COMPARTMENT,
    GROUP,
    USER,
    access,
    refusal,
    statements,
)

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"tenancy_id": COMPARTMENT}, "tenancy_id: expected the OCID of a tenancy, found one of a compartment"),
    (
        {"invokers": GroupArgs(existing_id=USER)},
        "invokers: expected the OCID of a group, found one of a user",
    ),
    ({"identity": "group"}, "identity: group is not one of function, dynamic_group"),
    ({"auditors": GroupArgs(existing_name="a'b")}, "auditors: \"a'b\" is not a group's name"),
    ({"auditors": GroupArgs(members=[GROUP])}, "auditors: expected the OCID of a user, found one of a group"),
    (
        {"invokers": GroupArgs(existing_id=GROUP), "developers": GroupArgs(existing_id=GROUP)},
        "developers and invokers: are one group; who changes a function must not be who invokes it",
    ),
    (
        {"developers": GroupArgs(), "application": None},
        "application: is missing; developers change it with the function",
    ),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("access", changes).startswith(reason)


def test_the_dynamic_group_holds_exactly_the_function(world: Any, minted: Any) -> None:
    """Its rule names the function's type and OCID, never a compartment."""
    world.run(lambda: access(identity="dynamic_group"))

    function = minted("oci:Functions/function:Function", "f-function")
    assert world.one("oci:Identity/dynamicGroup:DynamicGroup").inputs["matchingRule"] == (
        f"ALL {{resource.type = 'fnfunc', resource.id = '{function}'}}"
    )


def test_a_function_acts_as_itself_unless_asked_otherwise(world: Any) -> None:
    """No dynamic group is created, and none is given."""
    found: list[Any] = []

    world.run(lambda: found.append(access()))

    assert world.all("oci:Identity/dynamicGroup:DynamicGroup") == []
    assert (found[0].dynamic_group_id, found[0].identity.dynamic_group) == (None, None)


def test_groups_are_created_with_their_members(world: Any, minted: Any) -> None:
    """A group that is not given is created, and each member joins it."""
    world.run(lambda: access(invokers=GroupArgs(members=[USER])))

    group = minted("oci:Identity/group:Group", "f-access-invokers")
    membership = world.one("oci:Identity/userGroupMembership:UserGroupMembership").inputs
    assert (membership["groupId"], membership["userId"]) == (group, USER)
    assert f"Allow group id {group} to use fn-invocation" in statements(world)[0]


def test_a_membership_is_named_after_its_user(world: Any) -> None:
    """Not after its position, where one who leaves would make the next one another."""
    world.run(lambda: access(invokers=GroupArgs(members=[f"{USER}2", USER])))

    # Which of two is registered first is the engine's affair.
    names = {each.name for each in world.all("oci:Identity/userGroupMembership:UserGroupMembership")}
    assert names == {f"f-access-invokers-{USER}2", f"f-access-invokers-{USER}"}


def test_existing_groups_are_reused(world: Any) -> None:
    """A group by OCID or by name is named in the statements, and no group is created."""
    groups = {
        "invokers": GroupArgs(existing_id=GROUP, members=[USER]),
        "auditors": GroupArgs(existing_name="Default/Auditors"),
    }

    world.run(lambda: access(**groups))

    assert world.all("oci:Identity/group:Group") == []
    assert world.one("oci:Identity/userGroupMembership:UserGroupMembership").inputs["groupId"] == GROUP
    subjects = {text.split(" to ")[0] for text in statements(world)}
    assert subjects == {f"Allow group id {GROUP}", "Allow group 'Default'/'Auditors'"}


def test_no_group_gets_more_than_its_role(world: Any) -> None:
    """Only invokers invoke; developers and auditors never do."""
    world.run(lambda: access(invokers=GroupArgs(), developers=GroupArgs(), auditors=GroupArgs()))

    invoking = [text for text in statements(world) if "fn-invocation" in text]
    assert len(invoking) == 1
    assert not [text for text in statements(world) if "family" in text or "tenancy" in text or "any-" in text]
