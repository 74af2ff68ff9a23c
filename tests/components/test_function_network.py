"""The network of a stack's own: what it registers, by default and with every option, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from components import FunctionNetwork, FunctionNetworkArgs
from components.errors import BadArguments
from components.function_network import Egress
from components.tenancy import OracleServices
from components.values.addresses import Load
from tests.components.arguments import COMPARTMENT, TENANCY

ALL = "all-fra-services-in-oracle-services-network"
SERVICES = OracleServices(id="ocid1.service.oc1..all", cidr=ALL)
EVERYWHERE = "0.0.0.0/0"


def arguments(**changes: Any) -> FunctionNetworkArgs:
    """Good arguments, with changes."""
    fields: dict[str, Any] = {
        "compartment_id": COMPARTMENT,
        "prefix": "apps-dev",
        "load": Load.of([(1024, 10)]),
        "services": SERVICES,
    }
    return FunctionNetworkArgs(**{**fields, **changes})


def network(world: Any, **changes: Any) -> Any:
    """What a network with these changes registers."""
    return world.run(lambda: FunctionNetwork("n", arguments(**changes)))


def rules(world: Any) -> dict[str, dict[str, Any]]:
    """The rules of the security group, by name."""
    found = world.all("oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule")
    return {each.inputs["description"]: each.inputs for each in found}


def test_by_default_it_is_private(world: Any) -> None:
    """One subnet without public addresses, one gateway to Oracle's services, and no other way out."""
    network(world)

    assert world.one("oci:Core/vcn:Vcn").inputs["cidrBlocks"] == ["10.0.0.0/16"]
    subnet = world.one("oci:Core/subnet:Subnet").inputs
    assert subnet["cidrBlock"] == "10.0.0.0/24"
    assert subnet["prohibitPublicIpOnVnic"] is True
    assert "availabilityDomain" not in subnet
    services = world.one("oci:Core/serviceGateway:ServiceGateway").inputs["services"]
    assert services == [{"serviceId": SERVICES.id}]
    (route,) = world.one("oci:Core/routeTable:RouteTable").inputs["routeRules"]
    assert (route["destination"], route["destinationType"]) == (ALL, "SERVICE_CIDR_BLOCK")
    assert EVERYWHERE not in world.graph()


def test_no_security_list_lets_anything_through(world: Any, minted: Any) -> None:
    """Also not the one that each new subnet of the VCN gets; the group alone says what goes out."""
    network(world)

    closed = world.one("oci:Core/defaultSecurityList:DefaultSecurityList")
    subnet = world.one("oci:Core/subnet:Subnet").inputs
    vcn = world.one("oci:Core/vcn:Vcn").name
    assert closed.inputs["manageDefaultResourceId"] == minted("oci:Core/securityList:SecurityList", vcn)
    assert closed.inputs["egressSecurityRules"] == closed.inputs["ingressSecurityRules"] == []
    assert subnet["securityListIds"] == [minted(closed.type, closed.name)]
    assert world.all("oci:Core/securityList:SecurityList") == []


def test_functions_send_https_to_oracles_services(world: Any) -> None:
    """Stateful, as Oracle's page asks for; nothing comes in."""
    network(world)

    (rule,) = rules(world).values()
    assert (rule["direction"], rule["destination"], rule["protocol"]) == ("EGRESS", ALL, "6")
    assert rule["destinationType"] == "SERVICE_CIDR_BLOCK"
    assert rule["tcpOptions"] == {"destinationPortRange": {"min": 443, "max": 443}}
    assert rule["stateless"] is False


