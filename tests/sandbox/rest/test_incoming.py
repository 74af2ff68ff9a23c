"""Bodies as they come in."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path

import pytest

from sandbox.api.request import EMPTY_BODY, Body
from sandbox.cloud.errors import PayloadTooLarge, ServiceError
from sandbox.rest.incoming import read_body


def read(pieces: list[bytes], folder: Path, largest: int | None = None, complete: bool = True) -> Body:
    """A body that comes in pieces, to its end or until the client goes away."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    end = {"type": "http.request", "body": b"", "more_body": False}
    messages.append(end if complete else {"type": "http.disconnect"})

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    return asyncio.run(read_body(receive, largest, folder))


def test_a_small_body_stays_in_memory(tmp_path: Path) -> None:
    """Hashed as it came; no body at all is an empty one."""
    body = read([b"ab", b"c"], tmp_path)

    assert (body.read(), body.size, body.file) == (b"abc", 3, None)
    assert body.sha256 == base64.b64encode(hashlib.sha256(b"abc").digest()).decode()
    assert body.md5 == base64.b64encode(hashlib.md5(b"abc").digest()).decode()  # noqa: S324 as the header has it
    assert read([], tmp_path) == EMPTY_BODY
    assert list(tmp_path.iterdir()) == []


def test_a_large_body_is_a_file(tmp_path: Path) -> None:
    """Its owner's alone."""
    body = read([b"x" * 700_000] * 3, tmp_path)

    assert body.file is not None
    assert body.file.stat().st_mode & 0o077 == 0
    assert body.read() == b"x" * 2_100_000


def test_what_is_too_large_or_cut_off_leaves_nothing(tmp_path: Path) -> None:
    """413, and 400."""
    with pytest.raises(PayloadTooLarge):
        read([b"x" * 700_000] * 3, tmp_path, largest=2_000_000)
    with pytest.raises(ServiceError, match="before its body was complete"):
        read([b"x" * 700_000] * 3, tmp_path, complete=False)

    assert list(tmp_path.iterdir()) == []
