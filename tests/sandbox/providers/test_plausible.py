"""Values of outputs that neither a program nor a service's rules give: plausible, and consistent."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import pytest

from tests.sandbox.conftest import COMPARTMENT, TENANCY, Client

SUBNET = "oci:Core/subnet:Subnet"
VCN = "oci:Core/vcn:Vcn"


@pytest.fixture
def subnet(oci: Client) -> str:
    """10.7.3.0/28 in a network of its own."""
    vcn = oci.create(VCN, "v", {"compartmentId": COMPARTMENT, "cidrBlocks": ["10.7.0.0/16"]})
    inputs = {"compartmentId": COMPARTMENT, "vcnId": vcn.id, "cidrBlock": "10.7.3.0/28"}
    made = oci.create(SUBNET, "s", inputs)

    assert made.outputs["virtualRouterIp"] == "10.7.3.1"
    return made.id


BALANCER = {
    "compartmentId": COMPARTMENT,
    "displayName": "l",
    "shape": "flexible",
    "shapeDetails": {"minimumBandwidthInMbps": 10, "maximumBandwidthInMbps": 10},
}


def inside(address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network("10.7.3.0/28")


def test_private_addresses_lie_in_the_subnet(oci: Client, subnet: str) -> None:
    """Of instances, private load balancers and private gateways; none is OCI's own."""
    instance = {
        "availabilityDomain": "a",
        "compartmentId": COMPARTMENT,
        "shape": "VM.Standard.E5.Flex",
        "createVnicDetails": {"subnetId": subnet, "assignPublicIp": "false"},
    }
    made = oci.create("oci:Core/instance:Instance", "i", instance).outputs
    balancer = {**BALANCER, "isPrivate": True, "subnetIds": [subnet]}
    balancing = oci.create("oci:LoadBalancer/loadBalancer:LoadBalancer", "l", balancer).outputs
    gateway = {"compartmentId": COMPARTMENT, "endpointType": "PRIVATE", "subnetId": subnet}
    at_gateway = oci.create("oci:ApiGateway/gateway:Gateway", "g", gateway).outputs
    addresses = [
        made["privateIp"],
        balancing["ipAddresses"][0],
        balancing["ipAddressDetails"][0]["ipAddress"],
        at_gateway["ipAddresses"][0]["ipAddress"],
    ]

    assert all(inside(address) for address in addresses)
    assert not {"10.7.3.0", "10.7.3.1", "10.7.3.15"} & set(addresses)
    assert balancing["ipAddressDetails"][0]["isPublic"] is False
    assert made["publicIp"] == ""
    assert made["state"] == "RUNNING"


def test_a_public_one_has_an_address_outside(oci: Client, subnet: str) -> None:
    """From the range that is nobody's."""
    balancer = {**BALANCER, "subnetIds": [subnet]}
    made = oci.create("oci:LoadBalancer/loadBalancer:LoadBalancer", "l", balancer).outputs

    assert made["ipAddressDetails"][0] == {"ipAddress": made["ipAddresses"][0], "isPublic": True}
    assert made["ipAddresses"][0].startswith("203.0.113.")


def test_a_composed_id_and_the_outputs_say_the_same(oci: Client) -> None:
    """A key's fingerprint, a key version's OCID, a backend's name."""
    user = "ocid1.user.oc1..aaaaaaaauser"
    key = oci.create("oci:Identity/apiKey:ApiKey", "k", {"userId": user, "keyValue": "AAAA"})
    version = oci.create(
        "oci:Kms/keyVersion:KeyVersion",
        "v",
        {"keyId": "ocid1.key.oc1.iad.aaaa", "managementEndpoint": "https://m.example.com"},
    )
    backend = oci.create(
        "oci:LoadBalancer/backend:Backend",
        "b",
        {
            "backendsetName": "set",
            "ipAddress": "10.0.0.9",
            "loadBalancerId": "ocid1.loadbalancer.oc1.iad.aaaa",
            "port": 80,
        },
    )

    assert key.id.split("/")[1:] == [user, key.outputs["fingerprint"]]
    assert version.id == f"keys/ocid1.key.oc1.iad.aaaa/keyVersions/{version.outputs['keyVersionId']}"
    assert version.outputs["keyVersionId"].startswith("ocid1.keyversion.")
    assert backend.id.endswith("/backends/10.0.0.9:80")
    assert backend.outputs["name"] == "10.0.0.9:80"


