"""How the Pulumi provider treats the types of Container Registry."""

from __future__ import annotations

from sandbox.services.artifacts import REPOSITORY
from sandbox.services.bridge_base import Bridge

BRIDGES = {
    "oci:Artifacts/containerImageSignature:ContainerImageSignature": Bridge(
        force_new={
            "compartmentId",
            "imageId",
            "kmsKeyId",
            "kmsKeyVersionId",
            "message",
            "signature",
            "signingAlgorithm",
        }
    ),
    REPOSITORY: Bridge(force_new={"displayName"}),
}
