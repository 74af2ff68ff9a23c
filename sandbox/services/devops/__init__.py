"""DevOps. Here: the names of its resource types."""

from __future__ import annotations

REPOSITORY = "oci:DevOps/repository:Repository"
