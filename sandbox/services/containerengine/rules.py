"""What Kubernetes Engine computes that programs read: where a cluster's API server is.

Source: the provider's docstrings of a cluster's `endpoints`.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.containerengine import CLUSTER

_PORT = 6443


class ClusterRules(Rules):
    """A cluster, whose API server has an address in its subnet and, if asked for, a public one."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        config = call.inputs.get("endpointConfig") or {}
        subnet = call.store.get(str(config.get("subnetId")))
        block = ipaddress.IPv4Network(subnet.outputs.get("cidrBlock") if subnet else "10.0.0.0/16")
        number = int.from_bytes(hashlib.sha256(call.id.encode()).digest()[:4], "big")
        public = config.get("isPublicIpEnabled") is True
        return {
            "endpoints": [
                {
                    "kubernetes": "",
                    "privateEndpoint": f"{block[2 + number % (block.num_addresses - 3)]}:{_PORT}",
                    # Of the block for documentation: no machine has it.
                    "publicEndpoint": f"203.0.113.{number % 254 + 1}:{_PORT}" if public else "",
                    "vcnHostnameEndpoint": "",
                }
            ]
        }


RULES = {CLUSTER: ClusterRules()}
