"""The CONNECT proxy: Oracle's hosts end at the local endpoint, every other is refused unless allowed by name.

So nobody's tokens for other services land in local logs, and nothing meant for a real account leaves the
machine. Speaks HTTP/1.1 and HTTP/1.0 without a `Host` header, as Python 3.11's clients do. Does not look into
what it carries.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
from collections.abc import Callable, Collection

from sandbox.rest import oracle_hosts

_LARGEST_HEAD = 16 * 1024
_HEAD_SECONDS = 15.0
_CONNECT_SECONDS = 10.0
_CHUNK = 64 * 1024

_QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux only, and forgotten after each use

Allowed = Callable[[str], Collection[str]]
"""The hosts beside Oracle's that whoever gives this user name may reach."""


class Proxy:
    """Serves one connection after the other; `endpoint_port` is where Oracle's hosts end."""

    def __init__(self, endpoint_port: int, allowed: Allowed) -> None:
        self._endpoint_port = endpoint_port
        self._allowed = allowed
        self._clients: set[asyncio.StreamWriter] = set()

    def end(self) -> None:
        """Hang up on every client."""
        for writer in self._clients:
            writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, until either side ends."""
        self._clients.add(writer)
        try:
            await self._connection(reader, writer)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
            pass  # a client or host that went away, or the proxy's own end: there is nobody left to tell
        finally:
            self._clients.discard(writer)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
        except asyncio.LimitOverrunError:
            await _refuse(writer, 431, "Request Header Fields Too Large", "the request's head is too large")
            return
        asked = _target(head)
        if asked is None:
            await _refuse(writer, 405, "Method Not Allowed", "this proxy knows CONNECT host:port only")
            return
        host, port = asked
        place = self._place(host, port, _user(head))
        if place is None:
            await _refuse(
                writer,
                403,
                "Forbidden",
                f"{host}:{port} is not Oracle's; the sandbox reaches it with `--allow {host}` only",
            )
            return
        try:
            there = await asyncio.wait_for(asyncio.open_connection(*place), _CONNECT_SECONDS)
        except (OSError, TimeoutError):
            await _refuse(writer, 502, "Bad Gateway", f"{host}:{port} cannot be reached")
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await _join(reader, writer, *there)

    def _place(self, host: str, port: int, user: str) -> tuple[str, int] | None:
        if oracle_hosts.read(host) is not None:
            return ("127.0.0.1", self._endpoint_port) if port == 443 else None
        return (host, port) if host.lower() in self._allowed(user) else None


def _target(head: bytes) -> tuple[str, int] | None:
    """The host and port of a CONNECT request, or None if it is none."""
    words = head.split(b"\r\n", 1)[0].split(b" ")
    if len(words) != 3 or words[0] != b"CONNECT" or not words[2].startswith(b"HTTP/1."):
        return None
    host, _, port = words[1].decode("latin-1").rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port[:6]) < 65536:
        return None
    return host.removeprefix("[").removesuffix("]"), int(port)


def _user(head: bytes) -> str:
    """The user name of `Proxy-Authorization: Basic`; empty without one."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        kind, _, secret = value.strip().partition(b" ")
        if name.lower() == b"proxy-authorization" and kind.lower() == b"basic":
            with contextlib.suppress(ValueError):
                return base64.b64decode(secret.strip()).decode("latin-1").partition(":")[0]
    return ""


async def _refuse(writer: asyncio.StreamWriter, status: int, reason: str, text: str) -> None:
    body = f"sandbox: {text}\n".encode()
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
    await writer.drain()


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    """Carry bytes both ways until one side ends: half of a TLS connection is of no use to anybody."""
    ways = [
        asyncio.create_task(_carry(reader, far_writer, writer.get_extra_info("socket"))),
        asyncio.create_task(_carry(far_reader, writer)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        far_writer.close()
        with contextlib.suppress(OSError):
            await far_writer.wait_closed()


async def _carry(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, client: socket.socket | None = None
) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(_CHUNK):
            if client is not None and _QUICK_ACK is not None:
                # The SDK sends a body once its head is acknowledged, which the kernel puts off for 40 ms.
                client.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
            sink.write(chunk)
            await sink.drain()
