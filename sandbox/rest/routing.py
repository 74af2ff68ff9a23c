"""Host and path to one operation of a service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, unquote

from sandbox.api.operation import Operation, RestService
from sandbox.rest.oracle_hosts import OracleHost
from sandbox.services import rest_services

_VERSION = re.compile(r"/(\d{8})(?=/)")


@dataclass(frozen=True)
class Route:
    """`operation` None: the service is there, but not what the path asks for. `path`: decoded fields."""

    service: RestService
    operation: Operation | None
    path: Mapping[str, str] = field(default_factory=dict)


def service_of(host: OracleHost) -> RestService | None:
    """The service that answers at a host."""
    return _service(host.labels)


@cache
def _service(labels: tuple[str, ...]) -> RestService | None:
    return next((service for service in rest_services() if service.answers(labels)), None)


def route(service: RestService, method: str, target: str) -> Route:
    """The operation for path and query as they were sent: `%2F` inside a segment does not part it."""
    path, _, query = target.partition("?")
    given = parse_qs(query)
    version = _VERSION.match(path)
    if service.versions:
        if version is None or version[1] not in service.versions:
            return Route(service, None)
        path = path[version.end() :]
    for operation in service.operations:
        found = operation.pattern.fullmatch(path) if operation.method == method else None
        if found and (not operation.argument or operation.argument in given):
            fields = {name: unquote(value) for name, value in found.groupdict().items()}
            return Route(service, operation, fields)
    return Route(service, None)
