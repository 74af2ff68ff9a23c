"""Kubernetes Engine (OKE). Here: the names of its resource types."""

CLUSTER = "oci:ContainerEngine/cluster:Cluster"
