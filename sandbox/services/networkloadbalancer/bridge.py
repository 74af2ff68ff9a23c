"""How the Pulumi provider treats network load balancers, beyond what the facts say as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.services.bridge_base import Bridge
from sandbox.services.networkloadbalancer import NETWORK_LOAD_BALANCER


class NetworkLoadBalancerBridge(Bridge):
    """Network load balancers: a reserved address comes or goes in place with the IP version only."""

    def replaces(self, place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool | None:
        if place.startswith("reservedIps"):
            return bool(old.get("nlbIpVersion") == new.get("nlbIpVersion"))
        return None


BRIDGES = {NETWORK_LOAD_BALANCER: NetworkLoadBalancerBridge}
