"""What API Gateway refuses and fills in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sandbox.cloud import identities, validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import Conflict, InvalidParameter, LimitExceeded
from sandbox.cloud.service_rules import Rules
from sandbox.services.apigateway import DEPLOYMENT, GATEWAY

_HOST_CHARACTERS = 26
# Oracle's pages "API Gateway Limits" and, for the keys, "Identity Provider Details".
_MOST_DEPLOYMENTS = 20
_MOST_ROUTES = 50
_MOST_KEYS = 10
_LONGEST_PREFIX = 255
_LONGEST_PATH = 2000
_MOST_BYTES = 2 * 1024 * 1024  # of a specification as JSON
_MOST_REQUESTS = 2**31 - 1
_PREFIX = re.compile(r"/|(/[A-Za-z0-9$_.+!*'(),;:@&=%~-]+)+")


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

    def create(self, call: Call) -> None:
        gateway_id = call.inputs.get("gatewayId")
        there = [one for one in call.store.list(DEPLOYMENT) if one.outputs.get("gatewayId") == gateway_id]
        if len(there) >= _MOST_DEPLOYMENTS:
            raise LimitExceeded(f"gateway {gateway_id} has {len(there)} deployments, the most it can have")
        self.write(call)

    def write(self, call: Call) -> None:
        prefix = str(call.inputs.get("pathPrefix") or "")
        if not prefix.startswith("/"):
            raise InvalidParameter(f"pathPrefix must begin with /, not {prefix[:80]!r}")
        if _PREFIX.fullmatch(prefix) is None:
            raise InvalidParameter(
                f"pathPrefix must be / or segments without a / after them: {prefix[:80]!r}"
            )
        if len(prefix) > _LONGEST_PREFIX:
            raise InvalidParameter(
                f"pathPrefix has {len(prefix)} characters, at most {_LONGEST_PREFIX} are allowed"
            )
        specification = call.inputs.get("specification") or {}
        size = len(json.dumps(specification).encode())
        if size > _MOST_BYTES:
            raise InvalidParameter(f"specification is {size} bytes, at most {_MOST_BYTES} are allowed")
        policies = specification.get("requestPolicies") or {}
        _check_keys((policies.get("authentication") or {}).get("validationPolicy") or {})
        validation.between(policies.get("rateLimiting") or {}, "rateInRequestsPerSecond", 1, _MOST_REQUESTS)
        if "cors" in policies and not (policies["cors"] or {}).get("allowedOrigins", True):
            raise InvalidParameter("cors.allowedOrigins must name an origin")
        _check_routes(specification.get("routes") or (), policies.get("authentication") or {})

    def computed(self, call: Call) -> Mapping[str, Any]:
        gateway = call.store.get(str(call.inputs.get("gatewayId")))
        host = gateway.outputs.get("hostname") if gateway is not None else None
        return {"endpoint": f"https://{host}{call.inputs.get('pathPrefix')}"} if host else {}


def _check_keys(keys: Mapping[str, Any]) -> None:
    """A key set that can be had: where it is, or the keys themselves."""
    kind = str(keys.get("type") or "").upper()
    if kind == "REMOTE_JWKS" and not str(keys.get("uri") or "").startswith("https://"):
        raise InvalidParameter("validationPolicy.uri of a REMOTE_JWKS must be an https address")
    if kind == "STATIC_KEYS" and not 1 <= len(keys.get("keys") or ()) <= _MOST_KEYS:
        raise InvalidParameter(f"validationPolicy.keys of STATIC_KEYS must be 1 to {_MOST_KEYS} keys")


def _check_routes(routes: Sequence[Mapping[str, Any]], authentication: Mapping[str, Any]) -> None:
    if not 1 <= len(routes) <= _MOST_ROUTES:
        raise InvalidParameter(f"routes must be 1 to {_MOST_ROUTES}, not {len(routes)}")
    taken: set[tuple[str, str]] = set()
    for route in routes:
        path = str(route.get("path") or "")
        if not path.startswith("/"):
            raise InvalidParameter(f"the path of a route must begin with /, not {path[:80]!r}")
        if len(path) > _LONGEST_PATH:
            raise InvalidParameter(
                f"the path of a route has {len(path)} characters, at most {_LONGEST_PATH} are allowed:"
                f" {path[:80]!r}"
            )
        for method in route.get("methods") or ():
            if (path, str(method)) in taken:
                raise InvalidParameter(f"two routes take {method} {path}")
            taken.add((path, str(method)))
        backend = route.get("backend") or {}
        if str(backend.get("type")).upper() == "ORACLE_FUNCTIONS_BACKEND" and not backend.get("functionId"):
            raise InvalidParameter(f"the backend of route {path} must have a functionId")
        _check_authorization(path, (route.get("requestPolicies") or {}).get("authorization"), authentication)


def _check_authorization(
    path: str, authorization: Mapping[str, Any] | None, authentication: Mapping[str, Any]
) -> None:
    authorization = authorization or {}
    kind = str(authorization.get("type") or "").upper()
    if kind == "ANONYMOUS" and authentication and not authentication.get("isAnonymousAccessAllowed"):
        raise InvalidParameter(f"route {path} is ANONYMOUS, which isAnonymousAccessAllowed must allow")
    if kind == "ANY_OF" and not authorization.get("allowedScopes"):
        raise InvalidParameter(f"route {path} is ANY_OF, which needs allowedScopes")


RULES = {GATEWAY: GatewayRules(), DEPLOYMENT: DeploymentRules()}
