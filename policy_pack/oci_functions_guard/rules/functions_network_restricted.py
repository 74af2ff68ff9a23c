"""Refuses an application whose functions are in reach of the internet, or reach all of it.

Looks at what the program registers. Which group or list restricts a subnet of somebody else's is not known
here; and a subnet is the application's own only where its component says so, or where the program has no
other one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, Value, kind_of, reveal

__all__ = ["applies", "check"]

_APPLICATION: Final = "oci:Functions/application:Application"
_SUBNET: Final = "oci:Core/subnet:Subnet"
_GROUP_RULE: Final = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule"
_LISTS: Final = (
    "oci:Core/securityList:SecurityList",
    "oci:Core/defaultSecurityList:DefaultSecurityList",
)
_EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
_LAST_PORT: Final = 65_535


def applies(resource: Resource) -> bool:
    return resource.type == _APPLICATION


def check(case: Case) -> Iterator[Said]:
    subnet = _own_subnet(case)
    if subnet is not None or case.settings.get("givenSubnets", "judged") == "judged":
        yield from _check_groups(case.resource.get("networkSecurityGroupIds"))
    if subnet is not None:
        yield from _check_subnet(subnet)
        for beside in case.memory.registered.select(lambda each: each.parent == subnet.parent):
            yield from _check_traffic(beside)


def _own_subnet(case: Case) -> Resource | None:
    """The subnet of the program that the application is in, where the program shows which it is."""
    registered = case.memory.registered
    parent = registered.find(case.resource.parent) if case.resource.parent else None
    named = parent.get("network") if parent is not None else None
    if isinstance(named, dict):
        urn = reveal(named.get("subnet"))
        found = registered.find(urn) if isinstance(urn, str) else None
        return found if found is not None and found.type == _SUBNET else None
    ids = case.resource.get("subnetIds")
    created = ids is UNKNOWN or (isinstance(ids, list) and any(reveal(each) is UNKNOWN for each in ids))
    subnets = registered.select(lambda each: each.type == _SUBNET) if created else ()
    return subnets[0] if len(subnets) == 1 else None


def _check_groups(groups: Value) -> Iterator[Said]:
    if groups is UNKNOWN:
        yield Later("networkSecurityGroupIds is unknown")
    elif groups in (None, []):
        yield Violation(
            "networkSecurityGroupIds: names no network security group, so the functions send wherever the "
            "security lists of their subnets allow"
        )
    elif not isinstance(groups, list):
        yield Violation(f"networkSecurityGroupIds: expected a list, found {kind_of(groups)}")


def _check_subnet(subnet: Resource) -> Iterator[Said]:
    closed = [subnet.get(key) for key in ("prohibitPublicIpOnVnic", "prohibitInternetIngress")]
    if True not in closed:
        if UNKNOWN in closed:
            yield Later(f"subnet {subnet.name}: prohibitPublicIpOnVnic is unknown")
        else:
            yield Violation(
                f"subnet {subnet.name}: gives public addresses; expected prohibitPublicIpOnVnic: true"
            )
    if subnet.get("securityListIds") in (None, []):
        yield Violation(
            f"subnet {subnet.name}: names no security list, so it has the VCN's own, which lets everything "
            "out"
        )


def _check_traffic(resource: Resource) -> Iterator[Said]:
    """World-open egress in what restricts the subnet: its lists, and the groups beside it."""
    if resource.type == _GROUP_RULE and resource.get("direction") == "EGRESS":
        if _is_open(dict(resource.props)):
            yield Violation(f"{resource.name}: lets everything out to {resource.text('destination')}")
    elif resource.type in _LISTS:
        rules = resource.get("egressSecurityRules")
        for rule in rules if isinstance(rules, list) else ():
            shown = reveal(rule)
            if isinstance(shown, dict) and _is_open(shown):
                yield Violation(f"{resource.name}: lets everything out to {reveal(shown['destination'])}")


def _is_open(rule: dict[str, Value]) -> bool:
    """Whether it lets any protocol, or any port of one, out to everywhere. A port that is named is meant."""
    if reveal(rule.get("destination")) not in _EVERYWHERE:
        return False
    options = reveal(rule.get("tcpOptions")) or reveal(rule.get("udpOptions"))
    if reveal(rule.get("protocol")) == "1" or options is UNKNOWN:
        return False
    if not isinstance(options, dict):
        return True
    ports = reveal(options.get("destinationPortRange")) or options
    if not isinstance(ports, dict):
        return ports is not UNKNOWN
    low, high = reveal(ports.get("min")), reveal(ports.get("max"))
    return (
        not (isinstance(low, int | float) and isinstance(high, int | float)) or high - low >= _LAST_PORT - 1
    )
