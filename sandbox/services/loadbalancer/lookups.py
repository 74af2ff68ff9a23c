"""Data sources of Load Balancer: what listeners and backend sets may say. Source: Oracle's API reference."""

# ruff: noqa: ARG005 every lookup has the same parameters, used or not
from __future__ import annotations

from sandbox.cloud.listing import Lookup, offered

_OFFERED = {
    "shapes": ("flexible", "10Mbps", "100Mbps", "400Mbps", "8000Mbps"),
    "policies": ("ROUND_ROBIN", "LEAST_CONNECTIONS", "IP_HASH"),
    "protocols": ("HTTP", "HTTP2", "TCP", "GRPC"),
}


def _named(key: str) -> Lookup:
    return offered(key, lambda cloud, args: ({"name": name} for name in _OFFERED[key]))


LOOKUPS: dict[str, Lookup] = {
    "oci:LoadBalancer/getPolicies:getPolicies": _named("policies"),
    "oci:LoadBalancer/getProtocols:getProtocols": _named("protocols"),
    "oci:LoadBalancer/getShapes:getShapes": _named("shapes"),
}
