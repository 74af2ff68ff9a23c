"""Flat arguments: how they are named, read, and refused with their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pulumi
import pytest
from pulumi.runtime.rpc import UNKNOWN

from component_package import arguments
from component_package.arguments import Later
from components.errors import BadArguments
from components.values.option import Option
from tests.component_package.conftest import World


def _even(value: int) -> None:
    if value % 2:
        raise ValueError(f"{value} is odd")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One argument of each kind."""

    user_name: Annotated[str, Option("a string")]
    size_in_mbs: Annotated[int, Option("a number", _even)] = 2
    enabled: Annotated[bool, Option("a switch")] = True
    mode: Annotated[Literal["a", "b"], Option("a choice")] = "a"
    names: Annotated[Sequence[str], Option("a list")] = ()
    tags: Annotated[Mapping[str, Sequence[str]], Option("a map")] = field(default_factory=dict)
    owner_id: Annotated[Later | None, Option("an id")] = None
    hidden: str = "no option, so no argument"


GOOD: dict[str, Any] = {
    "userName": "u",
    "sizeInMbs": 4.0,
    "enabled": False,
    "mode": "b",
    "names": ["x"],
    "tags": {"k": ["v"]},
    "ownerId": "o",
}


def test_each_argument_is_read_as_its_type() -> None:
    """Names are in camel case, and a whole number that arrives as a float is an integer again."""
    read = arguments.read(Sample, GOOD, "it")

    assert read == Sample(
        user_name="u",
        size_in_mbs=4,
        enabled=False,
        mode="b",
        names=["x"],
        tags={"k": ["v"]},
        owner_id="o",
    )
    assert type(read.size_in_mbs) is int


def test_what_is_left_out_or_null_has_its_default() -> None:
    """Other languages send null for a variable that was never set."""
    assert arguments.read(Sample, {"userName": "u", "names": None}, "it") == Sample(user_name="u")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"userName": None}, "userName is missing"),
        ({"user_name": "u"}, "user_name is no argument of it"),
        ({"hidden": "x"}, "hidden is no argument of it"),
        ({"userName": 3.0}, "userName: expected a string, found 3.0"),
        ({"userName": UNKNOWN}, "userName: must be known before the deploy"),
        ({"sizeInMbs": 2.5}, "sizeInMbs: expected a whole number, found 2.5"),
        ({"sizeInMbs": True}, "sizeInMbs: expected a whole number, found True"),
        ({"sizeInMbs": 3.0}, "sizeInMbs: 3 is odd"),
        ({"enabled": "yes"}, "enabled: expected true or false, found 'yes'"),
        ({"mode": "c"}, "mode: expected one of a, b, found 'c'"),
        ({"names": "x"}, "names: expected a list, found 'x'"),
        ({"names": [1.0]}, "names: expected a string, found 1.0"),
        ({"tags": ["x"]}, "tags: expected a map, found ['x']"),
        ({"tags": {"k": "v"}}, "tags: expected a list, found 'v'"),
        ({"ownerId": 1.0}, "ownerId: expected a string, found 1.0"),
    ],
)
def test_a_bad_argument_is_named(changes: dict[str, Any], problem: str) -> None:
    """One line a problem: the resource, the argument, the reason."""
    with pytest.raises(BadArguments) as refused:
        arguments.read(Sample, GOOD | changes, "it")

    (line,) = refused.value.lines
    assert line.startswith(f"it: {problem}")


def test_every_problem_is_told_at_once() -> None:
    """A person mends a program once, not once a problem."""
    with pytest.raises(BadArguments) as refused:
        arguments.read(Sample, {"sizeInMbs": 3.0, "colour": "red"}, "it")

    assert refused.value.lines == (
        "it: colour is no argument of it",
        "it: userName is missing",
        "it: sizeInMbs: 3 is odd",
    )


def test_only_ids_and_secrets_may_come_later(world: World) -> None:
    """What decides how a component is built cannot wait for another resource; an id can."""

    def program() -> None:
        later = pulumi.Output.from_input("late")
        assert arguments.read(Sample, GOOD | {"ownerId": later}, "it").owner_id is later

        for changes in ({"userName": later}, {"names": [later]}, {"tags": {"k": [later]}}):
            with pytest.raises(BadArguments, match="cannot come from a resource"):
                arguments.read(Sample, GOOD | changes, "it")

    world.run(program)
