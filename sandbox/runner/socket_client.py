"""HTTP over a unix socket, as the platform talks to a function's container."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RawReply:
    """Status, headers (names in lower case) and at most `limit + 1` bytes of body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(self._path))


def post_call(path: Path, body: bytes, headers: Mapping[str, str], limit: int) -> RawReply:
    """POST /call. Raises `OSError` or `http.client.HTTPException` when the other side goes away."""
    connection = _UnixConnection(path)
    try:
        connection.request("POST", "/call", body=body, headers=dict(headers))
        response = connection.getresponse()
        return RawReply(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read(limit + 1),
        )
    finally:
        connection.close()
