"""The resources of a deployed program, and where each lies. Does not know what may be done with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["IMAGE", "REPOSITORY", "Graph", "Resource", "repository_in", "repository_of", "shown"]

REPOSITORY = "oci:Artifacts/containerRepository:ContainerRepository"
IMAGE = "docker-build:index:Image"
_OF_NETWORKS = ("ocid1.subnet.", "ocid1.networksecuritygroup.")


@dataclass(frozen=True)
class Resource:
    """One resource: its token, its id (empty before it is created), its properties as the provider names
    them, and the name that the program gave it."""

    token: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    def text(self, key: str) -> str:
        """A property that is a string; empty for any other."""
        value = self.id if key == "id" else self.properties.get(key)
        return value if isinstance(value, str) else ""

    def within(self, key: str) -> Iterator[Mapping[str, Any]]:
        """The objects that a property holds, at any depth, those that hold others too."""
        yield from _objects(self.properties.get(key))


class Graph:
    """Resources that belong together. ``home`` is the compartment of what says of no other, ``network`` that
    of subnets and network security groups which are none of these."""

    def __init__(self, resources: Iterable[Resource], tenancy_id: str, home: str, network: str = "") -> None:
        self.resources = tuple(resources)
        self.tenancy_id = tenancy_id
        self.home = home
        self.network = network or home
        self._by_id = {each.id: each for each in self.resources if each.id}

    def compartment_of(self, resource: Resource) -> str:
        """The compartment that a resource lies in: its own word, that of what it belongs to, else `home`."""
        own = resource.text("compartmentId")
        if own or resource.token == IMAGE:
            return own or self._compartment_of_repository(repository_of(resource))
        known = (self.get(value) for value in resource.properties.values() if value != resource.id)
        places = (holder.text("compartmentId") for holder in known if holder is not None)
        return next(filter(None, places), self.home)

    def compartment_of_id(self, ocid: str) -> str:
        """The compartment of what has this OCID; `home` where it is none of these resources."""
        found = self._by_id.get(ocid)
        if found is not None:
            return self.compartment_of(found)
        return self.network if ocid.startswith(_OF_NETWORKS) else self.home

    def get(self, value: object) -> Resource | None:
        """The resource of this id, if it is one of these."""
        return self._by_id.get(value) if isinstance(value, str) else None

    def has(self, value: str) -> bool:
        """Whether the value is the id of one of the resources, and so unknown before it is created."""
        return value in self._by_id

    def repository(self, name: str) -> Resource | None:
        """The repository of this name."""
        repositories = (one for one in self.resources if one.token == REPOSITORY)
        return next((one for one in repositories if one.text("displayName") == name), None)

    def _compartment_of_repository(self, name: str) -> str:
        found = self.repository(name)
        return self.home if found is None else self.compartment_of(found)


def repository_of(image: Resource) -> str:
    """The repository that a built image is pushed to; empty where it is not pushed to one of OCI's."""
    tags = image.properties.get("tags")
    return next((repository_in(tag) for tag in tags or () if isinstance(tag, str)), "")


def repository_in(reference: str) -> str:
    """The repository's name in `<registry>/<namespace>/<repository>:<tag>`."""
    plain = reference.partition("@")[0]
    path = plain.rpartition(":")[0] if ":" in plain.rpartition("/")[2] else plain
    return path.split("/", 2)[2] if path.count("/") >= 2 else ""


def shown(resource: Resource) -> str:
    """How a sentence names a resource: `Function responder`."""
    kind = resource.token.rpartition(":")[2]
    return f"{kind} {resource.name or resource.text('displayName') or resource.text('name')}".rstrip()


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _objects(each)
