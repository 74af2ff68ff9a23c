"""What `functions-network-restricted` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oci_functions_guard.conftest import UNKNOWN

NAME = "functions-network-restricted"
APPLICATION = "oci:Functions/application:Application"
SUBNET = "oci:Core/subnet:Subnet"
GROUP_RULE = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule"
LIST = "oci:Core/securityList:SecurityList"
ELSEWHERE = ["ocid1.subnet.oc1.iad.aaaa"]
GROUPS = ["ocid1.networksecuritygroup.oc1.iad.aaaa"]
PRIVATE = {"prohibitPublicIpOnVnic": True, "securityListIds": ["ocid1.securitylist.oc1.iad.aaaa"]}
NO_GROUP = (
    "networkSecurityGroupIds: names no network security group, so the functions send wherever the security "
    "lists of their subnets allow"
)
PUBLIC = "subnet s: gives public addresses; expected prohibitPublicIpOnVnic: true"
HTTPS = {"destinationPortRange": {"min": 443, "max": 443}}
OUT = {"direction": "EGRESS", "protocol": "6", "destination": "0.0.0.0/0"}


COMPONENT = "urn:pulumi:test::p::aifunctions:index:FunctionNetwork::network"
APP_COMPONENT = "urn:pulumi:test::p::aifunctions:index:FunctionsApplication::application"
SUBNET_URN = "urn:pulumi:test::p::oci:Core/subnet:Subnet::s"


def ask(pack: Any, *, parent: str = "", **inputs: Any) -> list[str]:
    """What the rule says of an application."""
    given = {"subnetIds": ELSEWHERE, "networkSecurityGroupIds": GROUPS, **inputs}
    found: list[str] = pack.analyze(APPLICATION, given, name="a", parent=parent).of(NAME)
    return found


def own(pack: Any, subnet: dict[str, Any], *beside: tuple[str, dict[str, Any]]) -> list[str]:
    """What it says of an application whose component names this subnet, at deploy, where ids are known."""
    pack.deploy()
    pack.analyze(SUBNET, subnet, name="s", parent=COMPONENT, urn=SUBNET_URN)
    for number, (type_, inputs) in enumerate(beside):
        pack.analyze(type_, inputs, name=f"r{number}", parent=COMPONENT)
    named = {"network": {"subnet": SUBNET_URN}}
    pack.analyze("aifunctions:index:FunctionsApplication", named, name="application", urn=APP_COMPONENT)
    return ask(pack, parent=APP_COMPONENT)


def test_an_application_without_a_group_is_refused(pack: Any) -> None:
    """Left out, or empty; one that is not known yet is enough."""
    assert ask(pack) == []
    assert ask(pack, networkSecurityGroupIds=[UNKNOWN]) == []
    assert ask(pack, networkSecurityGroupIds=[]) == [NO_GROUP]
    assert ask(pack, networkSecurityGroupIds=None) == [NO_GROUP]


def test_given_subnets_can_be_trusted(pack: Any) -> None:
    """As both configs of the pack do; a subnet of the program's own is judged all the same."""
    pack.configure({NAME: {"givenSubnets": "trusted"}})

    assert ask(pack, networkSecurityGroupIds=[]) == []
    pack.analyze(SUBNET, PRIVATE, name="s")
    assert ask(pack, subnetIds=[UNKNOWN], networkSecurityGroupIds=[]) == [NO_GROUP]


def test_groups_are_judged_once_they_are_known(pack: Any) -> None:
    """At preview a wholly unknown list is left for later; at deploy it must be known."""
    assert ask(pack, networkSecurityGroupIds=UNKNOWN) == []
    pack.deploy()
    assert ask(pack, networkSecurityGroupIds=UNKNOWN) == [
        "networkSecurityGroupIds is unknown, and a value must be known at deploy"
    ]


@pytest.mark.parametrize("groups", [7, "one", {"a": 1}, True])
def test_groups_of_another_type_are_refused(pack: Any, groups: Any) -> None:
    """Programs in YAML are not checked before."""
    (line,) = ask(pack, networkSecurityGroupIds=groups)

    assert line.startswith("networkSecurityGroupIds: expected a list, found ")


