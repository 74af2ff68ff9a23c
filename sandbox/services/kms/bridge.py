"""How the Pulumi provider treats the types of Key Management."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge

_RESTORED = {"restoreFromFile.contentLength": "number", "restoreFromObjectStore.destination": "case"}
_RESTORED_FROM = {
    "restoreFromFile.contentMd5",
    *(f"restoreFromObjectStore.{name}" for name in ("bucket", "namespace", "object", "uri")),
}

BRIDGES = {
    "oci:Kms/key:Key": Bridge(
        force_new={"externalKeyReference", "keyShape", "managementEndpoint", "protectionMode"},
        compared={
            **_RESTORED,
            **{
                f"autoKeyRotationDetails.timeOf{name}": "time"
                for name in ("LastRotation", "NextRotation", "ScheduleStart")
            },
        },
        dropped=_RESTORED_FROM,
    ),
    "oci:Kms/vault:Vault": Bridge(
        force_new={"externalKeyManagerMetadata", "vaultType"}, compared=_RESTORED, dropped=_RESTORED_FROM
    ),
}
