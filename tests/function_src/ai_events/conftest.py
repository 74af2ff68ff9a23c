"""A small cloud for the handler: what it calls of Object Storage and Notifications, and their failures."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ai_events import alerts, service
from ai_events.deadline import Deadline
from ai_events.identity import ResourcePrincipal
from ai_events.service import Service

TOPIC = "ocid1.onstopic.oc1.iad.aaaaalerts"
Opener = Callable[..., Service]


@dataclass
class FakeCloud:
    """What was written and published, what was asked, and what goes wrong next.

    `wrong` maps `METHOD NAME` (`PUT incidents/`, `POST messages`) to the answers that calls of it get first:
    a status with a code, `hangup` (nothing is done), `lost` (it is done, the answer never comes), a number of
    seconds (it comes late), or `ok`.
    """

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    written_at: dict[str, float] = field(default_factory=dict)
    published: list[dict[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    wrong: dict[str, list[Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, start: str) -> int:
        """How many calls began like that."""
        return sum(call.startswith(start) for call in self.calls)

    def by_folder(self) -> Counter[str]:
        """How many objects there are below each first folder."""
        return Counter(name.partition("/")[0] for name in self.objects)

    def next_wrong(self, call: str) -> Any:
        """What this call gets."""
        for start, answers in self.wrong.items():
            if call.startswith(start) and answers:
                return answers.pop(0)
        return "ok"

    def grow_old(self, seconds: float) -> None:
        """Everything was written that much earlier."""
        for name in self.written_at:
            self.written_at[name] -= seconds


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_PUT(self) -> None:
        self._serve("PUT")

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        server: Any = self.server
        cloud: FakeCloud = server.cloud
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        name = unquote(self.path.rpartition("/")[2])
        with cloud.lock:
            cloud.calls.append(f"{method} {name}")
            cloud.tokens.append(self.headers["authorization"].partition("ST$")[2].partition('"')[0])
            wrong = cloud.next_wrong(f"{method} {name}")
        if wrong == "hangup":
            self.close_connection = True
            return
        if isinstance(wrong, float):
            time.sleep(wrong)
        if isinstance(wrong, tuple):
            self._answer(wrong[0], {}, json.dumps({"code": wrong[1], "message": "token=s3cr3t"}).encode())
            return
        with cloud.lock:
            status, headers, answer = self._done(cloud, method, name, body)
        if wrong == "lost":
            self.close_connection = True
            return
        self._answer(status, headers, answer)

    def _done(
        self, cloud: FakeCloud, method: str, name: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if method == "POST":
            cloud.published.append(json.loads(body))
            return 202, {}, b'{"messageId": "m-1"}'
        if method == "GET":
            if name not in cloud.objects:
                return 404, {}, b'{"code": "ObjectNotFound"}'
            metadata = {
                key: value
                for key, value in cloud.headers.get(name, {}).items()
                if key.startswith("opc-meta-")
            }
            written_at = formatdate(cloud.written_at[name], usegmt=True)
            return 200, {"last-modified": written_at, **metadata}, cloud.objects[name]
        assert self.headers["if-none-match"] == "*"
        if name in cloud.objects:
            return 412, {}, b'{"code": "IfNoneMatchFailed"}'
        cloud.objects[name], cloud.written_at[name] = body, time.time()
        cloud.headers[name] = {key.lower(): value for key, value in self.headers.items()}
        return 200, {}, b""

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that gave up is no fault of the server."""


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    """The cloud, served."""
    server: Any = _Server(("127.0.0.1", 0), _Handler)
    server.cloud = FakeCloud(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.cloud
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    """A session's key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def principal(tmp_path: Path, key: rsa.RSAPrivateKey) -> dict[str, str]:
    """The environment of a function with a resource principal, its files in `tmp_path`."""
    (tmp_path / "rpst").write_text("head.claims.signature\n")
    (tmp_path / "private.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return {
        "OCI_RESOURCE_PRINCIPAL_VERSION": "2.2",
        "OCI_RESOURCE_PRINCIPAL_RPST": str(tmp_path / "rpst"),
        "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM": str(tmp_path / "private.pem"),
        "OCI_RESOURCE_PRINCIPAL_REGION": "us-ashburn-1",
    }


@pytest.fixture
def opened(cloud: FakeCloud, principal: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Makes the client of an invocation that has so many seconds; it is at the fake cloud."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(service, "_FIRST_PAUSE_SECONDS", 0.002)
    monkeypatch.setattr(alerts, "_LOOK_SECONDS", 0.02)
    endpoints = {"objectstorage": cloud.url, "notification": cloud.url}

    def open_service(seconds: float = 20.0) -> Service:
        return Service(ResourcePrincipal(principal), Deadline.after(seconds), endpoints)

    return open_service
