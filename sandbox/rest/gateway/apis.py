"""Deployments of a gateway as the store has them, and which route of which one a request is for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sandbox.cloud.store import Record

_PARAMETER = re.compile(r"\{(\w+)(\*?)\}", re.ASCII)
_METHODS = ("GET",)
_ROUTE = frozenset({"path", "methods", "backend", "requestPolicies", "responsePolicies"})


@dataclass(frozen=True)
class ApiRoute:
    """One route. `path` is as it is deployed; `pattern` matches what follows the prefix, percent-encoded;
    `names` are those of its groups."""

    path: str
    methods: frozenset[str]
    pattern: re.Pattern[str]
    names: Sequence[str]
    backend: Mapping[str, Any]
    request_policies: Mapping[str, Any]
    response_policies: Mapping[str, Any]
    more: Mapping[str, Any]
    """What it says beside these."""

    @property
    def rank(self) -> tuple[int, ...]:
        """The order among routes that match one path: segment by segment a literal is before a parameter, and
        that before a wildcard."""
        return tuple(_rank_of(segment) for segment in self.path.split("/"))

    def takes(self, method: str) -> bool:
        """Whether requests with this method are for it."""
        return method in self.methods or "ANY" in self.methods


@dataclass(frozen=True)
class Api:
    """One deployment. `specification` is what was deployed, in the Pulumi provider's words."""

    id: str
    name: str
    gateway_id: str
    prefix: str
    specification: Mapping[str, Any]
    routes: Sequence[ApiRoute]

    @property
    def policies(self) -> Mapping[str, Any]:
        """The request policies of the whole deployment."""
        return _map(self.specification.get("requestPolicies"))

    def rest_of(self, path: str) -> str | None:
        """What follows the prefix in a path; None where the path is not below it."""
        prefix = self.prefix.rstrip("/")
        if not path.startswith(prefix):
            return None
        rest = path[len(prefix) :]
        return rest if rest.startswith("/") or not rest else None


@dataclass(frozen=True)
class Match:
    """Where a request goes. `route` None: `matched` says whether the path is there at all."""

    route: ApiRoute | None
    parameters: Mapping[str, str]
    matched: bool


def api_of(record: Record) -> Api:
    """A deployment as the store has it."""
    outputs = record.outputs
    specification = _map(outputs.get("specification"))
    return Api(
        id=record.id,
        name=str(outputs.get("displayName") or record.id),
        gateway_id=str(outputs.get("gatewayId")),
        prefix=str(outputs.get("pathPrefix") or "/"),
        specification=specification,
        routes=[_route_of(_map(route)) for route in specification.get("routes") or ()],
    )


def _route_of(route: Mapping[str, Any]) -> ApiRoute:
    path = str(route.get("path") or "/")
    return ApiRoute(
        path=path,
        methods=frozenset(str(method).upper() for method in route.get("methods") or _METHODS),
        pattern=_pattern(path),
        names=[found[1] for found in _PARAMETER.finditer(path)],
        backend=_map(route.get("backend")),
        request_policies=_map(route.get("requestPolicies")),
        response_policies=_map(route.get("responsePolicies")),
        more={name: value for name, value in route.items() if name not in _ROUTE},
    )


def _pattern(path: str) -> re.Pattern[str]:
    text, place = "", 0
    for found in _PARAMETER.finditer(path):
        text += re.escape(path[place : found.start()]) + ("(.*)" if found[2] else "([^/]+)")
        place = found.end()
    return re.compile(text + re.escape(path[place:]), re.DOTALL)


def _rank_of(segment: str) -> int:
    found = _PARAMETER.search(segment)
    return 0 if found is None else 2 if found[2] else 1


def find_api(apis: Sequence[Api], path: str) -> Api | None:
    """The deployment with the longest prefix that a path is below."""
    fitting = [api for api in apis if api.rest_of(path) is not None]
    return max(fitting, key=lambda api: len(api.prefix.rstrip("/")), default=None)


def find_route(api: Api, method: str, path: str) -> Match:
    """The route of a deployment for a method and a path."""
    rest = api.rest_of(path) or ""
    fitting = sorted(
        (route for route in api.routes if route.pattern.fullmatch(rest)), key=lambda one: one.rank
    )
    route = next((route for route in fitting if route.takes(method)), None)
    if route is None:
        return Match(None, {}, bool(fitting))
    found = route.pattern.fullmatch(rest)
    fields = zip(route.names, found.groups() if found else (), strict=True)
    return Match(route, {name: unquote(value) for name, value in fields}, True)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
