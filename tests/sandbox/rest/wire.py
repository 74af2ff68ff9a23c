"""Requests byte by byte: signed as a client signs them, then sent as no client would."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.sandbox.rest.conftest import Door

IDENTITY = "identity.us-ashburn-1.oci.oraclecloud.com"
STORAGE = "objectstorage.us-ashburn-1.oraclecloud.com"
_GENERIC = ("date", "(request-target)", "host")
_BODY = ("content-length", "content-type", "x-content-sha256")


class Signer:
    """Signs as one user, or with any key id and key."""

    def __init__(self, key_id: str, key: rsa.RSAPrivateKey) -> None:
        self.key_id = key_id
        self.key = key

    @classmethod
    def of(cls, door: Door, who: str) -> Signer:
        """With the key of a user of the sandbox."""
        config = door.config(who)
        key = serialization.load_pem_private_key(Path(config["key_file"]).read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return cls(f"{config['tenancy']}/{config['user']}/{config['fingerprint']}", key)

    def headers(
        self, method: str, target: str, host: str, body: bytes | None = None, **more: str
    ) -> dict[str, str]:
        """All headers of a signed request; a body's are signed where there is one."""
        found = {"date": format_datetime(datetime.now(UTC), usegmt=True), "host": host}
        if body is not None:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            found |= {"content-length": str(len(body)), "content-type": "application/json"}
            found |= {"x-content-sha256": digest}
        found |= {name.replace("_", "-"): value for name, value in more.items()}
        names = [*_GENERIC, *(_BODY if body is not None else ())]
        lines = [
            f"{name}: {method.lower()} {target}" if name == "(request-target)" else f"{name}: {found[name]}"
            for name in names
        ]
        signature = self.key.sign("\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256())
        found["authorization"] = (
            f'Signature version="1",algorithm="rsa-sha256",keyId="{self.key_id}",headers="{" ".join(names)}",'
            f'signature="{base64.b64encode(signature).decode()}"'
        )
        return found


def request(
    method: str, target: str, headers: Mapping[str, str], body: bytes = b"", *, is_last: bool = True
) -> bytes:
    """The bytes of a request; after the last one the other side hangs up."""
    more = {"connection": "close"} if is_last else {}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**headers, **more}.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


@contextlib.contextmanager
def connected(door: Door, host: str = IDENTITY) -> Iterator[ssl.SSLSocket]:
    """A TLS connection to a host of Oracle's, through the proxy."""
    context = ssl.create_default_context(cafile=str(door.place.authority))
    with socket.create_connection(("127.0.0.1", door.serving.proxy_port), 10) as plain:
        plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\n\r\n".encode())
        assert plain.recv(1024).startswith(b"HTTP/1.1 200")
        with context.wrap_socket(plain, server_hostname=host) as secure:
            yield secure


def answers(door: Door, sent: bytes, host: str = IDENTITY) -> list[int]:
    """The statuses of every answer to some bytes, until the other side hangs up or says nothing more."""
    with connected(door, host) as secure:
        with contextlib.suppress(OSError):  # it may hang up before it has read all of it
            secure.sendall(sent)
        return _statuses(secure)


def _statuses(secure: ssl.SSLSocket) -> list[int]:
    secure.settimeout(1.0)
    received = b""
    with contextlib.suppress(OSError):
        while piece := secure.recv(65536):
            received += piece
    lines = received.replace(b"}HTTP/1.1 ", b"}\r\nHTTP/1.1 ").split(b"\r\n")
    return [int(line.split()[1]) for line in lines if line.startswith(b"HTTP/1.1 ")]