def test_what_a_parent_says_holds_for_what_is_made_of_it(oci: Client) -> None:
    """A backup lies where its volume does, and knows its compartment."""
    volume = oci.create(
        "oci:Core/volume:Volume", "v", {"compartmentId": COMPARTMENT, "availabilityDomain": "SbOx:IAD-AD-2"}
    )
    attached = oci.create(
        "oci:Core/volumeAttachment:VolumeAttachment",
        "a",
        {"attachmentType": "iscsi", "instanceId": "ocid1.instance.oc1.iad.aaaa", "volumeId": volume.id},
    )

    assert attached.outputs["availabilityDomain"] == "SbOx:IAD-AD-2"
    assert attached.outputs["compartmentId"] == COMPARTMENT
    assert volume.outputs["sizeInGbs"] == "50"


def test_objects_of_an_identity_domain_know_their_domain(oci: Client) -> None:
    """By its endpoint; each has an OCID beside its id."""
    domain = oci.create(
        "oci:Identity/domain:Domain",
        "d",
        {
            "compartmentId": COMPARTMENT,
            "description": "d",
            "displayName": "d",
            "homeRegion": "us-ashburn-1",
            "licenseType": "free",
        },
    )
    assert re.fullmatch(r"https://idcs-[0-9a-f]{32}\.identity\.oraclecloud\.com:443", domain.outputs["url"])
    inputs = {"idcsEndpoint": domain.outputs["url"], "schemas": ["s"], "displayName": "g"}
    group = oci.create("oci:Identity/domainsGroup:DomainsGroup", "g", inputs)

    assert re.fullmatch(r"[0-9a-f]{32}", group.id)
    assert group.outputs["ocid"].startswith("ocid1.group.oc1..")
    assert group.outputs["domainOcid"] == domain.id
    assert group.outputs["compartmentOcid"] == COMPARTMENT
    assert group.outputs["tenancyOcid"].startswith("ocid1.tenancy.")
    assert group.outputs["metas"][0]["resourceType"] == "Group"


@pytest.mark.parametrize(
    ("type", "inputs", "name", "expected"),
    [
        ("oci:Queue/queue:Queue", {"compartmentId": COMPARTMENT, "displayName": "q"}, "lifecycleDetails", ""),
        (
            "oci:Functions/function:Function",
            {
                "applicationId": "ocid1.fnapp.oc1.iad.aaaa",
                "displayName": "f",
                "memoryInMbs": "128",
                "image": "iad.ocir.io/tenancyns/f:1",
            },
            "successDestination",
            {"kind": "NONE"},
        ),
        (
            "oci:ObjectStorage/bucket:Bucket",
            {"compartmentId": COMPARTMENT, "namespace": "ns", "name": "b"},
            "approximateSize",
            "0",
        ),
        (
            "oci:Identity/user:User",
            {"compartmentId": TENANCY, "name": "u", "description": "d"},
            "inactiveState",
            "0",
        ),
    ],
)
def test_what_is_nothing_has_its_kind(
    oci: Client, type: str, inputs: dict[str, Any], name: str, expected: Any
) -> None:
    """And an object says so where it can."""
    assert oci.create(type, "x", inputs).outputs[name] == expected


def test_what_was_taken_away_is_empty_after_an_update(oci: Client) -> None:
    """And no change, neither to the program nor to a refresh."""
    bucket = {"compartmentId": COMPARTMENT, "namespace": "ns", "name": "b"}
    made = oci.create("oci:ObjectStorage/bucket:Bucket", "b", {**bucket, "metadata": {"a": "1"}})
    after = oci.update(made, bucket)

    assert after.outputs["metadata"] == {}
    assert oci.changed(after, bucket) == {}
    assert oci.refresh(after) == after
