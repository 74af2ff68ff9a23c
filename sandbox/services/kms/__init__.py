"""Key Management. Here: the names of its resource types."""

from __future__ import annotations

KEY = "oci:Kms/key:Key"
VAULT = "oci:Kms/vault:Vault"
