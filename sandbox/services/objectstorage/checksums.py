"""Checksums that a client sends with an object: verified, answered, and kept with the object.

Of an object that is put together from parts CRC32C is that of the whole, the others are digests of the
parts' digests, as the API reference says of `opc-multipart-sha256`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from crc32c import CRC32CHash

from sandbox.api.request import Body
from sandbox.cloud.errors import InvalidParameter, coded

_CHUNK = 1024 * 1024


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


def _new(algorithm: str) -> _Hash:
    return CRC32CHash() if algorithm == "CRC32C" else hashlib.new(algorithm)


_ALGORITHMS = ("CRC32C", "SHA256", "SHA384")


def algorithm_asked(headers: Mapping[str, str]) -> str:
    """The algorithm that the client names; empty without one. Raises `InvalidParameter`."""
    asked = headers.get("opc-checksum-algorithm", "").upper()
    if asked and asked not in _ALGORITHMS:
        raise InvalidParameter(f"opc-checksum-algorithm must be one of {', '.join(_ALGORITHMS)}")
    return asked


def checksum_headers(body: Body, headers: Mapping[str, str]) -> dict[str, str]:
    """What the answer says of the body's checksums. Raises what OCI answers for one that does not match."""
    asked = algorithm_asked(headers)
    given = {name: headers[_header(name)] for name in _ALGORITHMS if _header(name) in headers}
    found = {name: _digest_of(body, name) for name in {*given, *([asked] if asked else [])}}
    for name, value in given.items():
        if found[name] != value:
            raise coded(
                400,
                f"UnmatchedContent{name}",
                f"The computed {name} of the request body ({found[name]}) does not match the {_header(name)}"
                f" header ({value})",
            )
    return {_header(name): value for name, value in found.items()}


def multipart_headers(algorithm: str, parts: Sequence[Path]) -> dict[str, str]:
    """The checksum of an object of these parts."""
    if not algorithm:
        return {}
    whole = _new(algorithm)
    for part in parts:
        if algorithm == "CRC32C":
            _read_into(whole, part)
        else:
            one = _new(algorithm)
            _read_into(one, part)
            whole.update(one.digest())
    value = _text(whole)
    if algorithm == "CRC32C":
        return {_header(algorithm): value}
    return {f"opc-multipart-{algorithm.lower()}": f"{value}-{len(parts)}"}


def _header(algorithm: str) -> str:
    return f"opc-content-{algorithm.lower()}"


def _digest_of(body: Body, algorithm: str) -> str:
    if algorithm == "SHA256":
        return body.sha256
    one = _new(algorithm)
    if body.file is None:
        one.update(body.content)
    else:
        _read_into(one, body.file)
    return _text(one)


def _read_into(one: _Hash, path: Path) -> None:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            one.update(chunk)


def _text(one: _Hash) -> str:
    return base64.b64encode(one.digest()).decode()
