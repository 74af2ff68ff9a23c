"""HTTP over a unix socket, as the platform talks to a function's container."""

from __future__ import annotations

import contextlib
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
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def connect(self) -> None:
        self.sock.connect(str(self._path))


class Exchange:
    """One POST /call that another thread can break off."""

    def __init__(self, path: Path) -> None:
        self._connection = _UnixConnection(path)

    def post(self, body: bytes, headers: Mapping[str, str], limit: int) -> RawReply:
        """Raises `OSError` or `http.client.HTTPException` when the other side goes away, or it is cut."""
        try:
            self._connection.connect()
            self._connection.request("POST", "/call", body=body, headers=dict(headers))
            response = self._connection.getresponse()
            return RawReply(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                response.read(limit + 1),
            )
        finally:
            self._connection.close()

    def cut(self) -> None:
        """End it now, whoever holds the other end: the function may have passed it on."""
        sock = self._connection.sock
        with contextlib.suppress(OSError, AttributeError):
            sock.shutdown(socket.SHUT_RDWR)
