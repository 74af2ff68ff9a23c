"""The body of a request: read once, hashed on the way, and kept in a file where it is large."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, BinaryIO

from sandbox import private
from sandbox.api.request import Body
from sandbox.cloud.errors import PayloadTooLarge, ServiceError, coded

_IN_MEMORY = 1024 * 1024

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


async def read_body(receive: Receive, largest: int | None, folder: Path) -> Body:
    """All of it. Raises `PayloadTooLarge`, and a `ServiceError` if the client goes away in the middle."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    size, start, file, path = 0, bytearray(), None, None
    try:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise coded(
                    400, "CannotParseRequest", "the client ended the request before its body was complete"
                )
            piece, more = message.get("body", b""), message.get("more_body", False)
            size += len(piece)
            if largest is not None and size > largest:
                raise PayloadTooLarge(f"the body has more than {largest} bytes")
            sha256.update(piece)
            md5.update(piece)
            if file is None and size > _IN_MEMORY:
                file, path = _made(folder)
                file.write(start)
                start.clear()
            if file is not None:
                file.write(piece)
            else:
                start += piece
    except (ServiceError, OSError):
        if path is not None:
            os.unlink(path)
        raise
    finally:
        if file is not None:
            file.close()
    return Body(size, _base64(sha256.digest()), _base64(md5.digest()), bytes(start), path)


def _made(folder: Path) -> tuple[BinaryIO, Path]:
    private.make_folder(folder)
    descriptor, path = tempfile.mkstemp(dir=folder)
    return os.fdopen(descriptor, "wb"), Path(path)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
