"""What a route wants of a request: headers, query parameters, a body of some media type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.rest.gateway.asked import Asked
from sandbox.rest.gateway.refusal import Refusal


def check(policies: Mapping[str, Any], asked: Asked) -> list[str]:
    """Raise `Refusal` for the first check that fails and is enforced; what is only permissive is returned."""
    noted = []
    for name, failed in (
        ("headerValidations", _headers),
        ("queryParameterValidations", _parameters),
        ("bodyValidation", _body),
    ):
        policy = policies.get(name) or {}
        mode = str(policy.get("validationMode") or "ENFORCING").upper()
        for status, reason in failed(policy, asked) if policy and mode != "DISABLED" else ():
            if mode != "PERMISSIVE":
                raise Refusal(status, reason)
            noted.append(f"permissive: {reason}")
    return noted


def _headers(policy: Mapping[str, Any], asked: Asked) -> Iterator[tuple[int, str]]:
    for item in policy.get("headers") or ():
        if item.get("required") and not asked.header(str(item.get("name"))):
            yield 400, f"header {item.get('name')} is required"


def _parameters(policy: Mapping[str, Any], asked: Asked) -> Iterator[tuple[int, str]]:
    given = asked.arguments()
    for item in policy.get("parameters") or ():
        if item.get("required") and str(item.get("name")) not in given:
            yield 400, f"query parameter {item.get('name')} is required"


def _body(policy: Mapping[str, Any], asked: Asked) -> Iterator[tuple[int, str]]:
    if not asked.body.size:
        if policy.get("required"):
            yield 400, "a body is required"
        return
    ranges = [str(one.get("mediaType")).lower() for one in policy.get("contents") or ()]
    type = (asked.header("content-type") or "").partition(";")[0].strip().lower()
    if ranges and not any(_fits(type, one) for one in ranges):
        yield 415, f"content type {type[:80]!r} is none of {', '.join(ranges)}"


def _fits(type: str, range: str) -> bool:
    if range in ("*", "*/*"):
        return True
    return type.startswith(range[:-1]) if range.endswith("/*") else type == range
