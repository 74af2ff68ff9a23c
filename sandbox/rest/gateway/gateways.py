"""Requests to the host of a gateway, from the deployment that takes them to the backend's answer."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.api.operation import Operation, RestService
from sandbox.api.platform import Platform
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import ServiceError
from sandbox.cloud.kept_secrets import KeptSecrets
from sandbox.cloud.store import Record, Store
from sandbox.rest.authorization import Decided, decide_all
from sandbox.rest.caller import Caller, Callers
from sandbox.rest.credentials import Credential
from sandbox.rest.gateway import authorizer, cors
from sandbox.rest.gateway.access_log import Access, AccessLog
from sandbox.rest.gateway.apis import Api, ApiRoute, Match, api_of, find_api, find_route
from sandbox.rest.gateway.asked import Asked, Values
from sandbox.rest.gateway.backend import LARGEST_BODY, function_headers, of_function, response, stock
from sandbox.rest.gateway.checks import check
from sandbox.rest.gateway.rate_limit import RateLimit
from sandbox.rest.gateway.refusal import Refusal, refusal_response
from sandbox.rest.gateway.support import refuses, unhonoured
from sandbox.rest.gateway.tokens import RemoteKeys, authenticated, is_in_scope
from sandbox.rest.gateway.transformation import changed_arguments, changed_headers
from sandbox.services import rest_services
from sandbox.services.apigateway import DEPLOYMENT, GATEWAY

LARGEST_REQUEST = 20 * 1024 * 1024
"""Bytes of body that a gateway takes at all; a function is passed fewer."""


@dataclass(kw_only=True)
class Answered:
    """An answer, and what the log gets of it. `route` is `POST /prefix/path` as deployed, never the path that
    was asked for."""

    response: ApiResponse = field(default_factory=lambda: refusal_response(500))
    deployment_id: str = ""
    route: str = ""
    reason: str = ""
    caller: Caller | None = None
    decided: list[Decided] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """Gateways by host name and deployments by gateway, at one moment."""

    generation: int
    gateways: Mapping[str, Record]
    apis: Mapping[str, list[Api]]


class Gateways:
    """Every gateway of one store; safe to use from several threads."""

    def __init__(
        self,
        sandbox_dir: Path,
        store: Store,
        callers: Callers,
        platform: Platform,
        say: Callable[[str], None],
    ) -> None:
        self._store = store
        self._callers = callers
        self._platform = platform
        self._say = say
        self._keys = RemoteKeys(sandbox_dir)
        self._log = AccessLog(sandbox_dir, KeptSecrets(sandbox_dir, store))
        self._rates = RateLimit()
        self._said: set[str] = set()
        self._known: _Known | None = None
        self._lock = threading.Lock()

    def announce(self) -> None:
        """Say what of the deployments is not honoured, each once."""
        self._current()

    def _current(self) -> _Known:
        with self._lock:
            generation = self._store.generation()
            if self._known is None or self._known.generation != generation:
                self._known = self._read(generation)
            return self._known

    def _read(self, generation: int) -> _Known:
        gateways = {
            str(record.outputs["hostname"]).lower(): record
            for record in self._store.list(GATEWAY)
            if record.outputs.get("hostname")
        }
        apis: dict[str, list[Api]] = {}
        for record in self._store.list(DEPLOYMENT):
            api = api_of(record)
            apis.setdefault(api.gateway_id, []).append(api)
            for line in unhonoured(api):
                text = f"gateway   deployment {api.name}: {line}"
                if text not in self._said:
                    self._said.add(text)
                    self._say(text)
        return _Known(generation, gateways, apis)

    def answer(self, asked: Asked) -> Answered:
        """What a client gets; noted in the access log."""
        started, now = time.monotonic(), datetime.now(UTC)
        known, answered = self._current(), Answered()
        gateway = known.gateways.get(asked.host)
        try:
            self._pass_on(known, gateway, asked, answered)
        except Refusal as refusal:
            answered.reason = refusal.reason
            answered.response = refusal.response()
        content = answered.response.content
        self._log.append(
            Access(
                time=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                request_id=asked.request_id,
                gateway_id=gateway.id if gateway else "",
                deployment_id=answered.deployment_id,
                route=answered.route,
                client=asked.client,
                method=asked.method,
                path=asked.path,
                status=answered.response.status,
                bytes=len(content) if isinstance(content, bytes) else 0,
                milliseconds=round((time.monotonic() - started) * 1000, 1),
                reason=answered.reason,
            )
        )
        return answered

    def _pass_on(self, known: _Known, gateway: Record | None, asked: Asked, answered: Answered) -> None:
        """From the gateway to the route's policies. Raises `Refusal`."""
        if gateway is None:
            raise Refusal(501, "no gateway has this host name", f"the sandbox has no gateway {asked.host}")
        api = find_api(known.apis.get(gateway.id, []), asked.path)
        if api is None:
            raise Refusal(404, "the path is below no deployment's prefix")
        answered.deployment_id = api.id
        match, question = _found(api, asked)
        route = match.route
        if route is None:
            raise Refusal(405 if match.matched else 404, "no route has this method and path")
        asked.parameters = match.parameters
        answered.route = f"{asked.method} {api.prefix.rstrip('/')}{route.path}"
        unserved = refuses(api, route)
        if unserved:
            raise Refusal(501, unserved, f"the sandbox does not imitate {unserved}")
        self._within_rate(api, asked)
        if question:
            answered.response = ApiResponse(204, cors.answer_first(_cors(api, route), asked))
            return
        headers = cors.told(_cors(api, route), asked)
        try:
            found = self._on_route(gateway, api, route, asked, answered)
        except Refusal as refusal:
            refusal.headers.update(headers)
            raise
        answered.response = replace(found, headers={**found.headers, **headers})

    def _within_rate(self, api: Api, asked: Asked) -> None:
        policy = api.policies.get("rateLimiting")
        if not policy:
            return
        key = f"{api.id} {asked.client if str(policy.get('rateKey')).upper() == 'CLIENT_IP' else ''}"
        if not self._rates.takes(key, float(policy.get("rateInRequestsPerSecond") or 0)):
            raise Refusal(429, "more requests a second than rateLimiting allows")

    def _on_route(
        self, gateway: Record, api: Api, route: ApiRoute, asked: Asked, answered: Answered
    ) -> ApiResponse:
        self._authenticate(gateway, api, route, asked, answered)
        answered.reason = "; ".join(check(route.request_policies, asked))
        policies = route.request_policies
        given = {name: list(values) for name, values in asked.headers.items()}
        headers = changed_headers(given, policies.get("headerTransformations"), asked)
        changes = policies.get("queryParameterTransformations")
        arguments = changed_arguments(asked.arguments(), changes, asked) if changes else None
        if str(route.backend.get("type")).upper() == "STOCK_RESPONSE_BACKEND":
            status, found, content = stock(route.backend)
        else:
            status, found, content = self._invoked(gateway, route, asked, answered, headers, arguments)
        changed = changed_headers(found, route.response_policies.get("headerTransformations"), asked)
        return response(status, changed, content)

    def _authenticate(
        self, gateway: Record, api: Api, route: ApiRoute, asked: Asked, answered: Answered
    ) -> None:
        """Nothing to do in a deployment without authentication: `support` refuses its routes that want it."""
        authentication = api.policies.get("authentication")
        if not authentication:
            return
        authorization = route.request_policies.get("authorization") or {}
        kind = str(authorization.get("type") or "AUTHENTICATION_ONLY").upper()
        if kind == "ANONYMOUS" and authentication.get("isAnonymousAccessAllowed"):
            return
        if str(authentication.get("type")).upper() == "CUSTOM_AUTHENTICATION":
            asked.claims = self._decided_by_function(gateway, authentication, asked, answered)
        else:
            asked.claims = authenticated(authentication, asked, self._keys)
        if kind == "ANY_OF" and not is_in_scope(asked.claims, authorization.get("allowedScopes") or ()):
            raise Refusal(403, "the token's scope has none that the route allows")

    def _decided_by_function(
        self, gateway: Record, authentication: Mapping[str, Any], asked: Asked, answered: Answered
    ) -> Mapping[str, Any]:
        body, function_id = authorizer.question(authentication, asked), str(authentication.get("functionId"))
        self._authorize(gateway, function_id, asked, answered)
        answer = self._platform.invoke(function_id, body, {"content-type": "application/json"})
        return authorizer.decided(authentication, answer, datetime.now(UTC))

    def _invoked(
        self,
        gateway: Record,
        route: ApiRoute,
        asked: Asked,
        answered: Answered,
        headers: Values,
        arguments: Values | None,
    ) -> tuple[int, Values, bytes]:
        if asked.body.size > LARGEST_BODY:
            raise Refusal(413, f"the body has more than {LARGEST_BODY} bytes")
        function_id = str(route.backend.get("functionId"))
        self._authorize(gateway, function_id, asked, answered)
        told = function_headers(asked, headers, arguments)
        return of_function(self._platform.invoke(function_id, asked.body.read(), told))

    def _authorize(self, gateway: Record, function_id: str, asked: Asked, answered: Answered) -> None:
        """Whether the gateway may invoke the function: the same question as for any other principal."""
        tenancy = self._callers.iam().directory.tenancy_id
        compartment = str(gateway.outputs.get("compartmentId") or "")
        caller = self._callers.caller(Credential("", tenancy, gateway.id, "ApiGateway", compartment))
        answered.caller = caller
        region, home = gateway.region or "", os.environ.get("OCI_SANDBOX_HOME_REGION")
        service, operation = _invoke_operation()
        request = ApiRequest(
            operation=operation.name,
            cloud=Cloud(self._store, region, tenancy, home, is_region_given=bool(region)),
            platform=self._platform,
            principal=caller.principal,
            host=asked.host,
            request_id=asked.request_id,
            path={"functionId": function_id},
        )
        try:
            decided = decide_all(service, operation, request, caller)
        except ServiceError as error:
            raise Refusal(500, f"function {function_id}: {error.text}") from None
        answered.decided += decided
        if not all(one.decision.allowed for one in decided):
            raise Refusal(500, f"the gateway may not invoke {function_id}")


