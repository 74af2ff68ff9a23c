"""Data sources of networking and Compute that show what Oracle offers, and what it makes with a VCN."""

# ruff: noqa: ARG005 every lookup has the same parameters, used or not
from __future__ import annotations

import hashlib
from typing import Any

from sandbox.cloud import identities, regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotFound
from sandbox.cloud.existence import exists
from sandbox.cloud.listing import Lookup, filtered, fits, offered, shown
from sandbox.services.core import (
    BACKUP_POLICY,
    DHCP_OPTIONS,
    IMAGE,
    INSTANCE,
    ROUTE_TABLE,
    SECURITY_LIST,
    VCN,
    offers,
    vnics,
)
from sandbox.services.core.oracle_services import services_of


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
    """Those of the store, and Oracle's that fit the shape; newest first, unless asked otherwise."""
    known = [*map(shown, reversed(cloud.list(IMAGE))), *offers.images(cloud, str(args.get("shape") or ""))]
    names = ("displayName", "operatingSystem", "operatingSystemVersion", "state")
    known = [each for each in known if fits(each, args, names)]
    if args.get("sortBy") == "DISPLAYNAME":
        known.sort(key=lambda each: str(each["displayName"]), reverse=args.get("sortOrder") == "DESC")
    elif args.get("sortOrder") == "ASC":
        known.reverse()
    return {**args, "id": "images", "images": filtered(known, args)}


def image(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """One of the store, one of Oracle's, or a foreign one, of which nothing is known."""
    id = str(args.get("imageId"))
    record = cloud.store.get(id)
    if record is not None and record.type == IMAGE and cloud.sees(record):
        return {**args, **shown(record)}
    ocid = identities.read(id)
    if ocid is None or not exists(cloud, id, ocid):
        raise NotFound(f"image {id} not found")
    known = next((each for each in offers.images(cloud) if each["id"] == id), {"state": "AVAILABLE"})
    return {**args, **known, "id": id}


def vnic(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The VNIC of an instance, with its addresses."""
    id = str(args.get("vnicId"))
    found = vnics.vnic(cloud, id)
    if found is None:
        raise NotFound(f"VNIC {id} not found in the sandbox")
    return {**args, **found}


def private_ip(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """A private IP of a program, or one that a VNIC or a mount target was made with."""
    id = str(args.get("privateIpId"))
    found = vnics.private_ip(cloud, id)
    if found is None:
        raise NotFound(f"private IP {id} not found in the sandbox")
    return {**args, **found}


def instance_credentials(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The first password of a Windows instance: the same one each time."""
    id = str(args.get("instanceId"))
    cloud.existing(id, INSTANCE, "instance")
    password = hashlib.sha256(f"{id} password".encode()).hexdigest()[:16]
    return {**args, "id": id, "username": "opc", "password": password}


_shapes = offered("shapes", lambda cloud, args: offers.shapes(str(args.get("imageId") or "")), "shape")

LOOKUPS: dict[str, Lookup] = {
    "oci:Core/getDhcpOptions:getDhcpOptions": dhcp_options,
    "oci:Core/getBootVolumeAttachments:getBootVolumeAttachments": offered(
        "bootVolumeAttachments",
        lambda cloud, args: vnics.boot_volumes(cloud),
        *("availabilityDomain", "bootVolumeId", "compartmentId", "instanceId"),
    ),
    "oci:Core/getCpeDeviceShapes:getCpeDeviceShapes": offered(
        "cpeDeviceShapes", lambda cloud, args: offers.cpe_devices()
    ),
    "oci:Core/getFastConnectProviderServices:getFastConnectProviderServices": offered(
        "fastConnectProviderServices", lambda cloud, args: offers.fast_connect_services(cloud)
    ),
    "oci:Core/getImage:getImage": image,
    "oci:Core/getImageShapes:getImageShapes": offered(
        "imageShapeCompatibilities", lambda cloud, args: offers.image_shapes(str(args.get("imageId")))
    ),
    "oci:Core/getImages:getImages": images,
    "oci:Core/getInstanceCredentials:getInstanceCredentials": instance_credentials,
    "oci:Core/getNetworkSecurityGroupVnics:getNetworkSecurityGroupVnics": offered(
        "networkSecurityGroupVnics",
        lambda cloud, args: vnics.in_group(cloud, str(args.get("networkSecurityGroupId"))),
    ),
    "oci:Core/getPeerRegionForRemotePeerings:getPeerRegionForRemotePeerings": offered(
        "peerRegionForRemotePeerings", lambda cloud, args: ({"name": name} for name in regions.KEYS)
    ),
    "oci:Core/getPrivateIp:getPrivateIp": private_ip,
    "oci:Core/getPrivateIps:getPrivateIps": offered("privateIps", vnics.private_ips),
    "oci:Core/getRouteTables:getRouteTables": route_tables,
    "oci:Core/getSecurityLists:getSecurityLists": security_lists,
    "oci:Core/getServices:getServices": services,
    "oci:Core/getShape:getShape": _shapes,
    "oci:Core/getShapes:getShapes": _shapes,
    "oci:Core/getVirtualCircuitBandwidthShapes:getVirtualCircuitBandwidthShapes": offered(
        "virtualCircuitBandwidthShapes", lambda cloud, args: offers.bandwidths()
    ),
    "oci:Core/getVnic:getVnic": vnic,
    "oci:Core/getVolumeBackupPolicies:getVolumeBackupPolicies": offered(
        "volumeBackupPolicies",
        lambda cloud, args: (
            [shown(each) for each in cloud.list(BACKUP_POLICY)]
            if args.get("compartmentId")
            else offers.backup_policies()
        ),
        "compartmentId",
    ),
    "oci:Core/getVnicAttachments:getVnicAttachments": offered(
        "vnicAttachments",
        lambda cloud, args: vnics.attachments(cloud),
        *("availabilityDomain", "compartmentId", "instanceId", "vnicId"),
    ),
}
