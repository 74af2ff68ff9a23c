"""How the Pulumi provider treats the types of Key Management."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.kms import KEY, VAULT

_RESTORED = {"restoreFromFile.contentLength": "number", "restoreFromObjectStore.destination": "case"}
_RESTORED_FROM = {
    "restoreFromFile.contentMd5",
    *(f"restoreFromObjectStore.{name}" for name in ("bucket", "namespace", "object", "uri")),
}

BRIDGES = {
    KEY: Bridge(
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
    VAULT: Bridge(
        force_new={"externalKeyManagerMetadata", "vaultType"}, compared=_RESTORED, dropped=_RESTORED_FROM
    ),
}
