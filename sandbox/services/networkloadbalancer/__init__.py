"""Network load balancers. Here: the names of their resource types."""

from __future__ import annotations

BACKEND = "oci:NetworkLoadBalancer/backend:Backend"
BACKEND_SET = "oci:NetworkLoadBalancer/backendSet:BackendSet"
LISTENER = "oci:NetworkLoadBalancer/listener:Listener"
NETWORK_LOAD_BALANCER = "oci:NetworkLoadBalancer/networkLoadBalancer:NetworkLoadBalancer"
