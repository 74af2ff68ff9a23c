"""Faults on demand: errors, delays and held answers a person asks for in `<sandbox>/faults.json`.

    [{"type": "oci:Functions/function:Function", "name": "fn", "operation": "create",
      "error": "500-InternalError", "times": 2},
     {"type": "oci:Identity/*", "operation": "create", "delay_seconds": 5},
     {"type": "oci:Events/rule:Rule", "operation": "create", "hold": "held", "times": 1}]

Read at every request, so that a fault can be put in and taken out while a deploy runs. `type` and `name` (a
resource's name or its whole URN) are globs. `times` counts over all processes, and starts anew when the
file changes. `hold` names a file in the sandbox's folder: once the create, update or delete is written
durably, that file appears (process id and URN in it), and the answer waits until it is removed. Whoever is
killed meanwhile dies between the write and the answer.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sandbox.cloud import errors
from sandbox.cloud.store import Store

_OPERATIONS = frozenset({"create", "read", "update", "delete"})
_KEYS = frozenset({"type", "name", "urn", "operation", "error", "message", "delay_seconds", "times", "hold"})
_LOOK_SECONDS = 0.01


@dataclass(frozen=True)
class Fault:
    """What to do to one request: wait that long, then fail with the error if there is one.

    `gate` is the file that holds the answer back after the durable write.
    """

    delay_seconds: float = 0
    error: errors.ServiceError | None = None
    gate: Path | None = None

    def wait(self) -> None:
        """Let the asked time pass."""
        if self.delay_seconds > 0:  # even a sleep of nothing gives the processor away
            time.sleep(self.delay_seconds)

    def strike(self) -> None:
        """Wait, then fail if that is asked for."""
        self.wait()
        if self.error is not None:
            raise self.error

    def hold(self, urn: str) -> None:
        """Keep the answer back until the gate is removed. To be called after the durable write."""
        if self.gate is None:
            return
        part = self.gate.with_name(f".{self.gate.name}.{os.getpid()}")
        part.write_text(f"{os.getpid()} {urn}\n")
        part.replace(self.gate)  # whoever waits for it never reads half of it
        while self.gate.exists():
            time.sleep(_LOOK_SECONDS)


_NONE = Fault()


def fault_for(folder: Path, store: Store, operation: str, type: str, urn: str) -> Fault:
    """The first fault that fits the request and is not used up."""
    path = folder / "faults.json"
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return _NONE
    for number, entry in enumerate(_entries(path)):
        if _fits(entry, operation, type, urn) and _left(store, entry, f"fault|{stamp}|{number}"):
            return _fault(path, entry)
    return _NONE


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        entries = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise errors.SandboxFault(f"{path}: cannot be read as JSON ({error})") from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise errors.SandboxFault(f"{path}: must be a list of objects")
    for entry in entries:
        odd = sorted(set(entry) - _KEYS)
        if odd:
            raise errors.SandboxFault(f"{path}: unknown key {odd[0]!r}; known are {', '.join(sorted(_KEYS))}")
        gate = entry.get("hold", "held")
        if not isinstance(gate, str) or Path(gate).name != gate:
            raise errors.SandboxFault(f"{path}: hold must be the name of a file, found {gate!r}")
        if entry.get("operation", "create") not in _OPERATIONS:
            raise errors.SandboxFault(f"{path}: operation must be one of {', '.join(sorted(_OPERATIONS))}")
    return entries


def _fits(entry: dict[str, Any], operation: str, type: str, urn: str) -> bool:
    name = str(entry.get("name", entry.get("urn", "*")))
    return (
        entry.get("operation", operation) == operation
        and fnmatchcase(type, str(entry.get("type", "*")))
        and (fnmatchcase(urn.rpartition("::")[2], name) or fnmatchcase(urn, name))
    )


def _left(store: Store, entry: dict[str, Any], key: str) -> bool:
    return "times" not in entry or store.take(key, int(entry["times"]))


def _fault(path: Path, entry: dict[str, Any]) -> Fault:
    error = None
    if "error" in entry:
        try:
            error = errors.by_name(str(entry["error"]), str(entry.get("message", "asked for in faults.json")))
        except ValueError as wrong:
            raise errors.SandboxFault(f"{path}: {wrong}") from None
    gate = path.with_name(entry["hold"]) if "hold" in entry else None
    return Fault(float(entry.get("delay_seconds", 0)), error, gate)


def folder() -> Path:
    """The sandbox's folder: `OCI_SANDBOX_DIR`, else `.sandbox` in the project."""
    return Path(os.environ.get("OCI_SANDBOX_DIR") or Path(__file__).parents[2] / ".sandbox").absolute()
