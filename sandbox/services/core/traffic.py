"""Rules of security lists and of security groups: who may send what where.

Source: Oracle's page "Security Rules".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud import identities
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import InvalidParameter, MissingParameter
from sandbox.services.core import SECURITY_GROUP, blocks
from sandbox.services.core.oracle_services import services_of

_PORTS = {"tcpOptions": "6", "udpOptions": "17"}
_ICMP = ("1", "58")


def check(cloud: Cloud, rule: Mapping[str, Any], place: str, end: str, *, groups: bool) -> None:
    """One rule, whose other `end` is its `source` or its `destination`. `groups`: that may be a group."""
    protocol = str(rule.get("protocol", ""))
    if protocol != "all" and not (protocol.isdigit() and int(protocol) < 256):
        raise InvalidParameter(f"{place}.protocol must be all or a protocol's number, not {protocol!r}")
    for options, number in _PORTS.items():
        if rule.get(options) is not None:
            if protocol != number:
                raise InvalidParameter(f"{place}.{options} is given for protocol {protocol}, not {number}")
            _ports(rule[options], f"{place}.{options}")
    if rule.get("icmpOptions") is not None and protocol not in _ICMP:
        raise InvalidParameter(f"{place}.icmpOptions is given for protocol {protocol}")
    _end(cloud, rule, place, end, groups=groups)


def _end(cloud: Cloud, rule: Mapping[str, Any], place: str, end: str, *, groups: bool) -> None:
    value, kind = rule.get(end), rule.get(f"{end}Type") or "CIDR_BLOCK"
    if not value:
        raise MissingParameter(f"{place}.{end} must be given")
    kinds = ("CIDR_BLOCK", "SERVICE_CIDR_BLOCK", *(("NETWORK_SECURITY_GROUP",) if groups else ()))
    if kind not in kinds:
        raise InvalidParameter(f"{place}.{end}Type must be one of {', '.join(kinds)}, not {kind!r}")
    if kind == "CIDR_BLOCK":
        blocks.any_block(value, f"{place}.{end}")
    elif kind == "SERVICE_CIDR_BLOCK":
        service(cloud, value, f"{place}.{end}")
    elif identities.read(str(value)) is None:
        raise InvalidParameter(f"{place}.{end} must be the OCID of a network security group, not {value!r}")
    else:
        cloud.existing(str(value), SECURITY_GROUP, "network security group")


def service(cloud: Cloud, value: Any, place: str) -> None:
    """A label that stands for the addresses of Oracle's services in this region."""
    known = [each["cidrBlock"] for each in services_of(cloud)]
    if value not in known:
        raise InvalidParameter(f"{place} {value!r} is none of this region's services: {', '.join(known)}")


def _ports(options: Mapping[str, Any], place: str) -> None:
    """Ranges of ports: nested as security groups have them; a list names its destinations directly."""
    ranges = {
        name: options[name]
        for name in ("destinationPortRange", "sourcePortRange")
        if options.get(name) is not None
    }
    if "min" in options or "max" in options:
        ranges["ports"] = options
    for name, each in ranges.items():
        low, high = each.get("min"), each.get("max")
        if low is None or high is None or not 1 <= low <= high <= 65_535:
            raise InvalidParameter(f"{place}.{name} {low} to {high} is not a range of ports")
