"""Data sources of the registry."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, listing
from sandbox.cloud.namespace import namespace_of
from sandbox.services.artifacts import REPOSITORY

_listed = listing("items", REPOSITORY, repositoryId="id")


def container_repositories(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """Repositories that fit, wrapped as a collection."""
    found = _listed(cloud, args)["items"]
    collection = {
        "items": found,
        "repositoryCount": len(found),
        "imageCount": sum(int(item.get("imageCount") or 0) for item in found),
        "layerCount": 0,
        "layersSizeInBytes": "0",
        "remainingItemsCount": 0,
    }
    return {**args, "id": f"repositories-{len(found)}", "containerRepositoryCollections": [collection]}


def container_configuration(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The tenancy's registry settings."""
    return {
        **args,
        "id": "container-configuration",
        "namespace": namespace_of(cloud),
        "isRepositoryCreatedOnFirstPush": True,
    }


LOOKUPS: dict[str, Lookup] = {
    "oci:Artifacts/getContainerConfiguration:getContainerConfiguration": container_configuration,
    "oci:Artifacts/getContainerRepositories:getContainerRepositories": container_repositories,
}
