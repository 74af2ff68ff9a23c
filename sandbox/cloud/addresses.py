"""Addresses a service gives out: inside the subnet that is named, or of the block that is nobody's.

Always the same for a resource, so that every output that says an address says the same one.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.store import Record

FAULT_DOMAINS = ("FAULT-DOMAIN-1", "FAULT-DOMAIN-2", "FAULT-DOMAIN-3")
"""Those of any availability domain."""

_SUBNET = "oci:Core/subnet:Subnet"


def subnet_of(call: Call) -> Record | None:
    """The first subnet that the inputs name, at whatever depth, where the store has it."""
    for id in _subnet_ids(call.inputs):
        record = call.store.get(id)
        if record is not None and record.type == _SUBNET:
            return record
    return None


def _subnet_ids(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key.lower().endswith("subnetid") and isinstance(item, str):
                yield item
            elif key.lower().endswith("subnetids") and isinstance(item, list):
                yield from (each for each in item if isinstance(each, str))
            else:
                yield from _subnet_ids(item)
    elif isinstance(value, list):
        for item in value:
            yield from _subnet_ids(item)


def private(call: Call, subnet: Record | None, number: int = 0) -> str:
    """The address of a resource in a subnet, or of its part of that number; never one of OCI's own three."""
    network = network_of(subnet.outputs) if subnet is not None else None
    network = network or ipaddress.IPv4Network("10.0.0.0/16")
    return str(network[2 + (number_of(call.id) + number) % max(network.num_addresses - 3, 1)])


def public(call: Call, number: int = 0) -> str:
    """One of the addresses that are nobody's, for examples."""
    return f"203.0.113.{(number_of(call.id) + number) % 254 + 1}"


def network_of(values: Mapping[str, Any]) -> ipaddress.IPv4Network | None:
    """The first block of addresses of a subnet."""
    block = values.get("cidrBlock") or next(iter(values.get("ipv4cidrBlocks") or ()), "")
    try:
        return ipaddress.IPv4Network(str(block), strict=False)
    except ValueError:
        return None


def number_of(id: str) -> int:
    """A number that an id always has."""
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:4], "big")


def host(label: str, subnet: Record | None) -> str:
    """The name of a host in its subnet's domain; the label alone where the subnet has none."""
    domain = subnet.outputs.get("subnetDomainName") if subnet is not None else ""
    return f"{label}.{domain}" if domain and label else label
