"""What Networking refuses and fills in: blocks, labels, routes, traffic, addresses, and what goes when."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services.core import (
    DEFAULT_SECURITY_LIST,
    INSTANCE,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    PRIVATE_IP,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SECURITY_LIST,
    SERVICE_GATEWAY,
    SUBNET,
    VCN,
)
from tests.sandbox.conftest import APPLICATION, COMPARTMENT, Client, Failed, Resource, application, refused

ALL = "all-iad-services-in-oracle-services-network"
HERE = {"compartmentId": COMPARTMENT}
HTTPS = {"destinationPortRange": {"min": 443, "max": 443}}


@pytest.fixture
def vcn(oci: Client) -> Resource:
    """A VCN of two blocks, with a name in DNS."""
    blocks = ["10.0.0.0/16", "192.168.0.0/24"]
    return oci.create(VCN, "v", {**HERE, "cidrBlocks": blocks, "dnsLabel": "net"})


def _subnet(oci: Client, vcn: Resource, block: str, **more: Any) -> Resource:
    inputs = {**HERE, "vcnId": vcn.id, "cidrBlock": block, **more}
    return oci.create(SUBNET, f"s{block}", inputs)


def _services(oci: Client) -> dict[str, str]:
    found = oci.invoke("oci:Core/getServices:getServices")["services"]
    return {each["cidrBlock"]: each["id"] for each in found}


class TestVcn:
    """Its blocks and its label."""

    def test_it_has_what_oracle_makes_with_it(self, vcn: Resource) -> None:
        """A domain, and its first block by the name it had before there could be several."""
        assert vcn.outputs["vcnDomainName"] == "net.oraclevcn.com"
        assert vcn.outputs["cidrBlock"] == "10.0.0.0/16"

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"cidrBlocks": ["10.0.1.0/23"]}, "CIDR IP 10.0.1.0 does not match network IP 10.0.0.0"),
            ({"cidrBlocks": ["10.0.0.0/15"]}, "its size must be between /16 and /30"),
            ({"cidrBlocks": ["10.0.0.0/31"]}, "its size must be between /16 and /30"),
            ({"cidrBlocks": ["169.254.0.0/24"]}, "169.254.0.0/16 is reserved for Oracle's use"),
            ({"cidrBlocks": ["240.0.0.0/24"]}, "224.0.0.0/3 is reserved for Oracle's use"),
            ({"cidrBlocks": ["10.0.0.0"]}, "it must be written as 10.0.0.0/32"),
            ({"cidrBlocks": ["ten"]}, "The requested CIDR ten is invalid"),
            ({"cidrBlocks": ["10.0.0.0/16", "10.0.8.0/24"]}, "10.0.0.0/16 of the same VCN overlaps"),
            ({"cidrBlocks": []}, "400-MissingParameter, cidrBlocks must be given"),
            ({"cidrBlock": "10.0.0.0/16"}, "cidrBlock and cidrBlocks cannot both be given"),
            ({"dnsLabel": "my-net"}, "dnsLabel 'my-net' must have at most 15 letters and digits"),
            ({"dnsLabel": "a234567890123456"}, "must have at most 15"),
            ({"dnsLabel": "1net"}, "begin with a letter"),
        ],
    )
    def test_what_is_refused(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """One beyond each limit."""
        refused(oci, VCN, {**HERE, "cidrBlocks": ["10.0.0.0/16"], **more}, text)

    def test_a_block_in_use_stays(self, oci: Client, vcn: Resource) -> None:
        """A VCN cannot lose the block its subnets are in, and can get another."""
        _subnet(oci, vcn, "192.168.0.0/25")

        with pytest.raises(Failed, match=r"192.168.0.0/25 is invalid: it is not within those of the VCN"):
            oci.update(vcn, {**HERE, "cidrBlocks": ["10.0.0.0/16"], "dnsLabel": "net"})
        wider = ["10.0.0.0/16", "192.168.0.0/24", "172.16.0.0/24"]
        assert (
            oci.update(vcn, {**HERE, "cidrBlocks": wider, "dnsLabel": "net"}).outputs["cidrBlocks"] == wider
        )


class TestSubnet:
    """Where it lies, and what it uses."""

    def test_it_is_addressed(self, oci: Client, vcn: Resource) -> None:
        """Its router has the second address; what is not said is what the VCN was made with."""
        made = _subnet(oci, vcn, "10.0.4.0/24", dnsLabel="fns", prohibitPublicIpOnVnic=True).outputs

        assert made["virtualRouterIp"] == "10.0.4.1"
        assert made["subnetDomainName"] == "fns.net.oraclevcn.com"
        assert made["prohibitInternetIngress"] is True
        assert made["securityListIds"] == [vcn.outputs["defaultSecurityListId"]]
        assert made["routeTableId"] == vcn.outputs["defaultRouteTableId"]

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"cidrBlock": "10.1.0.0/24"}, "10.1.0.0/24 is invalid: it is not within those of the VCN"),
            ({"cidrBlock": "10.0.4.128/25"}, r"with CIDR 10.0.4.0/24 overlaps with this CIDR"),
            ({"cidrBlock": "10.0.0.0/20"}, r"with CIDR 10.0.4.0/24 overlaps with this CIDR"),
            ({"cidrBlock": "10.0.5.1/24"}, "does not match network IP 10.0.5.0"),
            ({"dnsLabel": "one.two"}, "must have at most 15 letters and digits"),
            ({"dnsLabel": "FNS"}, "409"),
            ({"cidrBlock": None}, "400-MissingParameter, cidrBlock must be given"),
        ],
    )
    def test_what_is_refused(self, oci: Client, vcn: Resource, more: dict[str, Any], text: str) -> None:
        """Beside a subnet that is there; labels are the same in any case."""
        _subnet(oci, vcn, "10.0.4.0/24", dnsLabel="fns")
        inputs = {**HERE, "vcnId": vcn.id, "cidrBlock": "10.0.5.0/24", **more}

        refused(oci, SUBNET, {key: value for key, value in inputs.items() if value is not None}, text)

    def test_it_grows_where_it_has_room(self, oci: Client, vcn: Resource) -> None:
        """In place, but not over another one, and not away from an address in use."""
        made = _subnet(oci, vcn, "10.0.4.0/24")
        _subnet(oci, vcn, "10.0.6.0/24")
        oci.create(PRIVATE_IP, "p", {"subnetId": made.id, "ipAddress": "10.0.4.200"})
        same = {**HERE, "vcnId": vcn.id}

        grown = oci.update(made, {**same, "cidrBlock": "10.0.4.0/23"})
        with pytest.raises(Failed, match=r"10.0.6.0/24 overlaps"):
            oci.update(grown, {**same, "cidrBlock": "10.0.4.0/22"})
        with pytest.raises(Failed, match=r"has the private IP 10.0.4.200 outside of the new CIDR"):
            oci.update(grown, {**same, "cidrBlock": "10.0.4.0/25"})
        assert grown.outputs["virtualRouterIp"] == "10.0.4.1"

    def test_what_it_uses_is_of_its_vcn(self, oci: Client, vcn: Resource) -> None:
        """Also what Oracle made with another VCN."""
        other = oci.create(VCN, "o", {**HERE, "cidrBlocks": ["10.9.0.0/16"]})
        table = oci.create(ROUTE_TABLE, "t", {**HERE, "vcnId": other.id})
        inputs = {**HERE, "vcnId": vcn.id, "cidrBlock": "10.0.5.0/24"}

        refused(
            oci, SUBNET, {**inputs, "routeTableId": table.id}, f"routeTableId {table.id} is of another VCN"
        )
        foreign = [other.outputs["defaultSecurityListId"]]
        refused(
            oci,
            SUBNET,
            {**inputs, "securityListIds": foreign},
            f"securityListIds[0] {foreign[0]} is of another VCN",
        )
        refused(
            oci, SUBNET, {**inputs, "vcnId": other.id, "cidrBlock": "10.9.0.0/24", "dnsLabel": "a"}, "none"
        )

    def test_a_foreign_vcn_is_taken_as_it_is(self, oci: Client) -> None:
        """What it holds is not known here; the subnet's own block still is looked at."""
        foreign = {**HERE, "vcnId": "ocid1.vcn.oc1.iad.aaaaaaaaforeign"}

        assert oci.create(SUBNET, "f", {**foreign, "cidrBlock": "10.0.0.0/24"}).outputs["virtualRouterIp"]
        refused(oci, SUBNET, {**foreign, "cidrBlock": "10.0.0.0/8"}, "its size must be")


