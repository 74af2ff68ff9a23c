"""How many addresses functions need, and which part of a network they get.

Oracle's page "CIDR Blocks and OCI Functions" gives the method: one address for each 14 GB of memory that
runs at one time, and 3 more for each subnet, which Networking keeps for itself (the first two and the last).
The page calls it a guideline that rather says too much.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

GB_PER_ADDRESS = 14
RESERVED = 3  # addresses of each subnet
WIDEST, NARROWEST = 16, 30  # prefixes of a subnet and of a VCN
# A subnet of a wide network is not made narrower: growing it later is a change, and this one holds 3.5 TB.
USUAL = 24
_MB_PER_GB = 1024


@dataclass(frozen=True)
class Load:
    """The memory of functions that run at one time, in MB."""

    in_mbs: int

    @classmethod
    def of(cls, functions: Iterable[tuple[int, int]]) -> Load:
        """That of functions with this memory in MB and so many executions at one time, at least one each."""
        return cls(sum(memory * max(1, executions) for memory, executions in functions))

    @property
    def addresses(self) -> int:
        """Addresses beside those that each subnet reserves."""
        return -(-self.in_mbs // (GB_PER_ADDRESS * _MB_PER_GB))

    def needed(self, subnets: int) -> int:
        """Addresses in all, in so many subnets."""
        return self.addresses + RESERVED * subnets

    @property
    def prefix(self) -> int:
        """The narrowest prefix of one subnet that holds it."""
        return min(NARROWEST, 32 - (self.needed(1) - 1).bit_length())


@dataclass(frozen=True)
class Layout:
    """Where the subnets of a network lie: `private` at its beginning, as wide as functions need it but at
    least /24, `public` at its end, /24; each at most a half. So one can grow, and the other come and go."""

    private: str
    public: str


def layout(network: str, load: Load) -> Layout:
    """The subnets of a VCN with this CIDR. Raises ValueError, with the numbers, where it is too small."""
    whole = cidr(network)
    if load.prefix <= whole.prefixlen:
        raise ValueError(
            f"{network} is too small: functions that use {load.in_mbs / _MB_PER_GB:g} GB at one time need "
            f"{load.needed(1)} addresses, so a subnet of /{load.prefix}, and it is a half of the network; "
            f"expected /{load.prefix - 1} or wider"
        )
    half = whole.prefixlen + 1
    private = ipaddress.IPv4Network((int(whole.network_address), max(min(USUAL, load.prefix), half)))
    *_, public = whole.subnets(new_prefix=max(USUAL, half))
    return Layout(str(private), str(public))


def cidr(value: str) -> ipaddress.IPv4Network:
    """A block of IPv4 addresses, written with its first address. Raises ValueError for anything else."""
    try:
        block = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        raise ValueError(f"{value} is not an IPv4 CIDR block such as 10.0.0.0/24") from None
    if "/" not in value or str(block) != value:
        raise ValueError(f"{value} is not an IPv4 CIDR block written as {block}")
    return block


def network_cidr(value: str) -> str:
    """A block that a VCN with two subnets can have; Oracle's page "Networking Overview" has the limits."""
    block = cidr(value)
    if not WIDEST <= block.prefixlen < NARROWEST:
        raise ValueError(f"{value} is not between /{WIDEST} and /{NARROWEST - 1}")
    if block.is_link_local or block.is_multicast or block.is_reserved or block.is_loopback:
        raise ValueError(f"{value} is reserved; use a block of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")
    return value


def destination(value: str) -> str:
    """A block that functions may send to."""
    cidr(value)
    return value


def within(value: str, network: str) -> bool:
    """Whether a block lies wholly in a network."""
    return cidr(value).subnet_of(cidr(network))
