"""VNICs of instances: every look-up on the way to an address says the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import COMPARTMENT, Client, Failed, Resource
from tests.sandbox.services.test_offers import look_up

INSTANCE = "oci:Core/instance:Instance"
PUBLIC_IP = "oci:Core/publicIp:PublicIp"
HERE = {"compartmentId": COMPARTMENT}


def subnet(oci: Client, **more: Any) -> Resource:
    """A subnet of a VCN."""
    vcn = oci.create("oci:Core/vcn:Vcn", "v", {**HERE, "cidrBlocks": ["10.0.0.0/16"], "dnsLabel": "v"})
    inputs = {**HERE, "vcnId": vcn.id, "cidrBlock": "10.0.1.0/29", "dnsLabel": "s", **more}
    return oci.create("oci:Core/subnet:Subnet", "s", inputs)


def instance(oci: Client, subnet: Resource, name: str = "web", **details: Any) -> Resource:
    """An instance in it."""
    vnic = {"subnetId": subnet.id, **details}
    place = {**HERE, "availabilityDomain": "SbOx:IAD-AD-1", "shape": "VM.Standard.E4.Flex"}
    return oci.create(INSTANCE, name, {**place, "displayName": name, "createVnicDetails": vnic})


def test_from_an_instance_to_its_addresses(oci: Client) -> None:
    """By the attachment, the VNIC and its private IP, as programs go."""
    made = instance(oci, subnet(oci), hostnameLabel="web", nsgIds=["ocid1.networksecuritygroup.oc1.iad.a"])

    (attached,) = look_up(oci, "Core/getVnicAttachments", **HERE, instanceId=made.id)["vnicAttachments"]
    vnic = look_up(oci, "Core/getVnic", vnicId=attached["vnicId"])
    (private,) = look_up(oci, "Core/getPrivateIps", vnicId=vnic["id"])["privateIps"]

    assert vnic["privateIpAddress"] == private["ipAddress"] == made.outputs["privateIp"]
    assert vnic["publicIpAddress"] == made.outputs["publicIp"]
    assert (vnic["hostnameLabel"], vnic["isPrimary"]) == ("web", True)
    assert look_up(oci, "Core/getPrivateIp", privateIpId=private["id"])["ipAddress"] == private["ipAddress"]
    group = look_up(
        oci,
        "Core/getNetworkSecurityGroupVnics",
        networkSecurityGroupId="ocid1.networksecuritygroup.oc1.iad.a",
    )
    assert [one["vnicId"] for one in group["networkSecurityGroupVnics"]] == [vnic["id"]]
    asked = {**HERE, "availabilityDomain": "SbOx:IAD-AD-1", "instanceId": made.id}
    (boot,) = look_up(oci, "Core/getBootVolumeAttachments", **asked)["bootVolumeAttachments"]
    assert boot["bootVolumeId"] == made.outputs["bootVolumeId"]


def test_a_reserved_address_is_given_to_an_instance(oci: Client) -> None:
    """By the OCID of a private IP that no program made."""
    made = instance(oci, subnet(oci, prohibitPublicIpOnVnic=True))
    (attached,) = look_up(oci, "Core/getVnicAttachments", **HERE, instanceId=made.id)["vnicAttachments"]
    (private,) = look_up(oci, "Core/getPrivateIps", vnicId=attached["vnicId"])["privateIps"]

    reserved = oci.create(PUBLIC_IP, "r", {**HERE, "lifetime": "RESERVED", "privateIpId": private["id"]})

    vnic = look_up(oci, "Core/getVnic", vnicId=attached["vnicId"])
    assert vnic["publicIpAddress"] == reserved.outputs["ipAddress"]
    assert reserved.outputs["assignedEntityId"] == private["id"]


def test_no_two_instances_have_one_address(oci: Client) -> None:
    """A subnet of eight has room for five; then it is full."""
    here = subnet(oci)
    made = [instance(oci, here, f"n{number}") for number in range(5)]

    assert {one.outputs["privateIp"] for one in made} == {f"10.0.1.{number}" for number in range(2, 7)}
    with pytest.raises(Failed, match="no address of subnet"):
        instance(oci, here, "sixth")
    oci.delete(made[0])
    assert instance(oci, here, "sixth").outputs["privateIp"] == made[0].outputs["privateIp"]


def test_a_vnic_goes_with_its_instance(oci: Client) -> None:
    """And so does what was looked up by it."""
    made = instance(oci, subnet(oci))
    (attached,) = look_up(oci, "Core/getVnicAttachments", **HERE, instanceId=made.id)["vnicAttachments"]
    oci.delete(made)

    with pytest.raises(Failed, match="not found in the sandbox"):
        look_up(oci, "Core/getVnic", vnicId=attached["vnicId"])


def test_a_further_vnic_has_an_address_of_its_own(oci: Client) -> None:
    """In the subnet it is attached to."""
    here = subnet(oci)
    made = instance(oci, here)
    further = oci.create(
        "oci:Core/vnicAttachment:VnicAttachment",
        "a",
        {"instanceId": made.id, "createVnicDetails": {"subnetId": here.id, "displayName": "second"}},
    )

    vnic = look_up(oci, "Core/getVnic", vnicId=further.outputs["vnicId"])
    assert vnic["privateIpAddress"] not in ("", made.outputs["privateIp"])
    assert (vnic["isPrimary"], vnic["displayName"]) == (False, "second")
    assert oci.refresh(further).outputs == further.outputs


def test_a_flexible_shape_that_says_nothing_has_its_usual_size(oci: Client) -> None:
    """As the API says of `shapeConfig`."""
    made = instance(oci, subnet(oci))

    assert (made.outputs["shapeConfig"]["ocpus"], made.outputs["shapeConfig"]["memoryInGbs"]) == (1, 16)
    assert not oci.changed(made, made.inputs)
