"""How the Pulumi provider treats the types of Object Storage."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.objectstorage import BUCKET

BRIDGES = {
    BUCKET: Bridge(
        force_new={"name", "namespace", "storageTier"},
        unordered={"retentionRules"},
        compared={"retentionRules.duration.timeAmount": "number", "retentionRules.timeRuleLocked": "time"},
        defaults={"accessType": "NoPublicAccess"},
        dropped={"retentionRules.duration", "retentionRules.timeRuleLocked"},
    ),
}