class TestRoutes:
    """Where a route leads."""

    @pytest.fixture
    def gateways(self, oci: Client, vcn: Resource) -> dict[str, str]:
        """One of each kind."""
        same = {**HERE, "vcnId": vcn.id}
        services = [{"serviceId": _services(oci)[ALL]}]
        return {
            "services": oci.create(SERVICE_GATEWAY, "s", {**same, "services": services}).id,
            "nat": oci.create(NAT_GATEWAY, "n", same).id,
            "internet": oci.create(INTERNET_GATEWAY, "i", same).id,
        }

    def test_each_gateway_takes_its_own(self, oci: Client, vcn: Resource, gateways: dict[str, str]) -> None:
        """Oracle's services by their label, everything else by block."""
        routes = [
            {
                "networkEntityId": gateways["services"],
                "destination": ALL,
                "destinationType": "SERVICE_CIDR_BLOCK",
            },
            {"networkEntityId": gateways["nat"], "destination": "0.0.0.0/0"},
        ]
        made = oci.create(ROUTE_TABLE, "t", {**HERE, "vcnId": vcn.id, "routeRules": routes})

        listed = oci.invoke("oci:Core/getRouteTables:getRouteTables", vcnId=vcn.id, **HERE)["routeTables"]
        assert {each["id"]: len(each["routeRules"]) for each in listed} == {
            made.id: 2,
            vcn.outputs["defaultRouteTableId"]: 0,
        }

    @pytest.mark.parametrize(
        ("route", "text"),
        [
            ({"to": "nat", "destination": "10.1.0.0"}, "destination '10.1.0.0' is not a CIDR block"),
            ({"to": "nat"}, "destination must be given"),
            ({"to": "services", "destination": "0.0.0.0/0"}, "takes what goes to Oracle's services"),
            (
                {"to": "nat", "destination": ALL, "destinationType": "SERVICE_CIDR_BLOCK"},
                "and nothing else does",
            ),
            (
                {
                    "to": "services",
                    "destination": ALL.replace("iad", "fra"),
                    "destinationType": "SERVICE_CIDR_BLOCK",
                },
                "is none of this region's services: oci-iad-objectstorage",
            ),
            ({"to": "none", "destination": "0.0.0.0/0"}, "networkEntityId is not an OCID: 'none'"),
        ],
    )
    def test_what_is_refused(
        self, oci: Client, vcn: Resource, gateways: dict[str, str], route: dict[str, str], text: str
    ) -> None:
        """What no gateway takes."""
        rule = {key: value for key, value in route.items() if key != "to"}
        rule["networkEntityId"] = gateways.get(route["to"], route["to"])

        refused(oci, ROUTE_TABLE, {**HERE, "vcnId": vcn.id, "routeRules": [rule]}, text)

    def test_two_routes_for_one_destination_are_refused(
        self, oci: Client, vcn: Resource, gateways: dict[str, str]
    ) -> None:
        """And so is a gateway of another VCN."""
        other = oci.create(VCN, "o", {**HERE, "cidrBlocks": ["10.9.0.0/16"]})
        rule = {"networkEntityId": gateways["nat"], "destination": "0.0.0.0/0"}

        twice = {**HERE, "vcnId": vcn.id, "routeRules": [rule, rule]}
        refused(oci, ROUTE_TABLE, twice, "destination 0.0.0.0/0 has a rule already")
        refused(oci, ROUTE_TABLE, {**HERE, "vcnId": other.id, "routeRules": [rule]}, "is of another VCN")

    @pytest.mark.usefixtures("gateways")
    def test_a_vcn_has_one_gateway_of_a_kind(self, oci: Client, vcn: Resource) -> None:
        """And a service gateway leads to what the region offers, one label of it."""
        same = {**HERE, "vcnId": vcn.id}
        both = [{"serviceId": each} for each in _services(oci).values()]
        other = oci.create(VCN, "o", {**HERE, "cidrBlocks": ["10.9.0.0/16"]})

        refused(oci, NAT_GATEWAY, same, "400-LimitExceeded, a VCN can have at most 1 NAT gateway")
        refused(
            oci, SERVICE_GATEWAY, {**HERE, "vcnId": other.id, "services": both}, "one label can be enabled"
        )
        unknown = [{"serviceId": "ocid1.service.oc1.iad.aaaaaaaanothere"}]
        refused(
            oci,
            SERVICE_GATEWAY,
            {**HERE, "vcnId": other.id, "services": unknown},
            "404-NotAuthorizedOrNotFound, service ocid1",
        )


