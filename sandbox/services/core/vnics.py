"""VNICs and what hangs on them: no resources of a program, but made with an instance, and looked up by many.

An instance's own VNIC, its private IP and the attachment of both and of the boot volume have OCIDs made of
the instance's, so that every look-up names the same ones and inputs may name them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud import identities
from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import fits, shown
from sandbox.cloud.store import Record
from sandbox.services.core import INSTANCE, PRIVATE_IP, PUBLIC_IP, SUBNET, VNIC_ATTACHMENT

_MADE = ("vnic", "privateip", "vnicattachment")


def made_with(id: str) -> Iterator[str]:
    """The OCIDs that an instance brings with it."""
    return (identities.beside(id, kind) for kind in _MADE)


def vnic(cloud: Cloud, id: str) -> dict[str, Any] | None:
    """A VNIC by its OCID; None where nothing of this region has it."""
    record = cloud.store.get(cloud.store.holder(f"ocid|{id}") or "")
    if record is None or record.type not in (INSTANCE, VNIC_ATTACHMENT) or not cloud.sees(record):
        return None
    return _vnic(cloud, record, id)


def _vnic(cloud: Cloud, record: Record, id: str) -> dict[str, Any]:
    details = _details(record)
    subnet = cloud.store.get(str(details.get("subnetId")))
    address = next(_addresses(cloud, record, id), {})
    mac = hashlib.sha256(id.encode()).hexdigest()
    return {
        **details,
        "id": id,
        "vnicId": id,
        "availabilityDomain": record.outputs.get("availabilityDomain"),
        "compartmentId": record.outputs.get("compartmentId"),
        "displayName": details.get("displayName") or record.outputs.get("displayName"),
        "isPrimary": record.type == INSTANCE,
        "macAddress": f"02:00:17:{mac[:2]}:{mac[2:4]}:{mac[4:6]}".upper(),
        "privateIpAddress": address.get("ipAddress"),
        "publicIpAddress": _public(cloud, record, address),
        "routeTableId": details.get("routeTableId") or (subnet.outputs.get("routeTableId") if subnet else ""),
        "state": "AVAILABLE",
        "timeCreated": record.outputs.get("timeCreated"),
    }


def _public(cloud: Cloud, record: Record, address: Mapping[str, Any]) -> str:
    """The address from outside: a reserved one that a program gave the private IP, or the instance's own."""
    for holder in cloud.list(PUBLIC_IP):
        if holder.outputs.get("privateIpId") and holder.outputs["privateIpId"] == address.get("id"):
            return str(holder.outputs.get("ipAddress"))
    return str(record.outputs.get("publicIp") or "")


def _vnic_id(record: Record) -> str:
    """The VNIC of an attachment, or the first one of an instance."""
    return str(record.outputs.get("vnicId") or identities.beside(record.id, "vnic"))


def _details(record: Record) -> dict[str, Any]:
    return {**(record.outputs.get("createVnicDetails") or {})}


def attachments(cloud: Cloud) -> Iterator[dict[str, Any]]:
    """Which VNIC is attached to which instance: the first ones, and those of a program."""
    for record in cloud.list(INSTANCE):
        details = _details(record)
        yield {
            "id": identities.beside(record.id, "vnicattachment"),
            "availabilityDomain": record.outputs.get("availabilityDomain"),
            "compartmentId": record.outputs.get("compartmentId"),
            "createVnicDetails": details,
            "displayName": "",
            "instanceId": record.id,
            "nicIndex": 0,
            "state": "ATTACHED",
            "subnetId": details.get("subnetId"),
            "timeCreated": record.outputs.get("timeCreated"),
            "vnicId": identities.beside(record.id, "vnic"),
        }
    for record in cloud.list(VNIC_ATTACHMENT):
        subnet = _details(record).get("subnetId")
        yield {**shown(record), "state": "ATTACHED", "subnetId": subnet}


def private_ips(cloud: Cloud, args: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The private IPs of a VNIC, or of a subnet: those that VNICs were made with, and those of a program."""
    found = [shown(record) for record in cloud.list(PRIVATE_IP)]
    for record in (*cloud.list(INSTANCE), *cloud.list(VNIC_ATTACHMENT)):
        found += _addresses(cloud, record, _vnic_id(record))
    return [each for each in found if fits(each, args, ("ipAddress", "subnetId", "vnicId", "vlanId"))]


def private_ip(cloud: Cloud, id: str) -> dict[str, Any] | None:
    """A private IP by its OCID; None where nothing of this region has it."""
    record = cloud.store.get(id) or cloud.store.get(cloud.store.holder(f"ocid|{id}") or "")
    if record is None or not cloud.sees(record):
        return None
    if record.type == PRIVATE_IP:
        return shown(record)
    if record.type in (INSTANCE, VNIC_ATTACHMENT):
        return next(_addresses(cloud, record, _vnic_id(record)))
    names = ("availabilityDomain", "compartmentId", "hostnameLabel", "ipAddress", "subnetId", "timeCreated")
    return {"id": id, "isPrimary": True, **{name: record.outputs.get(name) for name in names}}


def _addresses(cloud: Cloud, record: Record, vnic_id: str) -> Iterator[dict[str, Any]]:
    """The address a VNIC was made with."""
    details = _details(record)
    subnet = cloud.store.get(str(details.get("subnetId")))
    yield {
        "id": identities.beside(record.id, "privateip"),
        "availabilityDomain": record.outputs.get("availabilityDomain"),
        "compartmentId": record.outputs.get("compartmentId"),
        "displayName": details.get("displayName") or record.outputs.get("displayName"),
        "hostnameLabel": details.get("hostnameLabel"),
        "ipAddress": record.outputs.get("privateIp") or details.get("privateIp"),
        "ipState": "ASSIGNED",
        "isPrimary": True,
        "isReserved": False,
        "lifetime": "EPHEMERAL",
        "subnetId": subnet.id if subnet else details.get("subnetId"),
        "timeCreated": record.outputs.get("timeCreated"),
        "vnicId": vnic_id,
    }


def boot_volumes(cloud: Cloud) -> Iterator[dict[str, Any]]:
    """Which boot volume is attached to which instance."""
    for record in cloud.list(INSTANCE):
        yield {
            "id": record.id,
            "availabilityDomain": record.outputs.get("availabilityDomain"),
            "bootVolumeId": record.outputs.get("bootVolumeId"),
            "compartmentId": record.outputs.get("compartmentId"),
            "displayName": "Remote boot attachment for instance",
            "instanceId": record.id,
            "isPvEncryptionInTransitEnabled": False,
            "state": "ATTACHED",
            "timeCreated": record.outputs.get("timeCreated"),
        }


def in_group(cloud: Cloud, group: str) -> Iterator[dict[str, Any]]:
    """The VNICs of instances that belong to a network security group."""
    for record in (*cloud.list(INSTANCE), *cloud.list(VNIC_ATTACHMENT)):
        if group in (_details(record).get("nsgIds") or ()):
            made = record.outputs.get("timeCreated")
            yield {"vnicId": _vnic_id(record), "resourceId": record.id, "timeAssociated": made}


def subnet_of(cloud: Cloud, details: Mapping[str, Any]) -> Record | None:
    """The subnet of a VNIC to be made, where this sandbox has it."""
    record = cloud.store.get(str(details.get("subnetId")))
    return record if record is not None and record.type == SUBNET else None
