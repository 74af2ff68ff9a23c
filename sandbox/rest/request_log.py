"""What was asked over REST, by whom, and how it was decided: a file of JSON lines, and the one before it.

Answers hold no reason, as OCI's do not; it is here, found by `opc-request-id`. Holds no bodies, keys, tokens
or signatures; of a request it holds the operation, never the path, which of a pre-authenticated request is a
secret.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sandbox import private
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.kept_secrets import KeptSecrets

_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Right:
    """One right that was decided. `suggestion` and `place` are empty where it was granted."""

    permission: str
    compartment_id: str
    allowed: bool
    because: str
    variables: dict[str, str] = field(default_factory=dict)
    statement: str = ""
    suggestion: str = ""
    place: str = ""


NO_REQUEST = (
    "{}: no request with this id is in the sandbox's log; expected a whole opc-request-id, or one of its "
    "parts between /"
)


_REFUSED = (401, 403, 404)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One request. `reason` is what the answer does not say: why nobody is authenticated, what failed."""

    time: str
    request_id: str
    host: str
    service: str = ""
    operation: str = ""
    principal: str = ""
    principal_id: str = ""
    groups: Sequence[str] = ()
    status: int
    code: str = ""
    reason: str = ""
    rights: Sequence[Right] = ()
    milliseconds: float = 0.0


class RequestLog:
    """Written by one process; read by any."""

    def __init__(self, folder: Path, kept: KeptSecrets | None = None) -> None:
        self._kept = kept or KeptSecrets(folder)
        self._path = folder / "logs" / "requests.jsonl"
        self._lock = threading.Lock()

    def append(self, entry: Entry) -> None:
        """Note a request, without secrets that the store keeps. Raises `SandboxFault` if it cannot be
        written."""
        line = json.dumps(self._kept.hide_in(asdict(entry)), ensure_ascii=True) + "\n"
        try:
            with self._lock:
                private.make_folder(self._path.parent)
                if self._path.exists() and self._path.stat().st_size > _LARGEST:
                    self._path.replace(self._former)
                with open(self._path, "a", encoding="ascii", opener=private.opener) as file:
                    file.write(line)
        except OSError as error:
            raise SandboxFault(
                f"{self._path}: the requests' log cannot be written: {error.strerror}"
            ) from None

    @property
    def _former(self) -> Path:
        return self._path.with_name("requests.1.jsonl")

    def entries(self) -> Iterator[Entry]:
        """All that is kept, oldest first; a line that a kill cut off is passed over."""
        for path in (self._former, self._path):
            if not path.exists():
                continue
            with open(path, encoding="ascii", errors="replace") as file:
                for line in file:
                    entry = _entry(line)
                    if entry is not None:
                        yield entry

    def last_refused(self) -> Entry | None:
        """The newest request that was answered as one without a right, or without what it names, is."""
        found = None
        for entry in self.entries():
            if entry.status in _REFUSED:
                found = entry
        return found

    def find(self, request_id: str) -> Entry | None:
        """The newest request with this `opc-request-id`, or with this as whole parts of it, between `/`."""
        found = None
        for entry in self.entries():
            if request_id and f"/{request_id}/" in f"/{entry.request_id}/":
                found = entry
        return found


def _entry(line: str) -> Entry | None:
    try:
        value: dict[str, Any] = json.loads(line)
        rights = [Right(**right) for right in value.pop("rights")]
        return Entry(**value, rights=rights)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
