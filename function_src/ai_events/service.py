"""Calls to OCI's services: signed, bounded in time and size, repeated only where that can mend anything.

| answer                                        | what is done                                               |
|-----------------------------------------------|------------------------------------------------------------|
| 409, 429, 500, 502, 503, 504; none at all     | asked again after a moment, while there is time            |
| 401                                           | asked again once, if the platform has replaced the token   |
| anything else                                 | given to the caller as it is                               |

The SDK would do as much, but takes a tenth of a second and 30 MB to import and 500 MB in the image, for the
three operations that this function calls. Certificates are those of SSL_CERT_FILE or REQUESTS_CA_BUNDLE, else
certifi's; a proxy is HTTPS_PROXY.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import quote as percent
from urllib.parse import unquote, urlsplit

import certifi
import urllib3

from ai_events.deadline import Deadline
from ai_events.failures import Unprocessed
from ai_events.identity import ResourcePrincipal
from ai_events.strict_json import too_large

_CONNECT_SECONDS, _READ_SECONDS = 3.05, 9.0
_FIRST_PAUSE_SECONDS = 0.2
_CHUNK = 64 * 1024
_TRANSIENT = frozenset({409, 429, 500, 502, 503, 504})


class NoAnswer(Exception):
    """No answer came: the name of what went wrong, never a library's own text."""


@dataclass(frozen=True)
class Reply:
    """What a service answered. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The service's own code of an error; empty where it gave none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        code = value.get("code") if isinstance(value, dict) else None
        return code if isinstance(code, str) else ""


class Service:
    """Calls for the length of one invocation: a connection that idled longer may be dead unnoticed."""

    def __init__(
        self, principal: ResourcePrincipal, deadline: Deadline, endpoints: Mapping[str, str] | None = None
    ) -> None:
        self._principal = principal
        self._deadline = deadline
        self._endpoints = endpoints or {}
        self._http = _http(os.environ)

    @property
    def deadline(self) -> Deadline:
        """When everything must be done."""
        return self._deadline

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _frames: TracebackType | None
    ) -> None:
        self._http.clear()

    def call(
        self,
        method: str,
        service: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        sign_body: bool = True,
        attempts: int = 4,
        max_bytes: int = _CHUNK,
        deadline: Deadline | None = None,
    ) -> Reply:
        """One operation.

        Raises `NoAnswer`, `Unprocessed` (out-of-time), and `Refusal` (too-large) for a body over `max_bytes`.
        """
        base = self._endpoints.get(service) or self._principal.endpoint(service)
        request = _Request(method, base, path, dict(headers or {}), body, sign_body, max_bytes)
        until = deadline or self._deadline
        is_renewed, attempt = False, 1
        while True:
            failure = None
            try:
                reply = self._once(request, until)
                if reply.status == 401 and not is_renewed and self._principal.renew():
                    is_renewed = True
                    continue
                if reply.status not in _TRANSIENT:
                    return reply
            except urllib3.exceptions.HTTPError as error:
                failure = type(error).__name__
            pause = _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 no secret
            if attempt == attempts or pause >= until.left():
                if failure:
                    raise NoAnswer(failure)
                return reply
            time.sleep(pause)
            attempt += 1

    def _once(self, request: _Request, until: Deadline) -> Reply:
        left = until.left()
        if left <= 0:
            raise _out_of_time()
        sent = self._principal.signed(
            request.method,
            request.base + request.path,
            request.headers,
            (request.body or b"") if request.is_body_signed else None,
        )
        response = self._http.connection_from_url(request.base).urlopen(
            request.method,
            request.path,
            body=request.body,
            headers=sent,
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
            timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, left), read=min(_READ_SECONDS, left)),
        )
        try:
            limit = request.max_bytes if response.status < 300 else _CHUNK
            body = _gather(response, limit, until)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return Reply(response.status, {name.lower(): value for name, value in response.headers.items()}, body)


@dataclass(frozen=True)
class _Request:
    method: str
    base: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    sign_body: bool
    max_bytes: int

    @property
    def is_body_signed(self) -> bool:
        return self.sign_body and self.method in {"POST", "PUT"}


def segment(text: str) -> str:
    """One segment of a path; no client or proxy on the way may read `.` or `..` into it."""
    return text.replace(".", "%2E") if text in {".", ".."} else percent(text, safe="")


def _gather(response: urllib3.BaseHTTPResponse, max_bytes: int, until: Deadline) -> bytes:
    """The body, up to the limit, whatever size was announced."""
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise too_large(f"the object is {announced} bytes", max_bytes)
    body = bytearray()
    for chunk in response.stream(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > max_bytes:
            raise too_large(f"the object is more than {max_bytes} bytes", max_bytes)
        if until.left() <= 0:
            raise _out_of_time()
    return bytes(body)


def _out_of_time() -> Unprocessed:
    return Unprocessed("out-of-time", "the invocation's deadline is too near to call another service")


def _http(environment: Mapping[str, str]) -> urllib3.PoolManager:
    trusted = environment.get("SSL_CERT_FILE") or environment.get("REQUESTS_CA_BUNDLE") or certifi.where()
    proxy = environment.get("HTTPS_PROXY") or environment.get("https_proxy")
    if not proxy:
        return urllib3.PoolManager(ca_certs=trusted)
    parts = urlsplit(proxy)
    login = None
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return urllib3.ProxyManager(
        proxy, proxy_headers=urllib3.make_headers(proxy_basic_auth=login), ca_certs=trusted
    )