RULE: dict[str, Any] = {
    "direction": "EGRESS",
    "destination": "10.0.0.0/8",
    "destinationType": "CIDR_BLOCK",
    "protocol": "6",
}


class TestTraffic:
    """Rules of security groups and lists."""

    @pytest.fixture
    def group(self, oci: Client, vcn: Resource) -> Resource:
        """A group without rules."""
        return oci.create(SECURITY_GROUP, "g", {**HERE, "vcnId": vcn.id})

    def test_a_rule_is_valid(self, oci: Client, group: Resource) -> None:
        """To a block, to a service, and to a group."""
        rules = [
            {**RULE, "tcpOptions": HTTPS},
            {**RULE, "destination": ALL, "destinationType": "SERVICE_CIDR_BLOCK", "protocol": "all"},
            {**RULE, "destination": group.id, "destinationType": "NETWORK_SECURITY_GROUP"},
        ]
        for number, rule in enumerate(rules):
            inputs = {**rule, "networkSecurityGroupId": group.id}
            assert oci.create(SECURITY_GROUP_RULE, f"r{number}", inputs).outputs["isValid"] is True

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"direction": "OUT"}, "direction must be one of EGRESS, INGRESS, not 'OUT'"),
            ({"direction": "INGRESS"}, "400-MissingParameter, securityRule.source must be given"),
            ({"destination": "10.0.0.1/8"}, "destination '10.0.0.1/8' is not a CIDR block"),
            ({"destination": "all-services"}, "destination 'all-services' is not a CIDR block"),
            ({"destinationType": "SERVICE_CIDR_BLOCK"}, "'10.0.0.0/8' is none of this region's services"),
            ({"destinationType": "NETWORK_SECURITY_GROUP"}, "must be the OCID of a network security group"),
            ({"destinationType": "WORLD"}, "destinationType must be one of CIDR_BLOCK, SERVICE_CIDR_BLOCK"),
            ({"protocol": "tcp"}, "protocol must be all or a protocol's number, not 'tcp'"),
            ({"protocol": "17", "tcpOptions": HTTPS}, "tcpOptions is given for protocol 17, not 6"),
            (
                {"tcpOptions": {"destinationPortRange": {"min": 443, "max": 80}}},
                "destinationPortRange 443 to 80 is not a range of ports",
            ),
            (
                {"tcpOptions": {"sourcePortRange": {"min": 0, "max": 80}}},
                "sourcePortRange 0 to 80 is not a range of ports",
            ),
            ({"icmpOptions": {"type": 3}}, "icmpOptions is given for protocol 6"),
        ],
    )
    def test_what_is_refused(self, oci: Client, group: Resource, more: dict[str, Any], text: str) -> None:
        """In a rule of a group."""
        refused(oci, SECURITY_GROUP_RULE, {**RULE, "networkSecurityGroupId": group.id, **more}, text)

    def test_a_list_is_held_to_the_same(self, oci: Client, vcn: Resource) -> None:
        """With the place of the rule; a list knows no groups."""
        rule = {"protocol": "6", "source": "0.0.0.0/0", "tcpOptions": {"min": 443, "max": 443}}
        same = {**HERE, "vcnId": vcn.id}

        made = oci.create(SECURITY_LIST, "l", {**same, "ingressSecurityRules": [rule]})
        assert made.outputs["ingressSecurityRules"] == [rule]
        bad = {**rule, "tcpOptions": {"min": 9, "max": 8}}
        refused(
            oci,
            SECURITY_LIST,
            {**same, "ingressSecurityRules": [rule, bad]},
            "ingressSecurityRules[1].tcpOptions.ports 9 to 8",
        )
        grouped = {"protocol": "all", "destination": vcn.id, "destinationType": "NETWORK_SECURITY_GROUP"}
        refused(oci, SECURITY_LIST, {**same, "egressSecurityRules": [grouped]}, "must be one of CIDR_BLOCK")

    def test_the_list_a_vcn_was_made_with_is_taken_over(self, oci: Client, vcn: Resource) -> None:
        """By its OCID, once; look-ups show it as it is managed, and as Oracle made it before."""
        id = vcn.outputs["defaultSecurityListId"]
        token = "oci:Core/getSecurityLists:getSecurityLists"
        (before,) = oci.invoke(token, vcnId=vcn.id, **HERE)["securityLists"]
        closed = {"manageDefaultResourceId": id, "egressSecurityRules": [], "ingressSecurityRules": []}

        made = oci.create(DEFAULT_SECURITY_LIST, "d", closed)

        (after,) = oci.invoke(token, vcnId=vcn.id, **HERE)["securityLists"]
        assert made.id == before["id"] == after["id"] == id
        assert [each["protocol"] for each in before["egressSecurityRules"]] == ["all"]
        assert after["egressSecurityRules"] == after["ingressSecurityRules"] == []
        refused(oci, DEFAULT_SECURITY_LIST, closed, f"409-Conflict, {id} is managed by another resource")


