"""Data sources of Database with PostgreSQL. Source: Oracle's page "Supported Shapes"."""

# ruff: noqa: ARG001 every lookup has the same parameters, used or not
from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, offered

_SHAPES = ("VM.Standard.E4.Flex", "VM.Standard.E5.Flex", "VM.Standard3.Flex")
_VERSIONS = ("16", "15", "14")


def _shapes(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in _SHAPES:
        yield {
            "id": f"PostgreSQL.{name}",
            "shape": f"PostgreSQL.{name}",
            "isFlexible": True,
            "ocpuCount": 2,
            "memorySizeInGbs": 32,
            "shapeOcpuOptions": [{"min": 2, "max": 64}],
            "shapeMemoryOptions": [{"minInGbs": 32, "maxInGbs": 1024, "defaultPerOcpuInGbs": 16}],
        }


def _configurations(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for shape in _SHAPES:
        for version in _VERSIONS:
            name = f"PostgreSQL.{shape}-{version}"
            unique = hashlib.sha256(name.encode()).hexdigest()[:20]
            yield {
                "id": f"ocid1.postgresqldefaultconfiguration.oc1..aaaaaaaa{cloud.store.mark}{unique}",
                "displayName": name,
                "dbVersion": version,
                "shape": f"PostgreSQL.{shape}",
                "isFlexible": True,
                "state": "ACTIVE",
            }


LOOKUPS: dict[str, Lookup] = {
    "oci:Psql/getDefaultConfigurations:getDefaultConfigurations": offered(
        "defaultConfigurationCollections.items", _configurations, "dbVersion", "displayName", "shape", "state"
    ),
    "oci:Psql/getShapes:getShapes": offered("shapeCollections.items", _shapes, "id"),
}
