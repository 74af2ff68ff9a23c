"""Both readers: files below a folder, and Object Storage, which is a small HTTP server here."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from ai_events.deadline import Deadline
from ai_events.failures import EventFailure, Refusal, Unprocessed
from ai_events.identity import ResourcePrincipal
from ai_events.objects import FolderReader, ObjectName, StorageReader
from ai_events.service import Service

BODY = b'{"score": 0.9}'
TARGET = ObjectName("ns", "ai-output", "results/a b.json")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with one bucket and one object."""
    path = tmp_path / "objects" / "ns" / "ai-output" / "results" / "a b.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY)
    return tmp_path / "objects"


def code_of(reader: Any, target: ObjectName, max_bytes: int = 100) -> tuple[type[EventFailure], str]:
    """How reading fails."""
    with pytest.raises(EventFailure) as caught:
        reader.read(target, max_bytes)
    return type(caught.value), caught.value.code


def test_an_object_is_a_file_below_its_bucket(root: Path) -> None:
    """`<root>/<namespace>/<bucket>/<object name>`."""
    assert FolderReader(str(root)).read(TARGET, len(BODY)).body == BODY


def test_a_file_over_the_limit_is_refused(root: Path) -> None:
    """One byte too many is too many."""
    assert (Refusal, "too-large") == code_of(FolderReader(str(root)), TARGET, len(BODY) - 1)


@pytest.mark.parametrize(
    ("target", "failure"),
    [
        (ObjectName("ns", "ai-output", "results/b.json"), (Refusal, "object-not-found")),
        (ObjectName("ns", "ai-output", "results"), (Refusal, "object-not-found")),
        (ObjectName("ns", "ai-output", "results/a b.json/x"), (Refusal, "object-not-found")),
        (ObjectName("ns", "other", "a"), (Unprocessed, "object-not-readable")),
        (ObjectName("other", "ai-output", "a"), (Unprocessed, "object-not-readable")),
        (ObjectName("ns", "ai-output", "../ai-output/results/a b.json"), (Refusal, "unsafe-name")),
        (ObjectName("ns", "ai-output", "results/../../../../secret"), (Refusal, "unsafe-name")),
        (ObjectName("ns", "ai-output", "/etc/passwd"), (Refusal, "unsafe-name")),
        (ObjectName("ns", "ai-output", "results//a b.json"), (Refusal, "unsafe-name")),
        (ObjectName("ns", "ai-output", "./results/a b.json"), (Refusal, "unsafe-name")),
        (ObjectName("ns", "ai-output", "link"), (Refusal, "unsafe-name")),
        (ObjectName("ns", "ai-output", "folder/secret"), (Refusal, "unsafe-name")),
        (ObjectName("ns", "ai-output", "x" * 300), (Unprocessed, "storage-unavailable")),
    ],
)
def test_names_that_are_no_object(root: Path, target: ObjectName, failure: Any) -> None:
    """Nothing outside the bucket's folder is read, be it by `..` or by a link."""
    (root.parent / "secret").write_text("secret")
    bucket = root / "ns" / "ai-output"
    (bucket / "link").symlink_to(root.parent / "secret")
    (bucket / "folder").symlink_to(root.parent, target_is_directory=True)

    assert failure == code_of(FolderReader(str(root)), target)


def test_a_pipe_is_not_waited_for(root: Path) -> None:
    """Opening a named pipe would block for ever."""
    os.mkfifo(root / "ns" / "ai-output" / "pipe")

    assert (Refusal, "object-not-found") == code_of(
        FolderReader(str(root)), ObjectName("ns", "ai-output", "pipe")
    )


class _Storage(BaseHTTPRequestHandler):
    """Answers like Object Storage for one object, and in a few wrong ways on demand."""

    protocol_version = "HTTP/1.1"
    mode = "ok"
    seen: list[tuple[str, str]]

    def do_GET(self) -> None:
        server: Any = self.server
        server.seen.append((unquote(self.path), self.headers.get("authorization", "")))
        mode = server.mode
        if mode == "hangup":
            self.close_connection = True
            return
        if mode.isdigit():
            self._error(int(mode), server.code)
            return
        body = b"x" * 1000 if mode == "large" else BODY
        self.send_response(200)
        if mode == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for _ in range(64):
                self.wfile.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(body) + (5 if mode == "short" else 0)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = mode == "short"

    def _error(self, status: int, code: str) -> None:
        body = json.dumps({"code": code, "message": "a message with token=s3cr3t"}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def storage() -> Iterator[Any]:
    """The server, with `mode` and `code` to set and the requests it has `seen`."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Storage)
    server.mode, server.code, server.seen = "ok", "", []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def reader(
    storage: Any, principal: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[StorageReader]:
    """The function's own client, pointed at the server."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    host, port = storage.server_address
    endpoints = {"objectstorage": f"http://{host}:{port}"}
    with Service(ResourcePrincipal(principal), Deadline.after(20), endpoints) as service:
        yield StorageReader(service)


def test_an_object_is_read(reader: StorageReader, storage: Any) -> None:
    """The request is signed and names namespace, bucket and object."""
    assert reader.read(TARGET, 100).body == BODY

    path, authorization = storage.seen[0]
    assert path.endswith("/n/ns/b/ai-output/o/results/a b.json")
    assert authorization.startswith("Signature ")


@pytest.mark.parametrize("mode", ["large", "chunked"])
def test_the_limit_holds_with_and_without_an_announced_size(
    reader: StorageReader, storage: Any, mode: str
) -> None:
    """Chunked answers announce no size: reading stops at the limit."""
    storage.mode = mode

    assert (Refusal, "too-large") == code_of(reader, TARGET)


@pytest.mark.parametrize(
    ("status", "code", "failure", "attempts"),
    [
        (404, "ObjectNotFound", (Refusal, "object-not-found"), 1),
        (404, "BucketNotFound", (Unprocessed, "object-not-readable"), 1),
        (404, "NotAuthorizedOrNotFound", (Unprocessed, "object-not-readable"), 1),
        (401, "NotAuthenticated", (Unprocessed, "object-not-readable"), 1),
        (403, "NotAllowed", (Unprocessed, "object-not-readable"), 1),
        (429, "TooManyRequests", (Unprocessed, "storage-unavailable"), 2),
        (500, "InternalServerError", (Unprocessed, "storage-unavailable"), 2),
        (503, "ServiceUnavailable", (Unprocessed, "storage-unavailable"), 2),
        (400, "InvalidParameter", (Unprocessed, "storage-unavailable"), 1),
    ],
)
def test_service_errors(
    reader: StorageReader, storage: Any, status: int, code: str, failure: Any, attempts: int
) -> None:
    """What the object's absence means differs from what a missing grant means; the rest is tried twice."""
    storage.mode, storage.code = str(status), code

    with pytest.raises(EventFailure) as caught:
        reader.read(TARGET, 100)

    assert failure == (type(caught.value), caught.value.code)
    assert attempts == len(storage.seen)
    assert "s3cr3t" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("mode", ["hangup", "short"])
def test_a_broken_connection_fails_the_call(reader: StorageReader, storage: Any, mode: str) -> None:
    """Half an object is no object."""
    storage.mode = mode

    assert (Unprocessed, "storage-unavailable") == code_of(reader, TARGET)
