"""How the Pulumi provider treats load balancers, beyond what the facts say as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.services.bridge_base import Bridge
from sandbox.services.loadbalancer import LOAD_BALANCER


class LoadBalancerBridge(Bridge):
    """Load balancers: addresses may change in place together with the IP mode."""

    def replaces(self, place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool | None:
        is_same_mode = old.get("ipMode") == new.get("ipMode")
        if place == "ipv6subnetCidr":
            return is_same_mode
        if place.startswith("reservedIps"):
            return is_same_mode and _reserved(old) != _reserved(new)
        return None


def _reserved(inputs: Mapping[str, Any]) -> int:
    """How many addresses are reserved."""
    listed = inputs.get("reservedIps")
    return len(listed) if isinstance(listed, list) else 0


BRIDGES = {LOAD_BALANCER: LoadBalancerBridge}
