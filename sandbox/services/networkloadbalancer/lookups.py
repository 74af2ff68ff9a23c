"""Data sources of Network Load Balancer: what it offers. Source: Oracle's API reference."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, nested


def _texts(place: str, *texts: str) -> Lookup:
    """Answers with texts; filters have nothing to look at."""

    def lookup(_cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
        return {**args, "id": place.partition(".")[0], **nested(place, list(texts))}

    return lookup


LOOKUPS: dict[str, Lookup] = {
    "oci:NetworkLoadBalancer/getNetworkLoadBalancersPolicies:getNetworkLoadBalancersPolicies": _texts(
        "networkLoadBalancersPolicyCollections.items", "TWO_TUPLE", "THREE_TUPLE", "FIVE_TUPLE"
    ),
    "oci:NetworkLoadBalancer/getNetworkLoadBalancersProtocols:getNetworkLoadBalancersProtocols": _texts(
        "networkLoadBalancersProtocolCollections.items", "ANY", "TCP", "UDP", "TCP_AND_UDP", "L3IP"
    ),
}
