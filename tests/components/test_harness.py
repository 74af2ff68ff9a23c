"""The stand-in engine itself: what these tests rest on."""

import pulumi
import pytest


def test_a_false_assert_in_an_apply_fails_the_test(world):
    """An assert in an apply that nothing waits for is still run, and its failure comes out."""

    def program():
        pulumi.Output.from_input(1).apply(_must_be_two)

    with pytest.raises(AssertionError):
        world.run(program)


def test_at_preview_an_apply_on_an_unknown_value_does_not_run(world):
    """At preview the id of a resource is unknown, as under the engine."""
    import pulumi_oci as oci

    seen = []

    def program():
        group = oci.identity.Group("g", description="d", name="n")
        group.id.apply(seen.append)

    world.run(program, preview=True)

    assert [] == seen


def _must_be_two(value):
    assert value == 2
