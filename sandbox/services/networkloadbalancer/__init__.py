"""Network load balancers. Here: the names of its resource types."""

from __future__ import annotations

NETWORK_LOAD_BALANCER = "oci:NetworkLoadBalancer/networkLoadBalancer:NetworkLoadBalancer"
