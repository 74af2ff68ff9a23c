"""Load balancers. Here: the names of its resource types."""

from __future__ import annotations

LOAD_BALANCER = "oci:LoadBalancer/loadBalancer:LoadBalancer"
