"""Container Registry. Here: the names of its resource types."""

from __future__ import annotations

REPOSITORY = "oci:Artifacts/containerRepository:ContainerRepository"
