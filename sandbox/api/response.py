"""What an operation's handler answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO


@dataclass(frozen=True)
class FilePart:
    """Bytes of an open file, which is closed when they are sent: what replaces it meanwhile is not seen."""

    file: BinaryIO
    start: int
    length: int


Content = bytes | FilePart | Iterator[bytes]


@dataclass(frozen=True)
class ApiResponse:
    """Status, headers and body; what OCI adds to every answer is added for it. `content` is sent as it is; an
    iterator is sent piece by piece, as events of a stream are."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Content = b""


def as_json(value: Any, headers: Mapping[str, str] | None = None, status: int = 200) -> ApiResponse:
    """A JSON body."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return ApiResponse(status, {"content-type": "application/json", **(headers or {})}, content)


def nothing(headers: Mapping[str, str] | None = None, status: int = 204) -> ApiResponse:
    """No body."""
    return ApiResponse(status, headers or {})
