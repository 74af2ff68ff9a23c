"""One request to a gateway, as the policies of a deployment look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from sandbox.api.request import Body

Values = dict[str, list[str]]
"""Headers or query parameters: every value of each name."""


@dataclass
class Asked:
    """`path` and `query` are as sent, percent-encoded. `headers` are in lower case.

    `parameters` are the decoded fields of the route's path, `claims` those of the token, once they are known.
    """

    method: str
    path: str
    query: str
    host: str
    client: str
    request_id: str
    headers: Mapping[str, Sequence[str]]
    body: Body
    parameters: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)

    def header(self, name: str) -> str | None:
        """A header's value, several joined as HTTP joins them; None without one."""
        values = self.headers.get(name.lower())
        return ", ".join(values) if values else None

    def arguments(self) -> Values:
        """The query parameters, in order; names are case-sensitive."""
        found: Values = {}
        for name, value in parse_qsl(self.query, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found