class TestAddresses:
    """Private IPs, and those of instances."""

    def test_the_next_free_one(self, oci: Client, vcn: Resource) -> None:
        """From the third address on, around those that are taken, until there is none."""
        subnet = _subnet(oci, vcn, "10.0.4.0/29")
        oci.create(PRIVATE_IP, "p", {"subnetId": subnet.id, "ipAddress": "10.0.4.3"})

        found = [
            oci.create(PRIVATE_IP, f"p{n}", {"subnetId": subnet.id}).outputs["ipAddress"] for n in range(4)
        ]

        assert found == ["10.0.4.2", "10.0.4.4", "10.0.4.5", "10.0.4.6"]
        refused(oci, PRIVATE_IP, {"subnetId": subnet.id}, "400-LimitExceeded, no address of subnet")

    @pytest.mark.parametrize(
        ("address", "text"),
        [
            ("10.0.5.4", "ipAddress 10.0.5.4 is not in the subnet's CIDR 10.0.4.0/24"),
            ("10.0.4.0", "ipAddress 10.0.4.0 is reserved"),
            ("10.0.4.1", "ipAddress 10.0.4.1 is reserved"),
            ("10.0.4.255", "ipAddress 10.0.4.255 is reserved"),
            ("10.0.4.9", "409"),
            ("ten", "ipAddress 'ten' is not an IPv4 address"),
        ],
    )
    def test_what_is_refused(self, oci: Client, vcn: Resource, address: str, text: str) -> None:
        """For a private IP and for an instance alike."""
        subnet = _subnet(oci, vcn, "10.0.4.0/24")
        oci.create(PRIVATE_IP, "p", {"subnetId": subnet.id, "ipAddress": "10.0.4.9"})

        refused(oci, PRIVATE_IP, {"subnetId": subnet.id, "ipAddress": address}, text)
        details = {"subnetId": subnet.id, "privateIp": address}
        instance = {**HERE, "availabilityDomain": "AD-1", "shape": "VM", "createVnicDetails": details}
        refused(oci, INSTANCE, instance, text.replace("ipAddress", "createVnicDetails.privateIp"))


