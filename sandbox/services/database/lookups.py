"""Data sources of Database: versions, shapes and character sets.

Sources: Oracle's pages "Autonomous Database Versions" and "Shapes for a DB System". Versions are plausible
and no promise.
"""

# ruff: noqa: ARG001, ARG005 every lookup has the same parameters, used or not
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, offered

_WORKLOADS = ("OLTP", "DW", "AJD", "APEX", "LH")
_AUTONOMOUS = ("19c", "23ai")
_DATABASES = ("19.0.0.0", "19.28.0.0", "21.0.0.0", "23.0.0.0", "23.9.0.25.07")
_INFRASTRUCTURES = ("19.0.0.0", "23.0.0.0")
_SETS = ("AL32UTF8", "WE8ISO8859P15", "WE8MSWIN1252", "JA16SJIS", "ZHS16GBK")
# Name, least and most cores, memory of a core.
_SHAPES = (
    ("VM.Standard.E4.Flex", 1, 64, 16),
    ("VM.Standard.E5.Flex", 1, 64, 16),
    ("VM.Standard.A1.Flex", 1, 57, 8),
    ("VM.Standard.x86", 2, 64, 8),
    ("VM.Standard2.1", 1, 1, 15),
    ("VM.Standard2.2", 2, 2, 15),
)


def _autonomous(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for workload in _WORKLOADS:
        for version in _AUTONOMOUS:
            yield {
                "dbWorkload": workload,
                "version": version,
                "isDedicated": False,
                "isDefaultForFree": version == _AUTONOMOUS[-1],
                "isDefaultForPaid": version == _AUTONOMOUS[-1],
                "isFreeTierEnabled": True,
                "isPaidEnabled": True,
            }


def _databases(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for version in _DATABASES:
        yield {
            "version": version,
            "isLatestForMajorVersion": not version.endswith(".0.0.0"),
            "isPreviewDbVersion": False,
            "isUpgradeSupported": True,
            "supportsPdb": True,
        }


def _shapes(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, least, most, memory in _SHAPES:
        yield {
            "name": name,
            "shape": name,
            "shapeFamily": "VIRTUALMACHINE",
            "shapeType": "AMD" if ".E" in name else "INTEL",
            "availableCoreCount": most,
            "availableCoreCountPerNode": most,
            "minimumCoreCount": least,
            "minCoreCountPerNode": least,
            "coreCountIncrement": 1,
            "availableMemoryInGbs": most * memory,
            "availableMemoryPerNodeInGbs": most * memory,
            "minimumNodeCount": 1,
            "maximumNodeCount": 2,
        }


def _infrastructures(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return ({"version": version} for version in _INFRASTRUCTURES)


def _sets(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """National sets are two; for the database itself some of many."""
    national = args.get("characterSetType") == "NATIONAL"
    return ({"name": name} for name in (("AL16UTF16", "UTF8") if national else _SETS))


LOOKUPS: dict[str, Lookup] = {
    "oci:Database/getAutonomousCharacterSets:getAutonomousCharacterSets": offered(
        "autonomousDatabaseCharacterSets", _sets
    ),
    "oci:Database/getAutonomousDbPreviewVersions:getAutonomousDbPreviewVersions": offered(
        "autonomousDbPreviewVersions", lambda cloud, args: ()
    ),
    "oci:Database/getAutonomousDbVersions:getAutonomousDbVersions": offered(
        "autonomousDbVersions", _autonomous, "dbWorkload"
    ),
    "oci:Database/getDbSystemShapes:getDbSystemShapes": offered("dbSystemShapes", _shapes),
    "oci:Database/getDbVersions:getDbVersions": offered("dbVersions", _databases),
    "oci:Database/getGiVersions:getGiVersions": offered("giVersions", _infrastructures),
}
