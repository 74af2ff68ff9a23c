"""Data sources of Kubernetes Engine: what it offers, and how a cluster's API server is reached.

Sources: Oracle's pages "Supported Versions of Kubernetes", "Supported Images and Shapes for Worker Nodes",
"Setting Up Cluster Access" and "Cluster Add-ons Supported by OKE". Versions are plausible and no promise.
"""

# ruff: noqa: ARG001 every lookup has the same parameters, used or not
from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sandbox.cloud import regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotFound
from sandbox.cloud.listing import Lookup, offered
from sandbox.cloud.store import Record
from sandbox.services.containerengine import CLUSTER

_VERSIONS = ("v1.32.1", "v1.33.1", "v1.34.1")
_SYSTEMS = ("Oracle-Linux-8.10", "Oracle-Linux-9.6")
_KINDS = ("", "aarch64", "Gen2-GPU")
_SHAPES = (
    "VM.Standard.E3.Flex",
    "VM.Standard.E4.Flex",
    "VM.Standard.E5.Flex",
    "VM.Standard.A1.Flex",
    "VM.Standard3.Flex",
    "VM.GPU.A10.1",
)
_ADDONS = {
    "CertManager": False,
    "ClusterAutoscaler": False,
    "CoreDNS": True,
    "Database Operator": False,
    "Flannel": True,
    "Istio": False,
    "KubeProxy": True,
    "KubernetesDashboard": False,
    "KubernetesMetricsServer": False,
    "NativeIngressController": False,
    "NvidiaGpuPlugin": True,
    "OciVcnIpNative": True,
    "WeblogicKubernetesOperator": False,
}


def cluster_option(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The versions of Kubernetes that a cluster can have, and how its pods are connected."""
    return {
        **args,
        "id": args.get("clusterOptionId"),
        "kubernetesVersions": list(_VERSIONS),
        "clusterPodNetworkOptions": [{"cniType": "OCI_VCN_IP_NATIVE"}, {"cniType": "FLANNEL_OVERLAY"}],
    }


def node_pool_option(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """Versions, images and shapes of nodes: of a cluster, or of all.

    A program that asks for one version has images of it, whichever it is.
    """
    id = str(args.get("nodePoolOptionId"))
    cluster = cloud.store.get(id)
    wanted = args.get("nodePoolK8sVersion") or (cluster.outputs.get("kubernetesVersion") if cluster else None)
    versions = [str(wanted)] if wanted else [*reversed(_VERSIONS)]
    sources = list(_sources(cloud, versions, str(args.get("nodePoolOsArch") or "").lower()))
    return {
        **args,
        "id": id,
        "images": [],
        "kubernetesVersions": list(dict.fromkeys((*_VERSIONS, *versions))),
        "shapes": list(_SHAPES),
        "sources": sources,
    }


def _sources(cloud: Cloud, versions: list[str], architecture: str) -> Iterator[dict[str, Any]]:
    """The images of nodes, for one architecture where one is asked for."""
    place = regions.in_ocid(cloud.region)
    for version in versions:
        for system in _SYSTEMS:
            for kind in _KINDS:
                if architecture in ("", "aarch64" if kind == "aarch64" else "x86_64"):
                    parts = (system, kind, "2026.09.30-0-OKE", version.lstrip("v"), "1191")
                    name = "-".join(part for part in parts if part)
                    unique = hashlib.sha256(name.encode()).hexdigest()[:20]
                    yield {
                        "imageId": f"ocid1.image.oc1.{place}.aaaaaaaa{cloud.store.mark}{unique}",
                        "sourceName": name,
                        "sourceType": "IMAGE",
                    }


def kube_config(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """The kubeconfig of a cluster: where its API server is, and the command that fetches a token."""
    id = str(args.get("clusterId"))
    cluster = cloud.existing(id, CLUSTER, "cluster")
    if cluster is None:
        raise NotFound(f"cluster {id} not found in the sandbox")
    content = json_lines(_config(cloud, cluster, str(args.get("endpoint") or "")))
    return {**args, "id": id, "content": content}


def _config(cloud: Cloud, cluster: Record, endpoint: str) -> dict[str, Any]:
    name = f"c{cluster.id[-11:]}"
    arguments = ["ce", "cluster", "generate-token", "--cluster-id", cluster.id, "--region", cloud.region]
    run = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "oci",
        "args": arguments,
        "env": [],
    }
    known = {
        "server": f"https://{_server(cluster, endpoint)}",
        "certificate-authority-data": _authority(cluster),
    }
    return {
        "apiVersion": "v1",
        "kind": "",
        "clusters": [{"name": f"cluster-{name}", "cluster": known}],
        "users": [{"name": f"user-{name}", "user": {"exec": run}}],
        "contexts": [
            {"name": f"context-{name}", "context": {"cluster": f"cluster-{name}", "user": f"user-{name}"}}
        ],
        "current-context": f"context-{name}",
    }


def _server(cluster: Record, endpoint: str) -> str:
    """The address that is asked for; the public one where there is one and none is."""
    known: dict[str, Any] = next(iter(cluster.outputs.get("endpoints") or ()), {})
    public, private = str(known.get("publicEndpoint") or ""), str(known.get("privateEndpoint") or "")
    if endpoint == "PUBLIC_ENDPOINT" and not public:
        raise NotFound(f"cluster {cluster.id} has no public endpoint")
    return private if endpoint in ("PRIVATE_ENDPOINT", "VCN_HOSTNAME") else public or private


def _authority(cluster: Record) -> str:
    """Something in the form of a certificate; no authority has signed it."""
    body = base64.b64encode(hashlib.sha512(cluster.id.encode()).digest()).decode()
    text = f"-----BEGIN CERTIFICATE-----\n{body[:64]}\n{body[64:]}\n-----END CERTIFICATE-----\n"
    return base64.b64encode(text.encode()).decode()


def json_lines(value: dict[str, Any]) -> str:
    """A YAML document that needs no YAML library: JSON is YAML."""
    return f"---\n{json.dumps(value, indent=2)}\n"


def _addons(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, is_essential in _ADDONS.items():
        if args.get("addonName") in (None, name):
            yield {
                "name": name,
                "description": f"{name} of a cluster",
                "isEssential": is_essential,
                "state": "ACTIVE",
                "addonGroup": "ESSENTIAL" if is_essential else "OPTIONAL",
                "versions": [{"versionNumber": "v1.0.0", "status": "ACTIVE", "configurations": []}],
            }


def _pod_shapes(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("Pod.Standard.E3.Flex", "Pod.Standard.E4.Flex", "Pod.Standard.A1.Flex"):
        yield {"name": name, "ocpuOptions": [{"min": 1, "max": 64}]}


LOOKUPS: dict[str, Lookup] = {
    "oci:ContainerEngine/getAddonOptions:getAddonOptions": offered("addonOptions", _addons),
    "oci:ContainerEngine/getClusterKubeConfig:getClusterKubeConfig": kube_config,
    "oci:ContainerEngine/getClusterOption:getClusterOption": cluster_option,
    "oci:ContainerEngine/getNodePoolOption:getNodePoolOption": node_pool_option,
    "oci:ContainerEngine/getPodShapes:getPodShapes": offered("podShapes", _pod_shapes, "name"),
}