def test_an_application_is_in_one_network(oci: Client, vcn: Resource) -> None:
    """Its security groups are of the VCN its subnets are in."""
    subnet = _subnet(oci, vcn, "10.0.4.0/24")
    other = oci.create(VCN, "o", {**HERE, "cidrBlocks": ["10.9.0.0/16"]})
    group = oci.create(SECURITY_GROUP, "g", {**HERE, "vcnId": other.id})

    inputs = application(subnetIds=[subnet.id], networkSecurityGroupIds=[group.id])
    refused(oci, APPLICATION, inputs, "must name groups of the VCN that the subnets are in")


class TestDelete:
    """Nothing goes while something needs it."""

    def test_a_vcn_with_children_stays(self, oci: Client, vcn: Resource) -> None:
        """The refusal names one, except a gateway, which OCI does not name."""
        subnet = _subnet(oci, vcn, "10.0.4.0/24")
        gateway = oci.create(INTERNET_GATEWAY, "i", {**HERE, "vcnId": vcn.id})

        with pytest.raises(Failed, match=r"409-IncorrectState, .* is associated with Gateway that is in use"):
            oci.delete(vcn)
        oci.delete(gateway)
        with pytest.raises(
            Failed, match=rf"409-Conflict, The VCN {vcn.id} references the Subnet {subnet.id}"
        ):
            oci.delete(vcn)
        oci.delete(subnet)
        oci.delete(vcn)

    def test_what_is_used_stays(self, oci: Client, vcn: Resource) -> None:
        """A gateway with routes, a table with subnets, a subnet and a group with an application."""
        same = {**HERE, "vcnId": vcn.id}
        gateway = oci.create(NAT_GATEWAY, "n", same)
        routes = [{"networkEntityId": gateway.id, "destination": "0.0.0.0/0"}]
        table = oci.create(ROUTE_TABLE, "t", {**same, "routeRules": routes})
        subnet = _subnet(oci, vcn, "10.0.4.0/24", routeTableId=table.id)
        group = oci.create(SECURITY_GROUP, "g", same)
        app = oci.create(
            APPLICATION, "a", application(subnetIds=[subnet.id], networkSecurityGroupIds=[group.id])
        )

        for used, user in (
            (gateway, "RouteTable"),
            (table, "Subnet"),
            (subnet, "Application"),
            (group, "Application"),
        ):
            with pytest.raises(Failed, match=f"409-Conflict, .* references the {user} "):
                oci.delete(used)
        for each in (app, group, subnet, table, gateway, vcn):
            oci.delete(each)

    def test_a_group_takes_its_rules_along(self, oci: Client, vcn: Resource) -> None:
        """As the service does; whoever deletes one of them later finds nothing to do."""
        group = oci.create(SECURITY_GROUP, "g", {**HERE, "vcnId": vcn.id})
        rule = oci.create(SECURITY_GROUP_RULE, "r", {**RULE, "networkSecurityGroupId": group.id})

        oci.delete(group)
        oci.delete(rule)
