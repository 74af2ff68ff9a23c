"""A policy made of grants, and the evidence beside it."""

from __future__ import annotations

from typing import Any

import pytest

from components.values.group import GroupArgs
from tests.components.arguments import (
    access,
    refusal,
)

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "grants: a policy needs at least one statement"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("policy", changes).startswith(reason)


def test_the_evidence_component_needs_its_refs_first(world: Any) -> None:
    """A policy's parent is the component that carries the evidence, and no parent of what that names."""
    world.run(lambda: access(invokers=GroupArgs()))

    policy = world.one("oci:Identity/policy:Policy")
    carrier = world.recorder.registered[policy.parent]
    assert carrier.type == "aifunctions:index:GrantedPolicy"
    named = [urn for grant in carrier.inputs["grants"][policy.name] for urn in grant["refs"].values()]
    assert named
    assert not [urn for urn in named if world.recorder.registered[urn].parent == carrier.urn]
