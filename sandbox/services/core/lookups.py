"""Data sources of networking and Compute that show what Oracle offers, and what it makes with a VCN."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, filtered, shown
from sandbox.services.core import DHCP_OPTIONS, IMAGE, ROUTE_TABLE, SECURITY_LIST, VCN
from sandbox.services.core.oracle_services import services_of

_IMAGES = (
    ("Oracle Linux", "9", "Oracle-Linux-9.6-2026.09.30-0"),
    ("Oracle Linux", "8", "Oracle-Linux-8.10-2026.09.30-0"),
    ("Canonical Ubuntu", "24.04", "Canonical-Ubuntu-24.04-2026.09.30-0"),
    ("Windows", "Server 2022 Standard", "Windows-Server-2022-Standard-Edition-VM-2026.09.10-0"),
)
_SHAPES = (
    ("VM.Standard.E5.Flex", 1, 12, True),
    ("VM.Standard.A1.Flex", 1, 6, True),
    ("VM.Standard.E2.1.Micro", 1, 1, False),
)


def services(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The same as a data source."""
    return {**args, "id": "services", "services": filtered(list(services_of(cloud)), args)}


def route_tables(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """Those of the store, and the one that each VCN was made with."""
    return _with_defaults(
        cloud, args, ("routeTables", ROUTE_TABLE, "defaultRouteTableId", "Default Route Table"), routeRules=[]
    )


def security_lists(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """Likewise. The one a VCN is made with lets SSH in and everything out."""
    everywhere = "0.0.0.0/0"
    return _with_defaults(
        cloud,
        args,
        ("securityLists", SECURITY_LIST, "defaultSecurityListId", "Default Security List"),
        ingressSecurityRules=[
            {"protocol": "6", "source": everywhere, "tcpOptions": {"min": 22, "max": 22}},
            {"protocol": "1", "source": everywhere, "icmpOptions": {"type": 3, "code": 4}},
        ],
        egressSecurityRules=[{"protocol": "all", "destination": everywhere, "destinationType": "CIDR_BLOCK"}],
    )


def dhcp_options(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """Likewise. Those a VCN is made with resolve names by Oracle's own resolver."""
    resolver = {"type": "DomainNameServer", "serverType": "VcnLocalPlusInternet"}
    return _with_defaults(
        cloud,
        args,
        ("options", DHCP_OPTIONS, "defaultDhcpOptionsId", "Default DHCP Options"),
        options=[resolver],
    )


def _with_defaults(
    cloud: Cloud, args: dict[str, Any], kind: tuple[str, str, str, str], **made: Any
) -> dict[str, Any]:
    """The resources of a type, and what VCNs were made with: as it was, or as a program manages it."""
    key, type, output, name = kind
    found = [shown(record) for record in cloud.list(type)]
    for vcn in cloud.list(VCN):
        id = str(vcn.outputs[output])
        managed = cloud.store.get(id)
        default = {
            "displayName": f"{name} for {vcn.outputs.get('displayName')}",
            "state": "AVAILABLE",
            "timeCreated": vcn.outputs.get("timeCreated"),
            **made,
        }
        own = {"id": id, "vcnId": vcn.id, "compartmentId": vcn.outputs.get("compartmentId")}
        found.append({**default, **(shown(managed) if managed else {}), **own})
    for argument in ("compartmentId", "vcnId", "displayName", "state"):
        if argument in args:
            found = [item for item in found if item.get(argument) == args[argument]]
    return {**args, "id": key, key: filtered(found, args)}


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
    "oci:Core/getDhcpOptions:getDhcpOptions": dhcp_options,
    "oci:Core/getImages:getImages": images,
    "oci:Core/getRouteTables:getRouteTables": route_tables,
    "oci:Core/getSecurityLists:getSecurityLists": security_lists,
    "oci:Core/getServices:getServices": services,
    "oci:Core/getShapes:getShapes": shapes,
}
