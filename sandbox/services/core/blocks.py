"""CIDR blocks and addresses as Networking takes them. Source: Oracle's page "Networking Overview"."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud.errors import InvalidParameter

WIDEST, NARROWEST = 16, 30
_RESERVED = (ipaddress.IPv4Network("169.254.0.0/16"), ipaddress.IPv4Network("224.0.0.0/3"))


def block(text: Any) -> ipaddress.IPv4Network:
    """A block written with its first address. Raises `InvalidParameter`."""
    try:
        found = ipaddress.IPv4Network(str(text), strict=False)
    except ValueError:
        raise InvalidParameter(f"The requested CIDR {text} is invalid: not an IPv4 CIDR block") from None
    address, slash, prefix = str(text).partition("/")
    if not slash or not prefix.isdigit():
        raise InvalidParameter(f"The requested CIDR {text} is invalid: it must be written as {found}")
    if address != str(found.network_address):
        raise InvalidParameter(
            f"The requested CIDR {text} is invalid: CIDR IP {address} does not match network IP "
            f"{found.network_address}"
        )
    return found


def sized(text: Any) -> ipaddress.IPv4Network:
    """A block as wide as one of a VCN or a subnet can be."""
    found = block(text)
    if not WIDEST <= found.prefixlen <= NARROWEST:
        raise InvalidParameter(
            f"The requested CIDR {text} is invalid: its size must be between /{WIDEST} and /{NARROWEST}"
        )
    for kept in _RESERVED:
        if found.overlaps(kept):
            raise InvalidParameter(
                f"The requested CIDR {text} is invalid: {kept} is reserved for Oracle's use"
            )
    return found


def any_block(text: Any, place: str) -> None:
    """A block of either kind of address, as rules name where traffic comes from or goes."""
    try:
        ipaddress.ip_network(str(text))
        is_block = "/" in str(text)
    except ValueError:
        is_block = False
    if not is_block:
        raise InvalidParameter(f"{place} {text!r} is not a CIDR block")


def of_vcn(inputs: Mapping[str, Any]) -> list[ipaddress.IPv4Network]:
    """The blocks of a VCN, by its inputs or outputs."""
    return [sized(each) for each in inputs.get("cidrBlocks") or [inputs.get("cidrBlock")] if each]


def of_subnet(inputs: Mapping[str, Any]) -> list[ipaddress.IPv4Network]:
    """Those of a subnet."""
    return [sized(each) for each in inputs.get("ipv4cidrBlocks") or [inputs.get("cidrBlock")] if each]


def router(found: ipaddress.IPv4Network) -> str:
    """The address of a subnet's router: the second, which is the first after the network's own."""
    return str(found.network_address + 1)


def free(found: ipaddress.IPv4Network, start: int = 0) -> Iterator[str]:
    """The addresses of a subnet that a VNIC can have, all but the first two and the last: from one of them
    on, and then those before it."""
    usable = max(found.num_addresses - 3, 0)
    for number in range(usable):
        yield str(found.network_address + 2 + (start + number) % usable)
