"""Vault's secrets. Here: the names of its resource types."""

from __future__ import annotations

SECRET = "oci:Vault/secret:Secret"  # noqa: S105 a type
