"""How the Pulumi provider treats the types of Object Storage."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge
from sandbox.services.objectstorage import BUCKET

BRIDGES = {
    BUCKET: Bridge(force_new={"name", "namespace", "storageTier"}, defaults={"accessType": "NoPublicAccess"}),
}
