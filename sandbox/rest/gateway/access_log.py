"""The access log of gateways: one JSON line a request, kept within a bound.

Written whether a deployment's logging policy asks for it or not; not Oracle's Logging service. Holds the path
without its query, where tokens may be.
"""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox import private
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.kept_secrets import KeptSecrets

_LARGEST = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Access:
    """One request. `reason` is why the gateway itself answered it; empty where a backend did."""

    time: str
    request_id: str
    gateway_id: str
    deployment_id: str = ""
    route: str = ""
    client: str
    method: str
    path: str
    status: int
    bytes: int
    milliseconds: float
    reason: str = ""


class AccessLog:
    """Written by the one serving process."""

    def __init__(self, sandbox_dir: Path, kept: KeptSecrets | None = None) -> None:
        self._kept = kept or KeptSecrets(sandbox_dir)
        self.path = sandbox_dir / "logs" / "apigateway.jsonl"
        self._lock = threading.Lock()

    def append(self, access: Access) -> None:
        """Note a request; where the disk is full, it is answered all the same."""
        with self._lock, contextlib.suppress(OSError, SandboxFault):
            private.make_folder(self.path.parent)
            if self.path.exists() and self.path.stat().st_size > _LARGEST:
                self.path.replace(self.path.with_name("apigateway.1.jsonl"))
            with open(self.path, "a", encoding="ascii", opener=private.opener) as file:
                file.write(json.dumps(self._kept.hide_in(asdict(access))) + "\n")
