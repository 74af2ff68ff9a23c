"""How the Pulumi provider treats the types of Object Storage."""

from __future__ import annotations

from types import MappingProxyType

from sandbox.services.bridge_base import Bridge
from sandbox.services.objectstorage import BUCKET


class BucketBridge(Bridge):
    """Buckets."""

    defaults = MappingProxyType({"accessType": "NoPublicAccess"})


BRIDGES = {BUCKET: BucketBridge()}
