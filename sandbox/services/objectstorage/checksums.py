"""Checksums that a client sends with an object: verified, and answered."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from sandbox.api.request import Body
from sandbox.cloud.errors import InvalidParameter, NotEmulated, coded

_ALGORITHMS = ("CRC32C", "SHA256", "SHA384")


def checksum_headers(body: Body, headers: Mapping[str, str]) -> dict[str, str]:
    """What the answer says of the body's checksum, where one is asked for.

    CRC32C is not in the standard library, and so is not emulated.
    """
    asked = headers.get("opc-checksum-algorithm", "").upper()
    given = {
        name: headers[f"opc-content-{name.lower()}"]
        for name in _ALGORITHMS
        if f"opc-content-{name.lower()}" in headers
    }
    if asked and asked not in _ALGORITHMS:
        raise InvalidParameter(f"opc-checksum-algorithm must be one of {', '.join(_ALGORITHMS)}")
    wanted = {*given, *([asked] if asked else [])}
    if "CRC32C" in wanted:
        raise NotEmulated("the sandbox does not compute CRC32C")
    found = {name: _digest(body, name) for name in wanted}
    for name, value in given.items():
        if found[name] != value:
            raise coded(400, f"UnmatchedContent{name}", f"the {name} of the body does not match its header")
    return {f"opc-content-{name.lower()}": value for name, value in found.items()}


def _digest(body: Body, name: str) -> str:
    if name == "SHA256":
        return body.sha256
    return base64.b64encode(hashlib.sha384(body.read()).digest()).decode()
