"""Kubernetes Engine (OKE). Here: the names of its resource types."""

CLUSTER = "oci:ContainerEngine/cluster:Cluster"
CONTAINER_INSTANCE = "oci:ContainerEngine/containerInstance:ContainerInstance"
NODE_POOL = "oci:ContainerEngine/nodePool:NodePool"
