"""Which changed inputs replace a resource and which update it in place.

Where there are facts about the type, it is what the Terraform provider's schema says (`ForceNew`): a listed
container replaces when it, or an item of it, is added or taken away, and a listed value also when it comes or
goes with the item it is in. For all other types it is the documentation of the SDK's classes: what is not
marked "(Updatable)" replaces.
"""

from __future__ import annotations

from typing import Any

from sandbox.providers.sdk import ResourceType, Type
from sandbox.services.bridge_base import Bridge

Path = tuple[str | int, ...]


def replaces(resource: ResourceType, bridge: Bridge, path: Path, old: Any = None, new: Any = None) -> bool:
    """Whether a change at this path makes a new resource. Indexes of lists are numbers; `old` and `new` are
    the values there, None for one that is not."""
    if not bridge.is_known:
        return documented(resource, path)
    place, is_container = _schema_place(resource, path)
    listed = bridge.facts.replace
    if not is_container:
        return place in listed
    if old is not None and new is not None and isinstance(old, type(new)):
        return False
    if place in listed:
        return True
    if any(f"{place}.{below}" in listed for below in _given_places(new)):
        return True
    gone = {f"{place}.{below}" for below in _given_places(old)} & listed
    return any(not _is_kept(resource, bridge, each) for each in gone)


def _schema_place(resource: ResourceType, path: Path) -> tuple[str, bool]:
    """The dotted place in the provider's schema that holds the path, and whether objects are there.

    Below a map or a list of scalars the schema has no places of its own.
    """
    properties, names, object_type = resource.inputs, [], None
    for part in path:
        if isinstance(part, int):
            continue
        names.append(part)
        object_type = _object_of(properties[part].type) if part in properties else None
        if object_type is None:
            break
        properties = resource.object(object_type.name)
    return ".".join(names), object_type is not None


def _is_kept(resource: ResourceType, bridge: Bridge, place: str) -> bool:
    """Whether the value at a place stays as it was when a program leaves it out: then it is never taken
    away."""
    properties = resource.inputs
    *parents, last = place.split(".")
    for name in parents:
        object_type = _object_of(properties[name].type) if name in properties else None
        properties = resource.object(object_type.name) if object_type else {}
    return last in properties and properties[last].optional and place not in bridge.facts.dropped


def _given_places(value: Any) -> set[str]:
    """The dotted places that have a value below a container; all of an unknown one are not known."""
    if isinstance(value, list):
        return {place for item in value for place in _given_places(item)}
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, item in value.items():
        if item is not None:
            found |= {key, *(f"{key}.{place}" for place in _given_places(item))}
    return found


def documented(resource: ResourceType, path: Path) -> bool:
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
