"""Operations: what they need, and by which words they are found."""

from __future__ import annotations

import pytest

from oci_iam.catalogue.operations import OPERATIONS, Operation, find, named, near, operations
from oci_iam.catalogue.permissions import FUNCTIONS_PERMISSIONS
from oci_iam.catalogue.types import resource_type
from oci_iam.catalogue.variables import GENERAL, SERVICES


def test_operations_need_permissions_that_exist() -> None:
    """The table of operations of Functions speaks of functions permissions only, and of each of them."""
    assert set(OPERATIONS.values()) == FUNCTIONS_PERMISSIONS


def test_the_operations_of_functions_stand_in_both_tables_alike() -> None:
    """What a condition on `request.operation` leaves is what `needs` says."""
    rows = [row for row in operations() if row.service == "Functions"]

    assert {name.lower(): row.permissions for row in rows for name in row.names} == {
        name: (permission,) for name, permission in OPERATIONS.items()
    }


@pytest.mark.parametrize("row", operations(), ids=lambda row: f"{row.service}-{row.name}")
def test_each_row_is_about_known_types(row: Operation) -> None:
    """Its types have rows, which have its permissions and its variables."""
    types = [resource_type(name) for name in row.types]
    known = {permission for each in types if each for permission in each.permissions}

    assert None not in types
    assert set(row.permissions) <= known
    assert row.names_target <= row.variables <= GENERAL.union(*SERVICES.values())
    assert row.source
    assert all(row.phrases)


def test_ways_of_one_operation_differ() -> None:
    """Two rows of one service and name say when each counts, or need something else."""
    keys = [(row.service, name.lower(), row.permissions) for row in operations() for name in row.names]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GetObject", ["GetObject"]),
        ("getobject", ["GetObject"]),
        ("publish a message", ["PublishMessage"]),
        ("put an object", ["PutObject", "PutObject"]),
        ("invoke a function", ["InvokeFunction"]),
        ("Invoking functions", []),
        ("read a secret", ["GetSecretBundle"]),
        ("read secrets", ["GetSecretBundle"]),
        ("put a message on a queue", ["PutMessages"]),
        ("row delete", ["DeleteRow"]),
        ("message queue", ["PutMessages", "GetMessages", "DeleteMessage", "UpdateMessage"]),
        ("frobnicate", []),
        ("", []),
        ("the", []),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER G}etObject", []),
        ("x" * 10_000, []),
    ],
)
def test_find(text: str, expected: list[str]) -> None:
    """By name in any case, by a phrase, by words that all stand somewhere; else not at all."""
    assert [row.name for row in find(text)] == expected


def test_one_name_in_two_services() -> None:
    """Streams and queues both have PutMessages."""
    assert [row.service for row in named("putmessages")] == ["Queue", "Streaming"]


def test_what_differs_is_said() -> None:
    """Writing an object needs another permission where it exists already."""
    assert {row.when: row.permissions for row in named("PutObject")} == {
        "the object is new": ("OBJECT_CREATE",),
        "the object exists": ("OBJECT_OVERWRITE",),
    }


def test_a_call_without_a_target_carries_no_variable_of_it() -> None:
    """A list of buckets names no bucket."""
    assert named("ListBuckets")[0].variables == frozenset()
    assert "target.object.name" not in named("ListObjects")[0].variables


def test_near() -> None:
    """A slip of the pen is answered with the names it is near, and nonsense with none."""
    assert near("GetObjekt")[0] == "GetObject"
    assert near("frobnicate") == ()
    assert len(near("list of everything")) <= 5
