"""How the Pulumi provider treats the types of API Gateway."""

from __future__ import annotations

from sandbox.services.bridge_base import Bridge

BRIDGES = {
    "oci:ApiGateway/deployment:Deployment": Bridge(force_new={"gatewayId", "pathPrefix"}),
    "oci:ApiGateway/gateway:Gateway": Bridge(
        force_new={
            "endpointType",
            "ipMode",
            "ipv4addressConfiguration",
            "ipv6addressConfiguration",
            "subnetId",
        }
    ),
}
