"""Context variables in a policy's values: `${request.headers[name]}`, query, path, host, auth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.rest.gateway.asked import Asked

_EXPRESSION = re.compile(r"\$\{([^}]*)\}")
_KNOWN = re.compile(r"request\.(?:(headers|query|path|auth)\[([^\]]+)\]|(host|method))", re.ASCII)


def unknown_in(text: str) -> Iterator[str]:
    """The expressions in a text that are not followed here."""
    return (found[1] for found in _EXPRESSION.finditer(text) if not _KNOWN.fullmatch(found[1]))


def filled_in(text: str, asked: Asked) -> str:
    """A text with its expressions replaced; what a request does not have is empty."""
    return _EXPRESSION.sub(lambda found: value_of(found[1], asked), text)


def value_of(expression: str, asked: Asked) -> str:
    """The value of one expression; empty where the request has none."""
    found = _KNOWN.fullmatch(expression)
    if found is None:
        return ""
    if found[3]:
        return asked.host if found[3] == "host" else asked.method
    table, name = found[1], found[2]
    if table == "headers":
        return asked.header(name) or ""
    if table == "query":
        return ",".join(asked.arguments().get(name, ()))
    if table == "path":
        return asked.parameters.get(name, "")
    return _written(asked.claims.get(name))


def _written(claim: Any) -> str:
    if claim is None:
        return ""
    return " ".join(map(str, claim)) if isinstance(claim, list) else str(claim)
