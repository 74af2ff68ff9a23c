"""How the Pulumi provider treats NoSQL tables."""

from __future__ import annotations

from sandbox.services import bridge_of
from sandbox.services.nosql import TABLE


def test_a_child_table_lives_where_its_parent_does() -> None:
    """Its compartment is never a change."""
    assert "compartmentId" in bridge_of(TABLE).ignored({"name": "parent.child"})
    assert "compartmentId" not in bridge_of(TABLE).ignored({"name": "parent"})
