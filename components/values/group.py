"""A group of people, described before it exists. Pure data: no Pulumi."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from components.values import limits
from components.values.option import Option


@dataclass(frozen=True, kw_only=True)
class GroupArgs:
    """A group of people: created, or an existing one by OCID or by name."""

    existing_id: Annotated[
        str | None,
        Option(
            "OCID of an existing group; left out, a group is created for this stack",
            limits.group,
        ),
    ] = None
    existing_name: Annotated[
        str | None,
        Option(
            "An existing group by name, or Domain/Group in an identity domain; adding no members",
            limits.group_name,
        ),
    ] = None
    members: Annotated[Sequence[str], Option("OCIDs of users who are added to the group", limits.users)] = ()

    def problem(self) -> str | None:
        """Why this cannot be a group, or None."""
        if self.existing_id and self.existing_name:
            return "existing_id and existing_name are two ways to name one group; give one"
        if self.existing_name and self.members:
            return "members can be added only to a group that is created or given by OCID"
        return None


def same_group(one: GroupArgs, other: GroupArgs) -> bool:
    """Whether both name the same existing group (two that are created are always two)."""
    by_id = one.existing_id is not None and one.existing_id == other.existing_id
    return by_id or (one.existing_name is not None and one.existing_name == other.existing_name)
