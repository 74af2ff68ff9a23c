"""How the Pulumi provider treats the types of Key Management."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge

BRIDGES = {
    "oci:Kms/key:Key": Bridge(
        force_new={"externalKeyReference", "keyShape", "managementEndpoint", "protectionMode"}
    ),
    "oci:Kms/vault:Vault": Bridge(force_new={"externalKeyManagerMetadata", "vaultType"}),
}
