"""Which changed inputs replace a resource and which update it in place.

Where the type's bridge says it, it is what the Terraform provider's source says (`ForceNew`). For all others
it is the documentation of the SDK's classes: what is not marked "(Updatable)" replaces. Where both speak and
differ, the source wins: several properties documented without "(Updatable)" don't replace.
"""

from __future__ import annotations

from sandbox.providers.sdk import ResourceType, Type
from sandbox.services.bridge_base import Bridge


def replaces(resource: ResourceType, bridge: Bridge, path: tuple[str | int, ...]) -> bool:
    """Whether a change at this path makes a new resource. Indexes of lists are numbers."""
    names = [part for part in path if isinstance(part, str)]
    if bridge.force_new is not None:
        return any(".".join(names[:length]) in bridge.force_new for length in range(1, len(names) + 1))
    return _documented(resource, path)


def _documented(resource: ResourceType, path: tuple[str | int, ...]) -> bool:
    properties = resource.inputs
    for part in path:
        if isinstance(part, int):
            continue
        if part not in properties:
            return False
        if not properties[part].updatable:
            return True
        object_type = _object_of(properties[part].type)
        if object_type is None:
            return False
        properties = resource.object(object_type.name)
    return False


def _object_of(type: Type) -> Type | None:
    """The object a property holds, also as element of a list; None for scalars and maps."""
    while type.kind == "list" and type.of is not None:
        type = type.of
    return type if type.kind == "object" else None
