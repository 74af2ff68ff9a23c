"""Faults on demand: errors, delays and held answers that somebody asks for in `<sandbox>/faults.json`.

    [{"type": "oci:Functions/function:Function", "operation": "create", "error": "500", "times": 2},
     {"type": "oci:Identity/*", "chance": 0.2, "seed": 7, "error": "429-TooManyRequests"},
     {"type": "oci:Events/rule:Rule", "operation": "create", "hold": "held", "times": 1},
     {"call": "PublishMessage", "delay_seconds": 5}]

Read at every request, so that a fault can be put in and taken out while a deploy runs; `sandbox faults`
writes it. `type` (a Pulumi type token) and `name` (a resource's name or its whole URN) are globs, and so is
`call`, an operation over REST in place of both. `times` counts over all processes, and starts anew when the
file changes, unless the fault has an `id`. `chance` and `seed` strike a part of the requests (half of them
without `chance`): which try of which resource is told by the seed alone, whatever the order they come in.
`hold` names a file in the sandbox's folder: once the create, update or delete is written durably, that file
appears (process id and URN in it), and the answer waits until it is removed. Whoever is killed meanwhile dies
between the write and the answer.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sandbox.cloud import errors
from sandbox.cloud.store import Store

OPERATIONS = ("create", "read", "update", "delete")
_LOOK_SECONDS = 0.01
_HALF = 0.5


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
    """The first fault that fits an operation of the engine and is not used up. Raises `SandboxFault`."""

    def fits(entry: Mapping[str, Any]) -> bool:
        name = entry.get("name", entry.get("urn", "*"))
        return (
            "call" not in entry
            and entry.get("operation", operation) == operation
            and fnmatchcase(type, entry.get("type", "*"))
            and (fnmatchcase(urn.rpartition("::")[2], name) or fnmatchcase(urn, name))
        )

    return _first(folder, store, fits, f"{operation}|{urn}")


def fault_for_call(folder: Path, store: Store, call: str) -> Fault:
    """The first fault that fits an operation over REST and is not used up. Raises `SandboxFault`."""
    return _first(folder, store, lambda entry: fnmatchcase(call, entry.get("call", "")), call)


def _first(folder: Path, store: Store, fits: Callable[[Mapping[str, Any]], bool], request: str) -> Fault:
    path = file_in(folder)
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return _NONE
    for number, entry in enumerate(entries(path)):
        if fits(entry) and _strikes(store, entry, _key(entry, stamp, number), request):
            return _fault(path, entry)
    return _NONE


def file_in(folder: Path) -> Path:
    """Where a sandbox's faults are."""
    return folder / "faults.json"


def used(store: Store, entry: Mapping[str, Any]) -> int:
    """How many times a fault with an `id` has struck, as far as it counts."""
    return int(store.setting(_key(entry, 0, 0)) or 0)


def share(entry: Mapping[str, Any]) -> float:
    """The share of the requests that a fault strikes: `chance`; half of them where only a seed says which."""
    return float(entry.get("chance", _HALF if "seed" in entry else 1))


def forget(store: Store, ids: Sequence[str]) -> None:
    """Drop the counts of faults that are no more."""
    with store.transaction():
        for id in ids:
            store.execute(
                "DELETE FROM settings WHERE key = ? OR key LIKE ?", (f"fault|{id}", f"fault|{id}|%")
            )


def _key(entry: Mapping[str, Any], stamp: int, number: int) -> str:
    return f"fault|{entry['id']}" if "id" in entry else f"fault|{stamp}|{number}"


def _strikes(store: Store, entry: Mapping[str, Any], key: str, request: str) -> bool:
    if share(entry) < 1:
        number = store.count_up(f"{key}|{request}")
        if random.Random(f"{entry.get('seed', 0)}|{request}|{number}").random() >= share(entry):  # noqa: S311
            return False
    return "times" not in entry or store.take(key, entry["times"])


def _fault(path: Path, entry: Mapping[str, Any]) -> Fault:
    error = None
    if "error" in entry:
        error = errors.by_name(entry["error"], entry.get("message", "asked for in faults.json"))
    gate = path.with_name(entry["hold"]) if "hold" in entry else None
    return Fault(float(entry.get("delay_seconds", 0)), error, gate)


# What is written in the file


def entries(path: Path) -> list[dict[str, Any]]:
    """The faults in a file; none where it is not there. Raises `SandboxFault` that names the place."""
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise errors.SandboxFault(f"{path}: cannot be read as JSON ({error})") from None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise errors.SandboxFault(f"{path}: must be a list of objects")
    for number, entry in enumerate(found):
        wrong = problem(entry)
        if wrong:
            raise errors.SandboxFault(f"{path}: [{number}].{wrong}")
    return found


def problem(entry: Mapping[str, Any]) -> str:
    """What is wrong with one fault, `<key>: <reason>`; empty where nothing is."""
    for key, value in entry.items():
        if key not in _MEANT:
            return f"{key}: unknown key; known are {', '.join(sorted(_MEANT))}"
        meant, is_it = _MEANT[key]
        if not is_it(value):
            return f"{key}: expected {meant}, found {value!r}"
    resource = sorted({"type", "name", "urn", "operation", "hold"} & set(entry))
    if "call" in entry and resource:
        return f"{resource[0]}: cannot stand beside call, which is an operation over REST"
    if not {"error", "delay_seconds", "hold"} & set(entry):
        return "error: missing, and neither delay_seconds nor hold says what to do"
    return ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_error(value: Any) -> bool:
    try:
        errors.by_name(value, "")
    except (ValueError, AttributeError):
        return False
    return True


_MEANT: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "id": ("a string", _is_text),
    "type": ("a type token or a glob", _is_text),
    "name": ("a resource's name, its URN or a glob", _is_text),
    "urn": ("a URN or a glob", _is_text),
    "call": ("an operation over REST, such as PutObject, or a glob", _is_text),
    "operation": (f"one of {', '.join(OPERATIONS)}", lambda value: value in OPERATIONS),
    "error": ("a status, or an error's name such as 500-InternalError", _is_error),
    "message": ("a string", _is_text),
    "delay_seconds": ("a number of seconds", lambda value: _is_number(value) and value >= 0),
    "times": ("a whole number above 0", _is_count),
    "chance": ("a number above 0, at most 1", lambda value: _is_number(value) and 0 < value <= 1),
    "seed": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "hold": ("the name of a file", lambda value: _is_text(value) and Path(value).name == value),
}
