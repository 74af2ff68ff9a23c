"""Data sources of Limits: a tenancy here has enough of everything, and nothing of it is used up.

What a tenancy may really have nobody can know; a program that looks for room finds it.
"""

# ruff: noqa: ARG001 every lookup has the same parameters, used or not
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.cloud import regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, fits, offered

_ENOUGH = "100"
_SERVICES = {
    "block-storage": "Block Volume",
    "compute": "Compute",
    "container-engine": "Container Engine",
    "database": "Database",
    "faas": "Functions",
    "generative-ai": "Generative AI",
    "load-balancer": "LbaaS",
    "object-storage": "Object Storage",
    "vcn": "Virtual Cloud Network",
}
# Of each service the limits that programs ask for, with what each is counted in.
_LIMITS = {
    "block-storage": {"total-storage-gb": "AD", "volume-count": "AD"},
    "compute": {
        "standard-a1-core-count": "AD",
        "standard-a1-memory-count": "AD",
        "standard-e2-micro-core-count": "AD",
        "standard-e4-core-count": "AD",
        "standard-e5-core-count": "AD",
    },
    "container-engine": {"cluster-count": "REGION", "node-count": "REGION"},
    "database": {"adb-free-count": "REGION", "atp-ecpu-count": "REGION"},
    "faas": {"application-count": "REGION"},
    "load-balancer": {"lb-flexible-count": "REGION"},
    "vcn": {"vcn-count": "REGION"},
}


def _services(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return ({"name": name, "description": text} for name, text in _SERVICES.items())


def _known(args: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Service, limit and scope; a limit that is asked for by its name is there."""
    wanted = str(args.get("serviceName") or "")
    for service, limits in _LIMITS.items():
        if wanted in ("", service):
            for name, scope in limits.items():
                yield service, name, scope
    asked = str(args.get("name") or "")
    if asked and asked not in _LIMITS.get(wanted, {}):
        yield wanted, asked, str(args.get("scopeType") or "REGION")


def _definitions(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for service, name, scope in _known(args):
        found = {"serviceName": service, "name": name, "scopeType": scope, "description": name}
        yield {**found, "areQuotasSupported": True, "isResourceAvailabilitySupported": True}


def _values(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    key = regions.key_of(cloud.region)
    for _, name, scope in _known(args):
        places = [f"SbOx:{key}-AD-{number}" for number in (1, 2, 3)] if scope == "AD" else [""]
        for place in places:
            found = {"name": name, "scopeType": scope, "availabilityDomain": place, "value": _ENOUGH}
            if fits(found, args, ("name", "scopeType", "availabilityDomain")):
                yield found


def _availability(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    room = {"available": _ENOUGH, "used": "0", "effectiveQuotaValue": int(_ENOUGH)}
    return {**args, "id": args.get("limitName"), **room, "fractionalAvailability": int(_ENOUGH)}


LOOKUPS: dict[str, Lookup] = {
    "oci:Limits/getLimitDefinitions:getLimitDefinitions": offered("limitDefinitions", _definitions, "name"),
    "oci:Limits/getLimitValues:getLimitValues": offered("limitValues", _values),
    "oci:Limits/getResourceAvailability:getResourceAvailability": _availability,
    "oci:Limits/getServices:getServices": offered("services", _services),
}
