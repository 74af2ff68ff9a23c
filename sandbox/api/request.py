"""One request as an operation's handler gets it."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oci_iam import Principal
from sandbox.api.platform import Platform
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import CannotParse, InvalidParameter, MissingParameter, PayloadTooLarge

JSON_BYTES = 10 * 1024 * 1024
"""The largest body of an operation that does not say."""


@dataclass
class Body:
    """What came with a request: small ones in memory, others in a file that ends with the request.

    `sha256` and `md5` are base64, as the headers have them.
    """

    size: int
    sha256: str
    md5: str
    content: bytes = b""
    file: Path | None = None

    def read(self) -> bytes:
        """All of it."""
        return self.file.read_bytes() if self.file else self.content

    def keep(self, path: Path) -> None:
        """Make it the content of a file, whole or not at all, on the file system of the sandbox."""
        if self.file is None:
            path.write_bytes(self.content)
        else:
            shutil.move(self.file, path)


EMPTY_BODY = Body(0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "1B2M2Y8AsgTpgAmY7PhCfg==")


@dataclass(frozen=True, kw_only=True)
class ApiRequest:
    """A request whose signature is verified and, once the handler has it, whose rights are decided.

    `path` holds the decoded fields of the operation's path; `query` every value of each argument; `headers`
    are in lower case. `cloud` is the store with the region of the host and the caller's tenancy.
    """

    operation: str
    cloud: Cloud
    platform: Platform
    principal: Principal
    host: str
    request_id: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = field(default_factory=lambda: EMPTY_BODY)

    def argument(self, name: str) -> str | None:
        """The first value of a query argument; None where it is not given or empty."""
        return next((value for value in self.query.get(name, ()) if value), None)

    def required(self, name: str) -> str:
        """The same of one that must be there."""
        value = self.argument(name)
        if value is None:
            raise MissingParameter(f"{name} is required")
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A query argument that is a whole number within bounds."""
        text = self.argument(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not low <= int(text[:12]) <= high:
            raise InvalidParameter(f"{name} must be a number from {low} to {high}, not {text[:40]!r}")
        return int(text)

    def flag(self, name: str) -> bool:
        """A query argument that is `true` or `false`."""
        text = (self.argument(name) or "false").lower()
        if text not in ("true", "false"):
            raise InvalidParameter(f"{name} must be true or false, not {text[:40]!r}")
        return text == "true"

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises `CannotParse`."""
        try:
            value = json.loads(self._plain_body().decode("utf-8"))
        except (ValueError, RecursionError):
            raise CannotParse("the body is not JSON") from None
        if not isinstance(value, dict):
            raise CannotParse("the body is not a JSON object")
        return value

    def _plain_body(self) -> bytes:
        body = self.body.read()
        if self.headers.get("content-encoding", "").lower() != "gzip":
            return body
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
                plain = file.read(JSON_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            raise CannotParse("the body is not gzip") from None
        if len(plain) > JSON_BYTES:
            raise PayloadTooLarge(f"the body has more than {JSON_BYTES} bytes")
        return plain
