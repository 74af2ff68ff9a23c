"""One HTTP request, from its signature to its answer; an ASGI application.

    host ─► service ─► operation ─► signature ─► principal ─► every right ─► handler ─► answer, note in the
    log

The path is never decoded before it is matched: an object's name is one segment, `%2F` and all.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import re
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from oci_iam import Directory, Principal
from sandbox.api.operation import Operation, RestService
from sandbox.api.platform import Platform
from sandbox.api.request import JSON_BYTES, ApiRequest, Body
from sandbox.api.response import ApiResponse, FilePart, as_json
from sandbox.cloud import regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotFound, SandboxFault, ServiceError, coded
from sandbox.cloud.faults import fault_for_call
from sandbox.cloud.kept_secrets import KeptSecrets
from sandbox.cloud.store import Store
from sandbox.console import say
from sandbox.rest import oracle_hosts, suggestion
from sandbox.rest.authorization import Decided, decide_all
from sandbox.rest.caller import Caller, Callers
from sandbox.rest.credentials import Credentials
from sandbox.rest.gateway import gateways
from sandbox.rest.gateway.asked import Asked
from sandbox.rest.gateway.refusal import refusal_response
from sandbox.rest.incoming import read_body
from sandbox.rest.request_log import Entry, RequestLog, Right
from sandbox.rest.retry_tokens import RetryTokens
from sandbox.rest.routing import Route, route, service_of
from sandbox.rest.signature import NotAuthenticated, SignedRequest, verify

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_CLIENT_ID = re.compile(r"[A-Za-z0-9._/-]{1,98}", re.ASCII)
_CHUNK = 256 * 1024
_QUICK, _WAITING = 32, 256
_UNAUTHENTICATED = "The required information to complete authentication was not provided or was incorrect."
_UNAUTHORIZED = "Authorization failed or requested resource not found."
_INTERNAL = coded(500, "InternalServerError", "Internal Server Error")
_NOBODY = Principal(type="nobody")


@dataclass
class _Exchange:
    """One request on its way through; what is known of it so far is what the log gets."""

    method: str
    target: str
    headers: Mapping[str, Sequence[str]]
    host: str
    request_id: str
    client: str = ""
    region: str = ""
    route: Route | None = None
    caller: Caller | None = None
    decided: list[Decided] = field(default_factory=list)
    reason: str = ""
    started: float = field(default_factory=time.monotonic)

    @property
    def operation(self) -> Operation | None:
        return self.route.operation if self.route else None

    @property
    def is_for_gateway(self) -> bool:
        return self.route is not None and self.route.service is gateways.SERVICE

    @property
    def has_two_ends(self) -> bool:
        """Whether two readers could disagree about where it ends, and what comes after is a request."""
        return "content-length" in self.headers and "transfer-encoding" in self.headers

    def header(self, name: str) -> str:
        return ", ".join(self.headers.get(name, ()))


class Application:
    """Answers for every host of Oracle's. Safe to use from several event loops' worth of requests at once."""

    def __init__(self, folder: Path, store: Store, credentials: Credentials, platform: Platform) -> None:
        self._folder = folder
        self._store = store
        self._credentials = credentials
        self._platform = platform
        self._callers = Callers(store)
        self._gateways = gateways.Gateways(folder, store, self._callers, platform, say)
        self._log = RequestLog(folder, KeptSecrets(folder, store))
        self._retry_tokens = RetryTokens(store)
        self._quick = ThreadPoolExecutor(_QUICK, "rest")
        # Functions and long polls: what they wait for may be a request of their own.
        self._waiting = ThreadPoolExecutor(_WAITING, "rest-waiting")
        self.under_way = 0

    def announce(self) -> None:
        """Say what of the deployed gateways is not imitated."""
        self._gateways.announce()

    def close(self) -> None:
        """End the threads; what they do now is not waited for."""
        self._quick.shutdown(wait=False, cancel_futures=True)
        self._waiting.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        if scope["type"] != "http":
            return
        self.under_way += 1
        try:
            await self._exchange(scope, receive, send)
        finally:
            self.under_way -= 1

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _exchange_of(scope)
        body: Body | None = None
        try:
            try:
                self._find(exchange)
                body = await read_body(
                    receive, _largest(exchange.operation), self._folder / "objects" / ".incoming"
                )
                work = self._waiting if exchange.operation and exchange.operation.waits else self._quick
                response = await asyncio.get_running_loop().run_in_executor(
                    work, self._answer, exchange, body
                )
            except ServiceError as error:  # before there was anything to answer
                response = self._failed(exchange, error)
            except OSError as error:  # a full disk
                exchange.reason = f"the body cannot be kept: {error.strerror}"
                response = self._failed(exchange, _INTERNAL)
            await _send(response, exchange, send)
        finally:
            if body is not None and body.file is not None:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(body.file)

    def _find(self, exchange: _Exchange) -> None:
        """The service and operation. Raises `ServiceError` for a host nobody answers for."""
        if exchange.has_two_ends:
            raise coded(400, "CannotParseRequest", "the request has both a length and a transfer encoding")
        host = oracle_hosts.read(exchange.host.partition(":")[0])
        if host is not None and gateways.SERVICE.answers(host.labels):
            exchange.region, exchange.route = host.region, Route(gateways.SERVICE, gateways.OPERATION)
            return
        service = service_of(host) if host is not None else None
        if host is None or service is None:
            raise coded(
                501,
                "NotImplemented",
                f"the sandbox has no service at {exchange.host or 'a host without a name'}",
            )
        exchange.region = host.region
        exchange.route = route(service, exchange.method, exchange.target)

    def _answer(self, exchange: _Exchange, body: Body) -> ApiResponse:
        """The answer, noted in the log. Never raises."""
        try:
            response = self._handled(exchange, body)
        except NotAuthenticated as error:
            exchange.reason = str(error)
            return self._failed(exchange, coded(401, "NotAuthenticated", _UNAUTHENTICATED))
        except ServiceError as error:
            return self._failed(exchange, error)
        except SandboxFault as error:
            exchange.reason = str(error)
            return self._failed(exchange, _INTERNAL)
        except Exception as error:  # noqa: BLE001 the client gets an answer; the log says where it failed
            exchange.reason = _place_of(error)
            return self._failed(exchange, _INTERNAL)
        self._note(exchange, response.status, reason=exchange.reason)
        return response

    def _handled(self, exchange: _Exchange, body: Body) -> ApiResponse:
        assert exchange.route is not None  # noqa: S101 for the type checker; `_find` raised otherwise
        if exchange.is_for_gateway:
            return self._through_gateway(exchange, body)
        service, operation = exchange.route.service, exchange.operation
        if operation is None or not operation.anonymous:
            exchange.caller = self._authenticated(exchange, body)
        if operation is None:
            asked = f"{exchange.method} {exchange.target.partition('?')[0]}"
            raise coded(501, "NotImplemented", f"the sandbox does not imitate {asked} of {service.name}")
        request = self._request(exchange, operation, body)
        if exchange.caller is not None:
            self._authorize(exchange, service, operation, request)
        fault_for_call(self._folder, self._store, operation.name).strike()
        token = request.headers.get("opc-retry-token", "") if operation.creates else ""
        if not token:
            return operation.handler(request)
        return self._retry_tokens.once(token, request, operation.handler)

    def _through_gateway(self, exchange: _Exchange, body: Body) -> ApiResponse:
        path, _, query = exchange.target.partition("?")
        answered = self._gateways.answer(
            Asked(
                method=exchange.method,
                path=path,
                query=query,
                host=exchange.host.partition(":")[0],
                client=exchange.client,
                request_id=exchange.request_id,
                headers=exchange.headers,
                body=body,
            )
        )
        exchange.caller, exchange.decided = answered.caller, answered.decided
        exchange.reason = answered.reason
        named = dataclasses.replace(gateways.OPERATION, name=answered.route or exchange.method)
        exchange.route = Route(gateways.SERVICE, named)
        return answered.response

    def _authenticated(self, exchange: _Exchange, body: Body) -> Caller:
        operation = exchange.operation
        signed = SignedRequest(
            exchange.method,
            exchange.target,
            exchange.headers,
            body.sha256,
            signs_body=operation is None or operation.signs_body,
        )
        key_id = verify(signed, self._credentials.public_key, datetime.now(UTC))
        return self._callers.caller(self._credentials.credential(key_id))

    def _request(self, exchange: _Exchange, operation: Operation, body: Body) -> ApiRequest:
        iam = exchange.caller.iam if exchange.caller else self._callers.iam()
        region = exchange.region or regions.DEFAULT
        home = os.environ.get("OCI_SANDBOX_HOME_REGION")
        assert exchange.route is not None  # noqa: S101 for the type checker
        return ApiRequest(
            operation=operation.name,
            cloud=Cloud(self._store, region, iam.directory.tenancy_id, home, is_region_given=True),
            platform=self._platform,
            principal=exchange.caller.principal if exchange.caller else _NOBODY,
            host=exchange.host,
            request_id=exchange.request_id,
            path=exchange.route.path,
            query=parse_qs(exchange.target.partition("?")[2], keep_blank_values=True),
            headers={name: ", ".join(values) for name, values in exchange.headers.items()},
            body=body,
        )

    def _authorize(
        self, exchange: _Exchange, service: RestService, operation: Operation, request: ApiRequest
    ) -> None:
        """Raises what the service answers where a right is missing."""
        assert exchange.caller is not None  # noqa: S101 for the type checker
        exchange.decided = decide_all(service, operation, request, exchange.caller)
        missing = next((one for one in exchange.decided if not one.decision.allowed), None)
        if missing is None:
            return
        if missing.refusal is not None:
            raise missing.refusal
        if service.refusal is not None:
            raise service.refusal(request)
        raise NotFound(_UNAUTHORIZED)

    def _failed(self, exchange: _Exchange, error: ServiceError) -> ApiResponse:
        self._note(exchange, error.status, error.code, exchange.reason or error.text)
        if exchange.is_for_gateway:
            return refusal_response(error.status)
        return as_json({"code": error.code, "message": error.text}, status=error.status)

    def _note(self, exchange: _Exchange, status: int, code: str = "", reason: str = "") -> None:
        caller = exchange.caller
        principal = caller.principal if caller else _NOBODY
        directory = caller.iam.directory if caller else None
        groups = _groups(principal, directory) if directory else []
        entry = Entry(
            time=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            request_id=exchange.request_id,
            host=exchange.host,
            service=exchange.route.service.name if exchange.route else "",
            operation=exchange.operation.name if exchange.operation else "",
            principal=str(principal) if caller else "",
            principal_id=principal.id or "",
            groups=groups,
            status=status,
            code=code,
            reason=reason,
            rights=[_right(one, directory) for one in exchange.decided] if directory else [],
            milliseconds=round((time.monotonic() - exchange.started) * 1000, 1),
        )
        with contextlib.suppress(SandboxFault):  # a full disk must not take the answer from the client
            self._log.append(entry)


def _exchange_of(scope: Scope) -> _Exchange:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].decode("latin-1")
    exchange = _Exchange(
        method=str(scope["method"]).upper(),
        target=f"{path}?{query}" if query else path,
        headers=headers,
        host=next(iter(headers.get("host", ())), "").lower(),
        request_id="",
        client=str((scope.get("client") or ("",))[0]),
    )
    asked = exchange.header("opc-request-id") or exchange.header("opc-client-request-id")
    own = f"{secrets.token_hex(16).upper()}/{secrets.token_hex(16).upper()}"
    exchange.request_id = f"{asked}/{own}" if _CLIENT_ID.fullmatch(asked) else own
    return exchange


def _largest(operation: Operation | None) -> int | None:
    return operation.largest if operation else JSON_BYTES


def _place_of(error: Exception) -> str:
    """Where the sandbox itself failed; not the error's text, which may hold what the client sent."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def _groups(principal: Principal, directory: Directory) -> list[str]:
    groups = [group.name for group in directory.groups_of(principal).values()]
    return groups + [group.name for group in directory.dynamic_groups_of(principal).values()]


