"""What a route passes a request on to: a function, invoked as the gateway, or a stock response.

A function gets the client's body, `fn-intent: httprequest`, `fn-http-method`, `fn-http-request-url` and every
header of the client's as `fn-http-h-<name>`; what it answers in `fn-http-status` and `fn-http-h-<name>` is
what the client gets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.api.platform import FunctionAnswer
from sandbox.api.response import ApiResponse
from sandbox.rest.gateway.asked import Asked, Values
from sandbox.rest.gateway.refusal import Refusal

LARGEST_BODY = 6 * 1024 * 1024
"""Bytes of body that a function is passed."""
_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade"}
    | {"transfer-encoding"}
)
_OWN = frozenset({"content-length", "date", "fn-fdk-version", "fn-fdk-runtime", "fn-call-id"})
_PREFIX = "fn-http-h-"


def function_headers(asked: Asked, headers: Values, arguments: Values | None) -> dict[str, str]:
    """What a function is told of a request. `arguments` are given where a policy has changed them."""
    query = asked.query if arguments is None else urlencode(arguments, doseq=True, quote_via=quote)
    told = {
        f"{_PREFIX}{name}": ", ".join(values) for name, values in headers.items() if name not in _CONNECTION
    }
    told[f"{_PREFIX}x-forwarded-for"] = _forwarded_for(asked, headers)
    told[f"{_PREFIX}x-real-ip"] = asked.client
    return {
        **told,
        "content-type": ", ".join(headers.get("content-type", ())) or "application/octet-stream",
        "fn-intent": "httprequest",
        "fn-http-method": asked.method,
        "fn-http-request-url": f"{asked.path}?{query}" if query else asked.path,
    }


def _forwarded_for(asked: Asked, headers: Values) -> str:
    return ", ".join([*headers.get("x-forwarded-for", ()), asked.client])


def of_function(answer: FunctionAnswer) -> tuple[int, Values, bytes]:
    """What a client gets of a function's answer: status, headers, body. Raises `Refusal`."""
    if answer.code:
        status = answer.status if answer.status in (429, 503, 504) else 502
        raise Refusal(status, f"the function was answered for: {answer.status} {answer.code}")
    told = {name.lower(): value for name, value in answer.headers.items()}
    stated = told.get("fn-http-status", str(answer.status))
    if not (stated.isascii() and stated.isdigit() and len(stated) == 3 and 200 <= int(stated) < 600):
        raise Refusal(502, f"the function's fn-http-status is {stated[:20]!r}")
    headers = {
        name.removeprefix(_PREFIX): [value]
        for name, value in told.items()
        if name.startswith(_PREFIX) and name.removeprefix(_PREFIX) not in _CONNECTION | _OWN
    }
    if "content-type" in told:
        headers["content-type"] = [told["content-type"]]
    return int(stated), headers, answer.content


def stock(backend: Mapping[str, Any]) -> tuple[int, Values, bytes]:
    """A stock response: status, headers, body."""
    headers: Values = {}
    for item in backend.get("headers") or ():
        headers.setdefault(str(item.get("name")).lower(), []).append(str(item.get("value") or ""))
    return int(backend.get("status") or 200), headers, str(backend.get("body") or "").encode()


def response(status: int, headers: Values, content: bytes) -> ApiResponse:
    """The answer to a client."""
    return ApiResponse(
        status,
        {name: ", ".join(values) for name, values in headers.items() if name not in _OWN | _CONNECTION},
        content,
    )
