"""Load Balancer. Here: the names of its resource types."""

from __future__ import annotations

BACKEND = "oci:LoadBalancer/backend:Backend"
BACKEND_SET = "oci:LoadBalancer/backendSet:BackendSet"
CERTIFICATE = "oci:LoadBalancer/certificate:Certificate"
HOSTNAME = "oci:LoadBalancer/hostname:Hostname"
LISTENER = "oci:LoadBalancer/listener:Listener"
LOAD_BALANCER = "oci:LoadBalancer/loadBalancer:LoadBalancer"
ROUTING_POLICY = "oci:LoadBalancer/loadBalancerRoutingPolicy:LoadBalancerRoutingPolicy"
RULE_SET = "oci:LoadBalancer/ruleSet:RuleSet"
