"""What Kubernetes Engine refuses, and what it and Container Instances compute: addresses and nodes.

Source: the provider's docstrings of a cluster's `endpoints`, a pool's `nodes` and an instance's `vnics`.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from sandbox.cloud import addresses, identities
from sandbox.cloud.call import Call
from sandbox.cloud.declared import Declared, between, block, formed, one_of
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.containerengine import CLUSTER, CONTAINER_INSTANCE, NODE_POOL

_PORT = 6443
_VERSION = formed(r"v\d+\.\d+\.\d+", "a version such as v1.34.1")


class ClusterRules(Declared):
    """A cluster, whose API server has an address in its subnet and, if asked for, a public one."""

    def write(self, call: Call) -> None:
        super().write(call)
        config = (call.inputs.get("options") or {}).get("kubernetesNetworkConfig") or {}
        vcn = call.store.get(str(call.inputs.get("vcnId")))
        taken = {"the VCN's": vcn.outputs.get("cidrBlocks") or []} if vcn is not None else {}
        for name in ("podsCidr", "servicesCidr"):
            given = config.get(name)
            for what, blocks in taken.items():
                for each in blocks if given else ():
                    if ipaddress.ip_network(str(given)).overlaps(ipaddress.ip_network(str(each))):
                        place = f"options.kubernetesNetworkConfig.{name}"
                        raise InvalidParameter(f"{place}: {given} overlaps {what} block {each}")
            if given:
                taken[f"{name}'s"] = [given]

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


class NodePoolRules(Declared):
    """A pool with as many nodes as it is to have, spread over its places."""

    def write(self, call: Call) -> None:
        super().write(call)
        cluster = call.store.get(str(call.inputs.get("clusterId")))
        version = call.inputs.get("kubernetesVersion")
        of_cluster = cluster.outputs.get("kubernetesVersion") if cluster is not None else None
        if version and of_cluster and _parts_of(version) > _parts_of(of_cluster):
            raise InvalidParameter(
                f"kubernetesVersion: nodes of {version} are newer than the cluster, which has {of_cluster}"
            )

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"nodes": _nodes(call)}

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {**outputs, "nodes": _nodes(call)}


def _parts_of(version: Any) -> tuple[int, ...]:
    """The numbers of a version, to compare them; the last one does not matter."""
    return tuple(int(part) for part in re.findall(r"\d+", str(version))[:2])


def _nodes(call: Call) -> list[dict[str, Any]]:
    config = call.inputs.get("nodeConfigDetails") or {}
    places = config.get("placementConfigs") or [{}]
    former = (call.former.outputs.get("nodes") if call.former else None) or []
    nodes = []
    for number in range(int(config.get("size") or 0)):
        place = places[number % len(places)]
        subnet = call.store.get(str(place.get("subnetId")))
        made = {
            "id": identities.beside(call.id, "instance", number + 1),
            "availabilityDomain": str(place.get("availabilityDomain") or ""),
            "definedTags": {},
            "errors": [],
            "faultDomain": addresses.FAULT_DOMAINS[number % 3],
            "freeformTags": {},
            "lifecycleDetails": "",
            "name": f"oke-c{str(call.inputs.get('clusterId'))[-11:]}-n{call.id[-11:]}-{number}",
            "nodePoolId": call.id,
            "privateIp": addresses.private(call, subnet, number),
            "publicIp": "",
            "state": "ACTIVE",
            "subnetId": str(place.get("subnetId") or ""),
        }
        # A node keeps its version of Kubernetes until it is replaced.
        version = former[number]["kubernetesVersion"] if number < len(former) else ""
        nodes.append(
            {**made, "kubernetesVersion": version or str(call.inputs.get("kubernetesVersion") or "")}
        )
    return nodes


class ContainerInstanceRules(Rules):
    """A container instance: what each container and each VNIC of it became."""

    def derived(self, call: Call) -> Mapping[str, Any]:
        return _parts(call)


def _parts(call: Call) -> dict[str, Any]:
    containers = [
        {
            "displayName": f"container{number}",
            "lifecycleDetails": "",
            "state": "ACTIVE",
            **each,
            "availabilityDomain": call.inputs.get("availabilityDomain"),
            "compartmentId": call.inputs.get("compartmentId"),
            "containerId": identities.beside(call.id, "computecontainer", number),
            "containerInstanceId": call.id,
        }
        for number, each in enumerate(call.inputs.get("containers") or [], 1)
    ]
    vnics = [
        {
            "privateIp": addresses.private(call, call.store.get(str(each.get("subnetId")))),
            **each,
            "vnicId": identities.beside(call.id, "vnic", number),
        }
        for number, each in enumerate(call.inputs.get("vnics") or [])
    ]
    return {"containers": containers, "containerCount": len(containers), "vnics": vnics}


RULES: Mapping[str, Rules] = {
    CLUSTER: ClusterRules(
        {
            "clusterPodNetworkOptions.cniType": one_of("OCI_VCN_IP_NATIVE", "FLANNEL_OVERLAY"),
            "kubernetesVersion": _VERSION,
            "options.kubernetesNetworkConfig.podsCidr": block,
            "options.kubernetesNetworkConfig.servicesCidr": block,
            "type": one_of("BASIC_CLUSTER", "ENHANCED_CLUSTER"),
        },
        used_by={NODE_POOL: "the node pool"},
    ),
    CONTAINER_INSTANCE: ContainerInstanceRules(),
    NODE_POOL: NodePoolRules({"kubernetesVersion": _VERSION, "nodeConfigDetails.size": between(0, 5000)}),
}
