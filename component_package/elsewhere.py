"""Resources of the program that a statement names, by ids that they have yet to get.

A grant takes a resource, so that it can be judged before the id exists: by its type, and by its URN.
"""

from __future__ import annotations

from typing import cast

import pulumi

from component_package.arguments import Later
from components.grants.grant import Ref

FUNCTION = "oci:Functions/function:Function"


def ref(id: Later, token: str) -> Ref:
    """The id as a statement names it: itself where it is known, else the resource that will get it."""
    if isinstance(id, pulumi.Output):
        return cast(pulumi.CustomResource, _Elsewhere(id, token))
    return cast(str, id)


class _Elsewhere:
    """A resource as far as a grant knows one."""

    def __init__(self, id: pulumi.Output[str], token: str) -> None:
        self.pulumi_resource_type = token
        self.id = id
        self.urn: pulumi.Output[str] = pulumi.Output.from_input(_urn(id, token))


async def _urn(id: pulumi.Output[str], token: str) -> str:
    """What the engine calls the resource that this is the id of: programs say which one it came from."""
    for resource in await id.resources():
        urn = await resource.urn.future() or ""
        if f"{token}::" in urn:
            return urn
        kinds, _, name = urn.rpartition("::")
        if token == FUNCTION and kinds.endswith(":EventFunction"):
            return f"{kinds}$aifunctions:index:AiFunction${FUNCTION}::{name}-function"
    return ""  # judged at the deploy, when the id is known