@pytest.mark.parametrize(
    ("subnet", "said"),
    [
        (PRIVATE, []),
        ({**PRIVATE, "prohibitPublicIpOnVnic": None, "prohibitInternetIngress": True}, []),
        ({**PRIVATE, "prohibitPublicIpOnVnic": False}, [PUBLIC]),
        ({**PRIVATE, "prohibitPublicIpOnVnic": None}, [PUBLIC]),
        ({**PRIVATE, "prohibitPublicIpOnVnic": "true"}, [PUBLIC]),
        (
            {**PRIVATE, "securityListIds": None},
            [
                "subnet s: names no security list, so it has the VCN's own, which lets everything out",
            ],
        ),
    ],
)
def test_the_subnet_a_component_names(pack: Any, subnet: dict[str, Any], said: list[str]) -> None:
    """Private, with a list of its own."""
    assert own(pack, subnet) == said


@pytest.mark.parametrize(
    ("type_", "inputs", "is_open"),
    [
        (GROUP_RULE, OUT, True),
        (GROUP_RULE, {**OUT, "protocol": "all"}, True),
        (GROUP_RULE, {**OUT, "destination": "::/0"}, True),
        (GROUP_RULE, {**OUT, "tcpOptions": {"destinationPortRange": {"min": 1, "max": 65535}}}, True),
        (GROUP_RULE, {**OUT, "tcpOptions": {"sourcePortRange": {"min": 1, "max": 9}}}, True),
        (GROUP_RULE, {**OUT, "tcpOptions": HTTPS}, False),
        (GROUP_RULE, {**OUT, "destination": "10.0.0.0/8"}, False),
        (GROUP_RULE, {**OUT, "direction": "INGRESS"}, False),
        (GROUP_RULE, {**OUT, "protocol": "1"}, False),
        (LIST, {"egressSecurityRules": [{"protocol": "all", "destination": "0.0.0.0/0"}]}, True),
        (LIST, {"egressSecurityRules": []}, False),
        (LIST, {"egressSecurityRules": [7, None]}, False),
        (
            LIST,
            {
                "egressSecurityRules": [
                    {"protocol": "6", "destination": "0.0.0.0/0", "tcpOptions": {"min": 443, "max": 443}}
                ]
            },
            False,
        ),
        (LIST, {"ingressSecurityRules": [{"protocol": "all", "source": "0.0.0.0/0"}]}, False),
    ],
)
def test_what_lets_everything_out_is_refused(
    pack: Any, type_: str, inputs: dict[str, Any], is_open: bool
) -> None:
    """To everywhere, by every port; a port that somebody named is meant."""
    said = own(pack, PRIVATE, (type_, inputs))

    destination = inputs.get("destination", "0.0.0.0/0")
    assert said == ([f"r0: lets everything out to {destination}"] if is_open else [])


def test_a_rule_elsewhere_is_not_the_application_s(pack: Any) -> None:
    """What another component opens is for something else."""
    pack.analyze(GROUP_RULE, OUT, name="other", parent=f"{COMPONENT}-of-machines")

    assert own(pack, PRIVATE) == []


def test_a_program_with_one_subnet_shows_it(pack: Any) -> None:
    """It is the one that the application's unknown OCID stands for; a known OCID is somebody else's."""
    pack.analyze(SUBNET, {"cidrBlock": "10.0.0.0/24", "securityListIds": [UNKNOWN]}, name="s")

    assert ask(pack, subnetIds=[UNKNOWN]) == [PUBLIC]
    assert ask(pack, subnetIds=UNKNOWN) == [PUBLIC]
    assert ask(pack, subnetIds=ELSEWHERE) == []


def test_a_program_with_two_subnets_does_not(pack: Any) -> None:
    """Which is which, only a component can say."""
    for name in ("s", "t"):
        pack.analyze(SUBNET, {"cidrBlock": "10.0.0.0/24"}, name=name)

    assert ask(pack, subnetIds=[UNKNOWN]) == []


@pytest.mark.parametrize("named", [7, [], {}, {"subnet": 7}, {"subnet": APP_COMPONENT}, {"subnet": "none"}])
def test_a_component_that_names_no_subnet_names_none(pack: Any, named: Any) -> None:
    """Whatever it registers instead."""
    type_ = "aifunctions:index:FunctionsApplication"
    pack.analyze(type_, {"network": named}, name="application", urn=APP_COMPONENT)

    assert ask(pack, parent=APP_COMPONENT) == []
