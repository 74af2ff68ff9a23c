"""How the Pulumi provider treats the types of Networking and Compute."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge

BRIDGES = {
    "oci:Core/networkSecurityGroup:NetworkSecurityGroup": Bridge(force_new={"vcnId"}),
    "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule": Bridge(
        force_new={"networkSecurityGroupId"},
        defaults={"icmpOptions.code": -1},
        dropped={"icmpOptions.code", "tcpOptions.destinationPortRange", "tcpOptions.sourcePortRange"},
    ),
    "oci:Core/subnet:Subnet": Bridge(
        force_new={
            "availabilityDomain",
            "dnsLabel",
            "prohibitInternetIngress",
            "prohibitPublicIpOnVnic",
            "vcnId",
        },
        unordered={"securityListIds"},
        compared={"availabilityDomain": "case", "dnsLabel": "case"},
    ),
    "oci:Core/vcn:Vcn": Bridge(force_new={"cidrBlock", "dnsLabel"}, compared={"dnsLabel": "case"}),
}
