"""Data sources of networking and Compute that show what Oracle offers."""

from __future__ import annotations

from typing import Any

from sandbox.cloud import regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, filtered, shown
from sandbox.services.core import IMAGE

_IMAGES = (
    ("Oracle Linux", "9", "Oracle-Linux-9.6-2026.09.30-0"),
    ("Oracle Linux", "8", "Oracle-Linux-8.10-2026.09.30-0"),
    ("Canonical Ubuntu", "24.04", "Canonical-Ubuntu-24.04-2026.09.30-0"),
    ("Windows", "Server 2022 Standard", "Windows-Server-2022-Standard-Edition-VM-2026.09.10-0"),
)
_ALL = "services-in-oracle-services-network"
_SHAPES = (
    ("VM.Standard.E5.Flex", 1, 12, True),
    ("VM.Standard.A1.Flex", 1, 6, True),
    ("VM.Standard.E2.1.Micro", 1, 1, False),
)


def services(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """What a service gateway can lead to."""
    key = regions.key_of(cloud.region)
    known = [
        {
            "id": f"ocid1.service.oc1.{cloud.region}.aaaaaaaa{cloud.store.mark}{number}",
            "name": name,
            "description": name,
            "cidrBlock": f"{prefix}-{key.lower()}-{rest}",
        }
        for number, name, prefix, rest in (
            (1, f"OCI {key} Object Storage", "oci", "objectstorage"),
            (
                2,
                f"All {key} Services In Oracle Services Network",
                "all",
                _ALL,
            ),
        )
    ]
    return {**args, "id": "services", "services": filtered(known, args)}


def images(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """Some images of Oracle's, newest first, and those of the store."""
    known = [
        {
            "id": f"ocid1.image.oc1.{cloud.region}.aaaaaaaa{cloud.store.mark}{number}",
            "compartmentId": "",
            "displayName": name,
            "operatingSystem": system,
            "operatingSystemVersion": version,
            "launchMode": "NATIVE",
            "listingType": "NONE",
            "sizeInMbs": "47694",
            "state": "AVAILABLE",
            "timeCreated": "2026-09-30 00:00:00 +0000 UTC",
            "createImageAllowed": True,
        }
        for number, (system, version, name) in enumerate(_IMAGES)
    ]
    known += [shown(record) for record in cloud.list(IMAGE)]
    for name in ("displayName", "operatingSystem", "operatingSystemVersion", "state"):
        if name in args:
            known = [item for item in known if item.get(name) == args[name]]
    return {**args, "id": "images", "images": filtered(known, args)}


def shapes(_cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """Some shapes of Oracle's."""
    known = [
        {"name": name, "ocpus": ocpus, "memoryInGbs": memory, "isFlexible": is_flexible}
        for name, ocpus, memory, is_flexible in _SHAPES
    ]
    return {**args, "id": "shapes", "shapes": filtered(known, args)}


LOOKUPS: dict[str, Lookup] = {
    "oci:Core/getImages:getImages": images,
    "oci:Core/getServices:getServices": services,
    "oci:Core/getShapes:getShapes": shapes,
}