def test_egress_is_one_port_of_one_protocol(world: Any) -> None:
    """To what is named; a NAT gateway leads to what lies outside."""
    partner = Egress(cidr="203.0.113.0/24")
    names = Egress(cidr="10.0.9.0/24", port=53, protocol="udp")

    network(world, nat_gateway=True, egress={"partner": partner, "names": names})

    found = rules(world)
    assert sorted(found) == ["services", "to-names", "to-partner"]
    assert found["to-partner"]["destination"] == "203.0.113.0/24"
    assert found["to-names"]["protocol"] == "17"
    assert found["to-names"]["udpOptions"] == {"destinationPortRange": {"min": 53, "max": 53}}
    assert "tcpOptions" not in found["to-names"]
    nat = world.one("oci:Core/natGateway:NatGateway")
    routes = world.one("oci:Core/routeTable:RouteTable").inputs["routeRules"]
    assert [each["destination"] for each in routes] == [ALL, EVERYWHERE]
    assert nat.urn in world.one("oci:Core/routeTable:RouteTable").depends_on


def test_the_public_subnet_lies_apart(world: Any, minted: Any) -> None:
    """At the other end, with an internet gateway, HTTPS in and out, and nothing of the functions' own."""
    made: list[FunctionNetwork] = []
    world.run(lambda: made.append(FunctionNetwork("n", arguments(public_subnet=True, cidr="10.0.0.0/23"))))

    private, public = sorted(
        world.all("oci:Core/subnet:Subnet"), key=lambda each: str(each.inputs["cidrBlock"])
    )
    assert (private.inputs["cidrBlock"], public.inputs["cidrBlock"]) == ("10.0.0.0/24", "10.0.1.0/24")
    assert public.inputs["prohibitPublicIpOnVnic"] is False
    assert private.inputs["prohibitPublicIpOnVnic"] is True
    security = world.one("oci:Core/securityList:SecurityList")
    assert public.inputs["securityListIds"] == [minted(security.type, security.name)]
    (way_in,) = security.inputs["ingressSecurityRules"]
    assert (way_in["protocol"], way_in["tcpOptions"]) == ("6", {"min": 443, "max": 443})
    assert made[0].public_subnet_id is not None


def test_without_a_public_subnet_there_is_none_to_name(world: Any) -> None:
    """None, so that whoever needs one can say so."""
    made: list[FunctionNetwork] = []
    world.run(lambda: made.append(FunctionNetwork("n", arguments())))

    assert made[0].public_subnet_id is None


def test_a_subnet_is_as_wide_as_its_functions_need(world: Any) -> None:
    """10,000 GB at one time need 718 addresses."""
    network(world, load=Load.of([(1024, 10_000)]))

    assert world.one("oci:Core/subnet:Subnet").inputs["cidrBlock"] == "10.0.0.0/22"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"compartment_id": TENANCY}, "compartment_id: is the OCID of the tenancy"),
        ({"cidr": "10.0.0.0/8"}, "cidr: 10.0.0.0/8 is not between /16 and /29"),
        ({"cidr": "10.0.0.1/24"}, "cidr: 10.0.0.1/24 is not an IPv4 CIDR block written as 10.0.0.0/24"),
        (
            {"cidr": "10.0.0.0/29", "load": Load.of([(1024, 100)])},
            "cidr: 10.0.0.0/29 is too small: functions that use 100 GB at one time need 11 addresses",
        ),
    ],
)
def test_bad_arguments_are_refused(changes: dict[str, Any], reason: str) -> None:
    """Before anything is registered, with the place in the config."""
    with pytest.raises(BadArguments) as refused:
        arguments(config_path="Pulumi.dev.yaml: network", **changes)

    assert refused.value.lines[0].startswith(f"Pulumi.dev.yaml: network.{reason}")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cidr": "everywhere"}, "egress.a.cidr: everywhere is not an IPv4 CIDR block"),
        ({"port": 0}, "egress.a.port: 0 is not between 1 and 65535"),
    ],
)
def test_bad_egress_is_refused(changes: dict[str, Any], reason: str) -> None:
    """With the name it has."""
    with pytest.raises(BadArguments, match=reason):
        arguments(egress={"a": Egress(**{"cidr": "203.0.113.0/24", **changes})})
