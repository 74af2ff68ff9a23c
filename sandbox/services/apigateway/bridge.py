"""How the Pulumi provider treats the types of API Gateway."""

from __future__ import annotations

from sandbox.services.apigateway import DEPLOYMENT, GATEWAY
from sandbox.services.bridge_base import Bridge

_SPECIFICATION = "specification.requestPolicies"
_SERVERS = f"{_SPECIFICATION}.dynamicAuthentication.authenticationServers"
# How a policy says who authenticates: by itself, and once more for each server of a dynamic authentication.
_AUTHENTICATIONS = (f"{_SPECIFICATION}.authentication", f"{_SERVERS}.authenticationServerDetail")
_KINDS = (
    "publicKeys.keys.format",
    "publicKeys.type",
    "type",
    "validationFailurePolicy.clientDetails.type",
    "validationFailurePolicy.sourceUriDetails.type",
    "validationFailurePolicy.type",
    "validationPolicy.clientDetails.type",
    "validationPolicy.keys.format",
    "validationPolicy.sourceUriDetails.type",
    "validationPolicy.type",
)
_POLICIES = ("validationFailurePolicy", "validationPolicy")
_DEPLOYMENT = {
    **{f"{place}.{kind}": "case" for place in _AUTHENTICATIONS for kind in _KINDS},
    **{
        f"{place}.{policy}.clientDetails.clientSecretVersionNumber": "number"
        for place in _AUTHENTICATIONS
        for policy in _POLICIES
    },
    f"{_SERVERS}.key.type": "case",
    f"{_SPECIFICATION}.dynamicAuthentication.selectionSource.type": "case",
    "specification.routes.backend.selectionSource.type": "case",
    "specification.routes.backend.type": "case",
    "specification.routes.requestPolicies.authorization.type": "case",
    "specification.routes.requestPolicies.responseCacheLookup.type": "case",
    "specification.routes.responsePolicies.responseCacheStore.type": "case",
}

BRIDGES = {
    DEPLOYMENT: Bridge(
        force_new={"gatewayId", "pathPrefix"},
        unordered={"specification.routes.requestPolicies.bodyValidation.contents"},
        compared=_DEPLOYMENT,
    ),
    GATEWAY: Bridge(
        force_new={
            "endpointType",
            "ipMode",
            "ipv4addressConfiguration",
            "ipv6addressConfiguration",
            "subnetId",
        },
        unordered={"networkSecurityGroupIds"},
        compared={
            "caBundles.type": "case",
            "responseCacheDetails.authenticationSecretVersionNumber": "number",
            "responseCacheDetails.type": "case",
        },
    ),
}
