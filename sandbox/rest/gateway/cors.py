"""Cross-origin requests: what a browser asks first, and what it is told with every answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.rest.gateway.asked import Asked


def asks_first(asked: Asked) -> bool:
    """Whether this is a browser's question before the request itself."""
    return (
        asked.method == "OPTIONS"
        and asked.header("origin") is not None
        and asked.header("access-control-request-method") is not None
    )


def answer_first(policy: Mapping[str, Any], asked: Asked) -> dict[str, str]:
    """The headers that answer such a question; none for an origin that is not allowed."""
    found = _origin(policy, asked)
    if not found:
        return {}
    for name, given in (
        ("access-control-allow-methods", "allowedMethods"),
        ("access-control-allow-headers", "allowedHeaders"),
    ):
        if policy.get(given):
            found[name] = ", ".join(map(str, policy[given]))
    age = int(policy.get("maxAgeInSeconds") or 0)
    if age > 0:
        found["access-control-max-age"] = str(age)
    return found


def told(policy: Mapping[str, Any], asked: Asked) -> dict[str, str]:
    """The headers of every other answer."""
    found = _origin(policy, asked)
    if found and policy.get("exposedHeaders"):
        found["access-control-expose-headers"] = ", ".join(map(str, policy["exposedHeaders"]))
    return found


def _origin(policy: Mapping[str, Any], asked: Asked) -> dict[str, str]:
    origin, allowed = asked.header("origin"), [str(one) for one in policy.get("allowedOrigins") or ()]
    if origin is None or (origin not in allowed and "*" not in allowed):
        return {}
    with_credentials = bool(policy.get("isAllowCredentialsEnabled"))
    any_origin = origin not in allowed and not with_credentials
    found = {"access-control-allow-origin": "*" if any_origin else origin, "vary": "Origin"}
    if with_credentials:
        found["access-control-allow-credentials"] = "true"
    return found
