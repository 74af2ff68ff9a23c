"""What API Gateway refuses and fills in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import identities
from sandbox.cloud.call import Call
from sandbox.cloud.errors import Conflict, InvalidParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.apigateway import DEPLOYMENT, GATEWAY

_HOST_CHARACTERS = 26


class GatewayRules(Rules):
    """A gateway has a host name of its own."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        ocid = identities.read(call.id)
        if ocid is None:
            return {}
        region = ocid.region or call.cloud.region
        name = ocid.unique[-_HOST_CHARACTERS:].lower()
        return {"hostname": f"{name}.apigateway.{region}.oci.customer-oci.com"}

    def delete(self, call: Call) -> None:
        used = [one for one in call.store.list(DEPLOYMENT) if one.outputs.get("gatewayId") == call.id]
        if used:
            raise Conflict(f"gateway {call.id} still has the deployment {used[0].id}")


class DeploymentRules(Rules):
    """A deployment answers below its path prefix, which no other one of the gateway has."""

    def claims(self, call: Call) -> Iterable[str]:
        return [f"apigateway prefix {call.inputs.get('gatewayId')}|{call.inputs.get('pathPrefix')}"]

    def write(self, call: Call) -> None:
        prefix = str(call.inputs.get("pathPrefix") or "")
        if not prefix.startswith("/"):
            raise InvalidParameter(f"pathPrefix must begin with /, not {prefix[:80]!r}")
        specification = call.inputs.get("specification") or {}
        policies = specification.get("requestPolicies") or {}
        authentication = policies.get("authentication") or {}
        for route in specification.get("routes") or ():
            authorization = (route.get("requestPolicies") or {}).get("authorization") or {}
            kind = str(authorization.get("type") or "").upper()
            if kind == "ANONYMOUS" and authentication and not authentication.get("isAnonymousAccessAllowed"):
                raise InvalidParameter(
                    f"route {route.get('path')} is ANONYMOUS, which isAnonymousAccessAllowed must allow"
                )

    def computed(self, call: Call) -> Mapping[str, Any]:
        gateway = call.store.get(str(call.inputs.get("gatewayId")))
        host = gateway.outputs.get("hostname") if gateway is not None else None
        return {"endpoint": f"https://{host}{call.inputs.get('pathPrefix')}"} if host else {}


RULES = {GATEWAY: GatewayRules(), DEPLOYMENT: DeploymentRules()}
