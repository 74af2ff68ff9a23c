"""Data sources of Container Instances. Source: Oracle's page "Container Instance Shapes"."""

# ruff: noqa: ARG001 every lookup has the same parameters, used or not
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, offered

_SHAPES = ("CI.Standard.E3.Flex", "CI.Standard.E4.Flex", "CI.Standard.E5.Flex", "CI.Standard.A1.Flex")


def _shapes(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in _SHAPES:
        yield {
            "name": name,
            "ocpuOptions": [{"min": 1, "max": 64}],
            "memoryOptions": [{"minInGbs": 1, "maxInGbs": 1024}],
        }


LOOKUPS: dict[str, Lookup] = {
    "oci:ContainerInstances/getContainerInstanceShape:getContainerInstanceShape": offered(
        "containerInstanceShapeCollections.items", _shapes
    ),
    "oci:ContainerInstances/getContainerInstanceShapes:getContainerInstanceShapes": offered(
        "containerInstanceShapeCollections.items", _shapes
    ),
}