def _found(api: Api, asked: Asked) -> tuple[Match, bool]:
    """The route of a request, and whether it is a browser's question that a CORS policy answers: then the
    route is the one that the question is about."""
    wanted = asked.header("access-control-request-method")
    if cors.asks_first(asked) and wanted:
        match = find_route(api, wanted.upper(), asked.path)
        if match.route is not None and _cors(api, match.route):
            return match, True
    return find_route(api, asked.method, asked.path), False


def _cors(api: Api, route: ApiRoute) -> Mapping[str, Any]:
    """The CORS policy of a route, else that of its deployment; empty without one."""
    return route.request_policies.get("cors") or api.policies.get("cors") or {}


def _invoke_operation() -> tuple[RestService, Operation]:
    """What Functions itself asks of whoever invokes."""
    service = next(one for one in rest_services() if one.name == "Functions")
    return service, next(one for one in service.operations if one.name == "InvokeFunction")


def _unused(_: Any) -> ApiResponse:
    raise NotImplementedError  # a gateway's requests never come to a handler


OPERATION = Operation("CallApi", "ANY", "/", _unused, anonymous=True, waits=True, largest=LARGEST_REQUEST)
SERVICE = RestService("API Gateway", hosts=("*.apigateway",), operations=(OPERATION,))
"""What the server knows of gateways: their hosts, and how much they take."""
