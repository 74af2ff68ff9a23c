"""A small rule set for an endpoint that a model stands behind: methods, content types, the body's size.

One description, rendered for both firewalls: custom protection rules of the edge (ModSecurity) and the
conditions of the regional one (JMESPath, at most 1,024 characters; Oracle's page "Understanding Conditions").

Not for: what a prompt says. Neither firewall reads that, and nor does a gateway.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from components.values import limits
from components.values.api_route import Method, check_media_types, check_methods
from components.values.option import Option
from components.values.sec_rule import SecRule

LONGEST_CONDITION = 1024
LARGEST_BODY = 6 * 1024 * 1024  # what a gateway passes to a function


def _no_any(values: Sequence[str]) -> None:
    check_methods(values)
    if "ANY" in values:
        raise ValueError("ANY would let every method through; name them")


def _some_media_types(values: Sequence[str]) -> None:
    if not 1 <= len(values) <= 10:
        raise ValueError(f"expected 1 to 10 media types, found {len(values)}")
    check_media_types(values)


@dataclass(frozen=True, kw_only=True)
class AiEndpoint:
    """What requests to the endpoint look like; others are refused."""

    methods: Annotated[Sequence[Method], Option("Methods that are let through", _no_any)] = (
        "POST",
        "OPTIONS",
    )
    content_types: Annotated[Sequence[str], Option("Media types that a body may have", _some_media_types)] = (
        "application/json",
    )
    max_body_in_bytes: Annotated[
        int,
        Option(
            "Largest body, by its Content-Length; a body without one is refused",
            lambda value: limits.between(value, 1, LARGEST_BODY, "bytes"),
        ),
    ] = 65536


@dataclass(frozen=True)
class Condition:
    """A rule of the regional firewall: where `holds` (JMESPath) is true, the answer is `code`."""

    holds: str
    code: int


def custom_rules(endpoint: AiEndpoint) -> Mapping[str, Sequence[SecRule]]:
    """The rule set as custom protection rules of the edge, by name."""
    allowed = "|".join(endpoint.methods)
    types = "|".join(_pattern(each) for each in endpoint.content_types)
    return {
        "ai-methods": [
            SecRule(
                variables=["REQUEST_METHOD"],
                operator=f"!@rx ^({allowed})$",
                msg="Method not allowed",
                phase=1,
            )
        ],
        "ai-content-type": [
            SecRule(
                variables=["REQUEST_HEADERS:Content-Type"],
                operator=f"!@rx ^({types})([ ;].*)?$",
                msg="Content type not allowed",
                phase=1,
                transformations=["lowercase"],
            )
        ],
        "ai-body-size": [
            SecRule(
                variables=["REQUEST_HEADERS:Content-Length"],
                operator=f"@gt {endpoint.max_body_in_bytes}",
                msg="Body too large",
                phase=1,
            ),
            SecRule(
                variables=["REQUEST_HEADERS:Transfer-Encoding"],
                operator="@rx .",
                msg="Body without a stated length",
                phase=1,
            ),
        ],
    }


def conditions(endpoint: AiEndpoint) -> Mapping[str, Condition]:
    """The rule set as conditions of the regional firewall, by name."""
    allowed = ", ".join(f"'{each}'" for each in endpoint.methods)
    type = _header("content-type")
    fits = " || ".join(f"starts_with({type}, '{each.removesuffix('*')}')" for each in endpoint.content_types)
    size = json.dumps(endpoint.max_body_in_bytes)
    return {
        "ai-methods": Condition(f"!contains([{allowed}], http.request.method)", 405),
        "ai-content-type": Condition(f"{_given('content-type')} && !({fits})", 415),
        "ai-body-size": Condition(
            f"{_given('content-length')} && to_number({_header('content-length')}) > `{size}`", 413
        ),
        "ai-no-length": Condition(_given("transfer-encoding"), 411),
    }


def _pattern(media_type: str) -> str:
    kind, _, rest = media_type.partition("/")
    return f"{re.escape(kind)}/{'[^ ;]+' if rest == '*' else re.escape(rest)}"


def _given(header: str) -> str:
    return f"contains(keys(http.request.headers), '{header}')"


def _header(name: str) -> str:
    return f'http.request.headers."{name}"[0]'
