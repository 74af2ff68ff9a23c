"""What look-ups show of given subnets: refused where no function could start, warned of where it may fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components.config.given_subnets import Route, Seen, Sending, refusals, warnings
from components.values.addresses import Load

ALL = "all-fra-services-in-oracle-services-network"
OBJECTS = "oci-fra-objectstorage"
GROUP = "ocid1.networksecuritygroup.oc1.eu-frankfurt-1.aaaaaaaagroup"
WORLD = "0.0.0.0/0"
HTTPS = [{"min": 443, "max": 443}]


def seen(**changes: Any) -> Seen:
    """A private subnet in which functions start."""
    fields: dict[str, Any] = {
        "cidr": "10.0.0.0/24",
        "is_public": False,
        "routes": [Route(ALL, "servicegateway")],
        "sendings": [Sending("6", ALL, (443, 443))],
        "own_resolver": False,
        "taken": 0,
    }
    return Seen(**{**fields, **changes})


@pytest.mark.parametrize(
    ("route", "is_public", "leads"),
    [
        (Route(ALL, "servicegateway"), False, True),
        (Route(OBJECTS, "servicegateway"), False, False),
        (Route(WORLD, "natgateway"), False, True),
        (Route("10.0.0.0/8", "natgateway"), False, False),
        (Route(WORLD, "internetgateway"), True, True),
        (Route(WORLD, "internetgateway"), False, False),
        (Route(WORLD, "drg"), False, True),
        (Route("192.168.0.0/16", "drg"), False, False),
        (Route("100.64.0.0/10", "localpeeringgateway"), False, False),
        (Route(WORLD, "privateip"), False, True),
        (Route("134.70.0.0/16", "drg"), False, True),
    ],
)
def test_a_route_leads_to_the_registry(route: Route, is_public: bool, leads: bool) -> None:
    """Through a service gateway to all services, a NAT gateway, an internet gateway from a public subnet, or
    something of one's own that nobody can look behind."""
    said = list(refusals(seen(routes=[Route("10.1.0.0/16", "drg"), route], is_public=is_public)))

    assert [line.partition(",")[0] for line in said] == (
        []
        if leads
        else [
            f"no rule of its route table leads from a {'public' if is_public else 'private'} subnet to the "
            "registry"
        ]
    )


@pytest.mark.parametrize(
    ("rule", "lets"),
    [
        (Sending("6", ALL, (443, 443)), True),
        (Sending("all", WORLD), True),
        (Sending("6", WORLD, (1, 65_535)), True),
        (Sending("6", "134.70.0.0/16"), True),
        (Sending("6", ALL, (80, 442)), False),
        (Sending("17", ALL), False),
        (Sending("all", "10.0.0.0/16"), False),
        (Sending("6", OBJECTS, (443, 443)), False),
        (Sending("6", GROUP), False),
    ],
)
def test_a_rule_lets_https_out(rule: Sending, lets: bool) -> None:
    """To all services or to addresses of the internet, by TCP, port 443 included."""
    said = list(refusals(seen(sendings=[Sending("1", WORLD), rule])))

    assert bool(said) is not lets


def test_what_could_not_be_looked_up_is_not_refused() -> None:
    """Only what is certain is."""
    unseen = seen(routes=None, sendings=None, own_resolver=None, taken=None)

    assert list(refusals(unseen)) == []
    assert list(warnings([unseen, None], Load.of([(3072, 100_000)]))) == []


def test_too_few_addresses_are_warned_of() -> None:
    """All subnets together count; a method that rather says too much is no reason to refuse."""
    load = Load.of([(1024, 4_000)])  # 4000 GB: 286 addresses

    (line,) = warnings([seen(taken=13), seen(cidr="10.0.1.0/27", taken=0)], load)
    enough = list(warnings([seen(), seen()], load))

    assert line == (
        "subnet_ids: 269 addresses are free, and functions with this memory and provisioned concurrency need "
        "up to 286 at one time (one for each 14 GB)"
    )
    assert enough == []


def test_a_resolver_of_ones_own_is_warned_of() -> None:
    """It may not know Oracle's names."""
    (line,) = warnings([seen(), seen(own_resolver=True)], Load.of([]))

    assert line.startswith("subnet_ids[1]: names are resolved by servers of your own")


