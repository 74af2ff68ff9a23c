"""The CONNECT proxy: where it leads, and where it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from sandbox.rest.proxy import Proxy

HOST = "identity.us-ashburn-1.oci.oraclecloud.com"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1024):
        writer.write(data.upper())
        await writer.drain()
    writer.close()


def answered(head: str, sent: bytes = b"", allowed: dict[str, set[str]] | None = None) -> bytes:
    """What a client gets for a request, and then for what it sends; the endpoint answers in capitals."""

    async def run() -> bytes:
        endpoint = await asyncio.start_server(_echo, "127.0.0.1", 0)
        port = endpoint.sockets[0].getsockname()[1]
        proxy = Proxy(port, lambda run: (allowed or {}).get(run, set()))
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        asked = head.replace("PORT", str(port))
        async with endpoint, server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(asked.encode() + b"\r\n\r\n")
            found = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            if sent:
                writer.write(sent)
                found += await asyncio.wait_for(reader.readexactly(len(sent)), 5)
            else:
                found += await asyncio.wait_for(reader.read(), 5)
            writer.close()
            await writer.wait_closed()
            # The proxy and the endpoint hang up in their turn.
            while len(asyncio.all_tasks()) > 1:
                await asyncio.sleep(0.001)
            return found

    return asyncio.run(run())


@pytest.mark.parametrize(
    "head",
    [
        f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443",
        f"CONNECT {HOST}:443 HTTP/1.0",
        f"CONNECT {HOST.upper()}:443 HTTP/1.1\r\nUser-Agent: x",
    ],
)
def test_oracles_hosts_end_at_the_endpoint(head: str) -> None:
    """Also without a Host header, as older clients ask."""
    assert answered(head, b"hello") == b"HTTP/1.1 200 Connection established\r\n\r\nHELLO"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("CONNECT example.com:443 HTTP/1.1", b"403"),
        (f"CONNECT {HOST}:22 HTTP/1.1", b"403"),
        (f"CONNECT {HOST}.example.com:443 HTTP/1.1", b"403"),
        ("CONNECT 127.0.0.1:PORT HTTP/1.1", b"403"),
        ("CONNECT [::1]:443 HTTP/1.1", b"403"),
        (f"GET https://{HOST}/ HTTP/1.1", b"405"),
        ("CONNECT :443 HTTP/1.1", b"405"),
        (f"CONNECT {HOST}:0 HTTP/1.1", b"405"),
        (f"CONNECT {HOST}:99999 HTTP/1.1", b"405"),
        (f"CONNECT {HOST} HTTP/1.1", b"405"),
        ("nonsense", b"405"),
    ],
)
def test_everything_else_is_refused(head: str, status: bytes) -> None:
    """With a reason a person can read."""
    found = answered(head)

    assert found.startswith(b"HTTP/1.1 " + status)
    assert b"\r\n\r\nsandbox: " in found


def test_a_host_is_allowed_by_name_for_who_asked() -> None:
    """`--allow` of one command says nothing about another's."""
    user = "Proxy-Authorization: Basic cnVuMTp4"  # run1:x
    other = "Proxy-Authorization: Basic cnVuMjp4"
    allowed = {"run1": {"127.0.0.1"}}

    assert answered(f"CONNECT 127.0.0.1:PORT HTTP/1.1\r\n{user}", b"a", allowed).endswith(b"A")
    assert answered(f"CONNECT 127.0.0.1:PORT HTTP/1.1\r\n{other}", allowed=allowed).startswith(
        b"HTTP/1.1 403"
    )
    assert answered("CONNECT 127.0.0.1:PORT HTTP/1.1", allowed=allowed).startswith(b"HTTP/1.1 403")


def test_a_host_that_cannot_be_reached() -> None:
    """502, and its name."""
    user = "Proxy-Authorization: Basic cnVuMTp4"
    found = answered(f"CONNECT 127.0.0.1:1 HTTP/1.1\r\n{user}", allowed={"run1": {"127.0.0.1"}})

    assert found.startswith(b"HTTP/1.1 502")
    assert found.endswith(b"127.0.0.1:1 cannot be reached\n")


def test_a_head_without_end() -> None:
    """Is cut off, rather than kept in memory."""
    assert answered(f"CONNECT {HOST}:443 HTTP/1.1\r\nX: {'x' * 100_000}").startswith(b"HTTP/1.1 431")
