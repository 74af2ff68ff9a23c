"""Which permissions a word means."""

from __future__ import annotations

import pytest

from oci_iam.asked.permission import permissions_asked
from oci_iam.inputs import Unusable


@pytest.mark.parametrize(
    ("word", "permissions", "operation"),
    [
        ("FN_INVOCATION", ("FN_INVOCATION",), None),
        ("fn_invocation", ("FN_INVOCATION",), None),
        ("STRANGE_POKE", ("STRANGE_POKE",), None),
        ("InvokeFunction", ("FN_INVOCATION",), "InvokeFunction"),
        ("use fn-invocation", ("FN_INVOCATION",), None),
        ("Read  FN-APP", ("FN_APP_LIST", "FN_APP_READ"), None),
    ],
)
def test_permissions(word: str, permissions: tuple[str, ...], operation: str | None) -> None:
    """A permission by name, all that an operation needs, all that a verb on a type yields."""
    wish = permissions_asked(word)

    assert (permissions, operation) == (wish.permissions, wish.operation)
    assert wish.is_met_by(frozenset(permissions))
    assert not wish.is_met_by(frozenset(permissions[1:]))


def test_an_operation_whose_needs_depend_needs_all_cases() -> None:
    """To put an object takes one permission where it is new and another where it exists."""
    wish = permissions_asked("putobject")

    assert wish.permissions == ("OBJECT_CREATE", "OBJECT_OVERWRITE")
    assert wish.operation == "PutObject"
    assert not wish.is_met_by(frozenset({"OBJECT_CREATE"}))
    assert wish.is_met_by(frozenset(wish.permissions))


def test_of_several_ways_one_is_enough() -> None:
    """Either of two permissions lets one look at an object's head."""
    wish = permissions_asked("HeadObject")

    assert wish.permissions == ("OBJECT_INSPECT", "OBJECT_READ")
    assert all(wish.is_met_by(frozenset({one})) for one in wish.permissions)
    assert not wish.is_met_by(frozenset())


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("FN_INVOKE", "there is no permission FN_INVOKE; did you mean FN_INVOCATION?"),
        ("OBJECT_REED", "did you mean OBJECT_READ?"),
        ("Frobnicate", "'Frobnicate' is neither a permission"),
        ("", "'' is neither a permission"),
        ("PutMessages", "an operation of Queue and of Streaming: give a permission"),
        ("use the functions", "neither a permission"),
        ("run fn-invocation", "expected one of inspect, read, use, manage, found 'run'"),
        ("use strange-things", "no permission that 'use strange-things' yields"),
    ],
)
def test_what_is_wrong_is_said(word: str, said: str) -> None:
    """A name that nearly is one is never taken for another service's."""
    with pytest.raises(Unusable, match="PERMISSION: ") as problem:
        permissions_asked(word)

    assert said in str(problem.value)