SUBNET: dict[str, Any] = {
    "cidrBlock": "10.0.0.0/24",
    "compartmentId": "ocid1.compartment.oc1..c",
    "vcnId": "ocid1.vcn.oc1.eu-frankfurt-1.v",
    "routeTableId": "t",
    "securityListIds": ["l"],
    "dhcpOptionsId": "d",
    "prohibitPublicIpOnVnic": True,
}
GATEWAY = "ocid1.servicegateway.oc1.eu-frankfurt-1.g"
ROUTED = {"id": "t", "routeRules": [{"destination": ALL, "networkEntityId": GATEWAY}]}
OPEN = {
    "id": "l",
    "egressSecurityRules": [{"protocol": "6", "destination": ALL, "tcpOptions": HTTPS}],
}
LOOKED_UP: dict[str, Any] = {
    "oci:Core/getSubnet:getSubnet": SUBNET,
    "oci:Core/getRouteTables:getRouteTables": {"routeTables": [{"id": "other"}, ROUTED]},
    "oci:Core/getSecurityLists:getSecurityLists": {"securityLists": [OPEN]},
    "oci:Core/getDhcpOptions:getDhcpOptions": {
        "options": [{"id": "d", "options": [{"serverType": "VcnLocalPlusInternet"}]}]
    },
    "oci:Core/getPrivateIps:getPrivateIps": {"privateIps": []},
}
CLOSED = {"oci:Core/getSecurityLists:getSecurityLists": {"securityLists": [{"id": "l"}]}}
RULES = "oci:Core/getNetworkSecurityGroupSecurityRules:getNetworkSecurityGroupSecurityRules"


@pytest.fixture
def say(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Previews the dev stack with these answers: what is said, or the lines it is refused with."""

    def run(answers: dict[str, Any], **changes: str) -> list[str]:
        said: list[str] = []
        monkeypatch.setattr(pulumi.log, "warn", said.append)
        monkeypatch.setattr(pulumi.log, "info", said.append)
        try:
            deployed("dev", answers={**LOOKED_UP, **answers}, **changes)
        except pulumi.RunError as refused:
            return str(refused).splitlines()
        return said

    return run


def test_a_subnet_that_serves_is_not_spoken_of(say: Any) -> None:
    """Route, list, resolver and addresses, all looked up."""
    assert say({}) == []


def test_a_subnet_without_a_route_is_refused_with_its_place(say: Any) -> None:
    """Before anything moves."""
    (line,) = say({"oci:Core/getRouteTables:getRouteTables": {"routeTables": [{"id": "t"}]}})

    assert line.startswith("Pulumi.dev.yaml: subnet_ids[0]: no rule of its route table leads from a private")


def test_the_groups_of_the_application_count_too(say: Any) -> None:
    """A closed list is made good by a group, and by nothing else."""
    grouped = json.dumps({"network_security_group_ids": [GROUP]})
    rule = {"protocol": "6", "destination": ALL, "tcpOptions": [{"destinationPortRanges": HTTPS}]}

    (line,) = say(CLOSED)
    (still,) = say(CLOSED, application=grouped)
    opened = say({**CLOSED, RULES: {"securityRules": [rule]}}, application=grouped)

    assert line.startswith("Pulumi.dev.yaml: subnet_ids[0]: no security list of it and no group")
    assert still == line
    assert opened == []


def test_a_subnet_nobody_can_see_is_said_once(say: Any) -> None:
    """A sample, one without the right to read it, and one whose table lies elsewhere: nothing is refused."""
    missing = "subnet_ids: not looked up, so not checked: "

    assert say({"oci:Core/getSubnet:getSubnet": {}}) == [f"{missing}[0]"]
    assert say({"oci:Core/getSubnet:getSubnet": "404-NotAuthorizedOrNotFound"}) == [f"{missing}[0]"]
    assert say({"oci:Core/getSubnet:getSubnet": {**SUBNET, "cidrBlock": "<null>"}}) == [f"{missing}[0]"]
    assert say({"oci:Core/getRouteTables:getRouteTables": {"routeTables": []}}) == [f"{missing}routes of [0]"]
    assert say({**CLOSED, RULES: "404"}, application=json.dumps({"network_security_group_ids": [GROUP]})) == [
        f"{missing}security rules of [0]"
    ]


def test_a_network_of_its_own_is_not_looked_at(say: Any) -> None:
    """It is made so that functions start."""
    unseen = {"oci:Core/getSubnet:getSubnet": "404-NotAuthorizedOrNotFound"}

    assert say(unseen, subnet_ids=None, network="{}") == []