def _right(one: Decided, directory: Directory) -> Right:
    request, decision = one.request, one.decision
    return Right(
        permission=request.permission,
        compartment_id=request.compartment_id,
        allowed=decision.allowed,
        because=decision.because,
        variables={**request.target, **request.variables},
        statement=decision.statement or "",
        suggestion="" if decision.allowed else suggestion.statement_for(request, directory),
        place="" if decision.allowed else suggestion.place_for(request, directory),
    )


async def _send(response: ApiResponse, exchange: _Exchange, send: Send) -> None:
    content = response.content
    headers = {"opc-request-id": exchange.request_id, **response.headers}
    client_id = exchange.header("opc-client-request-id")
    if client_id:
        headers["opc-client-request-id"] = client_id
    if exchange.has_two_ends:
        headers["connection"] = "close"
    if "content-length" not in headers and response.status not in (204, 304):
        if isinstance(content, bytes):
            headers["content-length"] = str(len(content))
        elif isinstance(content, FilePart):
            headers["content-length"] = str(content.length)
    raw = [(name.lower().encode("latin-1"), _value(text)) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    if exchange.method != "HEAD" and response.status not in (204, 304):
        async for piece in _pieces(content):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    elif isinstance(content, FilePart):
        content.file.close()
    await send({"type": "http.response.body", "body": b""})


def _value(text: str) -> bytes:
    """A header's value; what is no Latin-1 goes as UTF-8, and a line break never goes at all."""
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "replace")
    return raw.replace(b"\r", b" ").replace(b"\n", b" ")


async def _pieces(content: bytes | FilePart | Iterator[bytes]) -> Any:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, FilePart):
        with content.file as file:
            file.seek(content.start)
            left = content.length
            while left and (piece := file.read(min(left, _CHUNK))):
                left -= len(piece)
                yield piece
    else:
        while True:
            following = await asyncio.to_thread(_next, content)
            if following is None:
                return
            yield following


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)
