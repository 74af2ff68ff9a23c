"""Networking and Compute. Here: the names of its resource types."""

from __future__ import annotations

IMAGE = "oci:Core/image:Image"
INSTANCE = "oci:Core/instance:Instance"
