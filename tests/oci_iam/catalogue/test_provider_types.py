"""Which operations pulumi-oci calls for a type: by its name, or by a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from oci_iam.catalogue import provider_types
from oci_iam.catalogue.operations import named
from oci_iam.catalogue.provider_types import ACTIONS, looked_up, provider_type, subject_of_look_up

ROWS = sorted(provider_types._table().types)


@pytest.mark.parametrize("token", ROWS)
def test_each_row_names_operations_and_variables_that_exist(token: str) -> None:
    """A row that no operation answers for, or whose variable none of them carries, states nothing."""
    kind = provider_type(token)
    rows = [row for action in ACTIONS for row in kind.calls(action) or ()]

    assert [action for action in ACTIONS if kind.calls(action) is None] == []
    assert set(kind.variables) <= frozenset().union(*(row.variables for row in rows))


@pytest.mark.parametrize(
    ("token", "action", "expected"),
    [
        ("oci:Queue/queue:Queue", "create", ["CreateQueue"]),
        ("oci:Functions/function:Function", "read", ["GetFunctions", "GetFunction"]),
        ("oci:Ons/notificationTopic:NotificationTopic", "update", ["UpdateTopic"]),
        ("oci:Identity/userGroupMembership:UserGroupMembership", "delete", ["AddUserToGroup"]),
        ("oci:ApiGateway/gateway:Gateway", "delete", ["DeleteGateway"]),
        ("docker-build:index:Image", "update", ["PullImage", "PushImage"]),
    ],
)
def test_the_operation_of_an_action(token: str, action: provider_types.Action, expected: list[str]) -> None:
    """Of the token's own service, by the name that the catalogue gives it first."""
    rows = provider_type(token).calls(action)

    assert rows
    assert {row.name for row in rows} <= set(expected)


def test_what_calls_nothing_and_what_is_not_known_differ() -> None:
    """Nothing is needed for the first; the second stops whoever asks."""
    assert provider_type("docker-build:index:Image").calls("delete") == ()
    assert provider_type("oci:Bastion/bastion:Bastion").calls("create") is None


def test_a_name_that_two_services_have_is_that_of_the_tokens() -> None:
    """`CreatePolicy` is IAM's, and not that of an edge policy, which has another name."""
    services = {row.service for row in provider_type("oci:Identity/policy:Policy").calls("create") or ()}

    assert services == {"IAM"}
    assert {row.service for row in named("GetMessages")} == {"Queue", "Streaming"}


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("oci:ObjectStorage/getNamespace:getNamespace", "GetNamespace"),
        ("oci:Identity/getRegionSubscriptions:getRegionSubscriptions", "GetTenancy"),
        ("oci:Core/getSubnet:getSubnet", "GetSubnet"),
        ("oci:Core/getDhcpOptions:getDhcpOptions", "GetDhcpOptions"),
    ],
)
def test_the_operation_of_a_look_up(token: str, expected: str) -> None:
    """One resource is got, several are listed; some names are those of several in both."""
    rows = looked_up(token)

    assert rows
    assert {row.name for row in rows} == {expected}


def test_a_look_up_nobody_knows() -> None:
    """None, and not an empty list of needs."""
    assert looked_up("oci:Bastion/getBastions:getBastions") is None


def test_a_look_up_is_about_a_type() -> None:
    """So it carries what a call about such a resource carries."""
    found = subject_of_look_up("oci:ObjectStorage/getBucket:getBucket")

    assert found.variables == {"target.bucket.name": "name"}


def test_the_rows_are_sorted_into_modules() -> None:
    """Each token stands below the line of its own module, which says whose operations are meant."""
    text = (Path(provider_types.__file__).with_name("provider_types.txt")).read_text()
    module = ""
    for line in text.splitlines():
        if line.startswith("module "):
            module = line.split()[1]
        elif line and line[0] != "#":
            assert module in line.split()[0], line
