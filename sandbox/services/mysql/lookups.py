"""Data sources of MySQL HeatWave: shapes, versions, and the configurations that Oracle has for each shape.

Sources: Oracle's pages "Supported Shapes" and "MySQL Server Versions". Versions are plausible and no promise.
"""

# ruff: noqa: ARG001 every lookup has the same parameters, used or not
from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, offered, shown
from sandbox.services.mysql import CONFIGURATION

# Name, cores, memory, and what it is for.
_SHAPES = (
    ("MySQL.Free", 2, 8, "DBSYSTEM"),
    ("MySQL.2", 2, 16, "DBSYSTEM"),
    ("MySQL.4", 4, 32, "DBSYSTEM"),
    ("MySQL.8", 8, 64, "DBSYSTEM"),
    ("MySQL.16", 16, 128, "DBSYSTEM"),
    ("MySQL.32", 32, 256, "DBSYSTEM"),
    ("MySQL.VM.Standard.E3.1.8GB", 1, 8, "DBSYSTEM"),
    ("MySQL.VM.Standard.E4.1.8GB", 1, 8, "DBSYSTEM"),
    ("HeatWave.Free", 1, 16, "HEATWAVECLUSTER"),
    ("HeatWave.32GB", 2, 32, "HEATWAVECLUSTER"),
    ("HeatWave.512GB", 16, 512, "HEATWAVECLUSTER"),
)
_VERSIONS = {"8.0": ("8.0.43",), "8.4 - LTS": ("8.4.6",), "9 - Innovation": ("9.4.1",)}


def _shapes(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    wanted = args.get("isSupportedFors") or ["DBSYSTEM", "HEATWAVECLUSTER"]
    for name, cores, memory, use in _SHAPES:
        if use in wanted:
            yield {"name": name, "cpuCoreCount": cores, "memorySizeInGbs": memory, "isSupportedFors": [use]}


def _versions(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for family, versions in _VERSIONS.items():
        yield {
            "versionFamily": family,
            "versions": [{"version": one, "description": one} for one in versions],
        }


def _configurations(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Oracle's for each shape, and those of the store."""
    types = args.get("types") or ["DEFAULT", "CUSTOM"]
    for name, _, _, use in _SHAPES if "DEFAULT" in types else ():
        for kind in ("Standalone", "HA") if use == "DBSYSTEM" else ():
            unique = hashlib.sha256(f"{name}.{kind}".encode()).hexdigest()[:20]
            yield {
                "id": f"ocid1.mysqlconfiguration.oc1..aaaaaaaa{cloud.store.mark}{unique}",
                "configurationId": "",
                "compartmentId": "",
                "displayName": f"{name}.{kind}",
                "description": f"Default {kind} configuration for the {name} shape",
                "shapeName": name,
                "state": "ACTIVE",
                "type": "DEFAULT",
            }
    compartment = args.get("compartmentId")
    for record in cloud.list(CONFIGURATION) if "CUSTOM" in types else ():
        if record.outputs.get("compartmentId") == compartment:
            yield {**shown(record), "type": "CUSTOM"}


LOOKUPS: dict[str, Lookup] = {
    "oci:Mysql/getMysqlConfigurations:getMysqlConfigurations": offered(
        "configurations", _configurations, "displayName", "shapeName", "state"
    ),
    "oci:Mysql/getMysqlVersion:getMysqlVersion": offered("versions", _versions),
    "oci:Mysql/getShapes:getShapes": offered("shapes", _shapes, "name"),
}
