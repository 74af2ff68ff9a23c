"""The stand-in engine itself: what these tests rest on."""

from typing import Any

import pulumi
import pulumi_oci as oci
import pytest


def test_a_false_assert_in_an_apply_fails_the_test(world: Any) -> None:
    """An assert in an apply that nothing waits for is still run, and its failure comes out."""

    def program() -> None:
        pulumi.Output.from_input(1).apply(_must_be_two)

    with pytest.raises(AssertionError):
        world.run(program)


def test_at_preview_an_apply_on_an_unknown_value_does_not_run(world: Any) -> None:
    """At preview the id of a resource is unknown, as under the engine."""
    seen: list[str] = []

    def program() -> None:
        group = oci.identity.Group("g", description="d", name="n")
        group.id.apply(seen.append)

    world.run(program, preview=True)

    assert seen == []


def _must_be_two(value: int) -> None:
    assert value == 2
