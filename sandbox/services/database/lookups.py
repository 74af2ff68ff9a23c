"""Data sources of Database: versions, shapes and character sets.

Sources: Oracle's pages "Autonomous Database Versions" and "Shapes for a DB System". Versions are plausible
and no promise.
"""

# ruff: noqa: ARG001, ARG005 every lookup has the same parameters, used or not
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.cloud import addresses, identities
from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, offered, shown
from sandbox.cloud.store import Record
from sandbox.services.database import DB_SYSTEM

_DATABASE, _DB_HOME = "oci:Database/database:Database", "oci:Database/dbHome:DbHome"
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


def _systems(cloud: Cloud, args: dict[str, Any]) -> Iterator[Record]:
    """The DB systems that are asked for; all those of the store where none is named."""
    wanted = args.get("dbSystemId") or args.get("systemId")
    return (each for each in cloud.list(DB_SYSTEM) if wanted in (None, each.id))


def _homes(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The home that each DB system was made with, and those of a program."""
    for system in _systems(cloud, args):
        home = system.outputs.get("dbHome") or {}
        yield {
            **home,
            "id": identities.beside(system.id, "dbhome"),
            "dbHomeId": identities.beside(system.id, "dbhome"),
            "compartmentId": system.outputs.get("compartmentId"),
            "databases": home.get("database") or {},
            "dbSystemId": system.id,
            "timeCreated": system.outputs.get("timeCreated"),
        }
    for record in cloud.list(_DB_HOME):
        yield shown(record)


def _made_databases(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Likewise of databases, without passwords."""
    for system in _systems(cloud, args):
        database = (system.outputs.get("dbHome") or {}).get("database") or {}
        yield {
            **{name: value for name, value in database.items() if "assword" not in name},
            "id": identities.beside(system.id, "database"),
            "compartmentId": system.outputs.get("compartmentId"),
            "dbHomeId": identities.beside(system.id, "dbhome"),
            "dbSystemId": system.id,
            "systemId": system.id,
            "timeCreated": system.outputs.get("timeCreated"),
        }
    for record in cloud.list(_DATABASE):
        yield shown(record)


def _nodes(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The machines of each DB system."""
    for system in _systems(cloud, args):
        for number in range(int(system.outputs.get("nodeCount") or 1)):
            id = identities.beside(system.id, "dbnode", number)
            yield {
                "id": id,
                "dbNodeId": id,
                "compartmentId": system.outputs.get("compartmentId"),
                "dbSystemId": system.id,
                "faultDomain": addresses.FAULT_DOMAINS[number % 3],
                "hostname": f"{system.outputs.get('hostname')}{number + 1 if number else ''}",
                "state": "AVAILABLE",
                "timeCreated": system.outputs.get("timeCreated"),
                "vnicId": identities.beside(system.id, "vnic", number),
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
    "oci:Database/getDatabases:getDatabases": offered(
        "databases", _made_databases, "compartmentId", "dbHomeId", "dbName", "state"
    ),
    "oci:Database/getDbHomes:getDbHomes": offered(
        "dbHomes", _homes, "compartmentId", "dbSystemId", "dbVersion", "displayName", "state"
    ),
    "oci:Database/getDbNodes:getDbNodes": offered("dbNodes", _nodes, "compartmentId", "state"),
    "oci:Database/getDbSystemShapes:getDbSystemShapes": offered("dbSystemShapes", _shapes),
    "oci:Database/getDbVersions:getDbVersions": offered("dbVersions", _databases),
    "oci:Database/getGiVersions:getGiVersions": offered("giVersions", _infrastructures),
}
