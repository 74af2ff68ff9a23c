"""What changed between the inputs of the last deploy and the new ones, and whether it replaces.

Compares as the real bridge does: an optional property the service fills in (optional *and* computed) that is
taken out of the program keeps its value and is no change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.providers.replacement import replaces
from sandbox.providers.sdk import ResourceType
from sandbox.providers.wire import has_unknown, plain
from sandbox.services.bridge_base import UNKNOWN, Bridge

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Change:
    """One changed place. `kind` is add, delete or update."""

    path: Path
    kind: str
    replace: bool

    @property
    def property(self) -> str:
        """The top-level property."""
        return str(self.path[0])

    def __str__(self) -> str:
        return written(self.path)


def changes(
    resource: ResourceType,
    bridge: Bridge,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    outputs: Mapping[str, Any],
    ignored: Iterable[str] = (),
) -> list[Change]:
    """Every change, in the order of the paths. `old` and `new` are inputs, `outputs` the last known state."""
    old, new, outputs = plain(dict(old)), plain(dict(new)), plain(dict(outputs))
    skip = tuple(ignored)
    found = []
    for name in sorted(set(old) | set(new)):
        if name.startswith("__") or _unchanged(resource, bridge, name, old, new, outputs):
            continue
        for path, kind in _walk((name,), old.get(name), new.get(name)):
            if not _is_ignored(written(path), skip):
                found.append(Change(path, kind, replaces(resource, bridge, path)))
    return found


def _unchanged(
    resource: ResourceType,
    bridge: Bridge,
    name: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    outputs: Mapping[str, Any],
) -> bool:
    if name not in new:
        return name in resource.computed
    before = old[name] if name in old else outputs.get(name)
    after = new[name]
    if before == after:
        return True
    if before is None or has_unknown(after):
        return False
    if name in bridge.unordered and _as_set(before) == _as_set(after):
        return True
    return bridge.same(name, before, after)


def _as_set(value: Any) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in value) if isinstance(value, list) else []


def _walk(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, str]]:
    if old is None:
        yield path, "add"
    elif new is None:
        yield path, "delete"
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(set(old) | set(new)):
            if old.get(key) != new.get(key):
                yield from _walk((*path, key), old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else None
            after = new[index] if index < len(new) else None
            if before != after:
                yield from _walk((*path, index), before, after)
    elif new is UNKNOWN or old != new:
        yield path, "update"


def written(path: Path) -> str:
    """A path the way Pulumi writes it: `actions.actions[0].functionId`, `config["my-key"]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _NAME.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def _is_ignored(path: str, ignored: tuple[str, ...]) -> bool:
    return any(
        path == skip or (path.startswith(skip) and path[len(skip)] in ".[") for skip in ignored if skip
    )
