"""What changed between the last deploy and the new inputs, and whether it replaces.

Compares as the real bridge does. An optional property the service fills in (optional *and* computed), also
one inside of an object, that is taken out of the program keeps its value and is no change. Sets have no
order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.providers.replacement import replaces
from sandbox.providers.sdk import ResourceType, Type
from sandbox.providers.wire import has_unknown, plain
from sandbox.services.bridge_base import Bridge

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ANY = Type("any")

Path = tuple[str | int, ...]
_Place = tuple[Path, str, Any, Any]
"""A changed place, the kind of its change, and the values before and after."""


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
    skip, unsettled, comparing = tuple(ignored), bridge.unsettled(new), Comparing(resource, bridge)
    found = []
    names = (set(old) | set(new)) - set(bridge.ignored(new))
    for name in sorted(names.union(unsettled)):
        if name.startswith("__"):
            continue
        before, after = old.get(name), new.get(name)
        if name in unsettled:
            places: list[_Place] = [((name,), "update", before, after)]
        else:
            places = list(comparing.walk(name, before, after, outputs.get(name)))
        for path, kind, was, becomes in places:
            if not _is_ignored(written(path), skip):
                decided = bridge.replaces(place_of(path), old, new)
                if decided is None:
                    decided = replaces(resource, bridge, path, was, becomes)
                found.append(Change(path, kind, decided))
    return found


class Comparing:
    """Compares values of one resource type. Values are plain; what is not there is None."""

    def __init__(self, resource: ResourceType, bridge: Bridge) -> None:
        self._resource = resource
        self._bridge = bridge

    def walk(self, name: str, old: Any, new: Any, state: Any) -> Iterator[_Place]:
        """The changed places below a top-level input.

        `state` is what the service held last: where the last inputs said nothing, it is what is compared.
        What is empty there for want of an input says nothing either.
        """
        if new is None and name in self._resource.computed:
            return
        if not state and name not in self._resource.computed:
            state = None
        property = self._resource.inputs.get(name)
        yield from self._walk((name,), property.type if property else _ANY, old, new, state)

    def _walk(self, path: Path, type: Type, old: Any, new: Any, state: Any) -> Iterator[_Place]:
        if old is None and new is not None and state != "" and not _is_nothing(state, type):
            old = state
        if _is_nothing(old, type) and _is_nothing(new, type):
            return
        if new is None or old is None:
            if not self._bridge.same(place_of(path), old, new):
                yield path, "delete" if new is None else "add", old, new
        elif not has_unknown(new) and self.equal(place_of(path), type, old, new):
            return
        elif isinstance(old, dict) and isinstance(new, dict):
            yield from self._walk_object(path, type, old, new, state if isinstance(state, dict) else {})
        elif isinstance(old, list) and isinstance(new, list):
            told = state if isinstance(state, list) and place_of(path) not in self._bridge.facts.sets else []
            for index in range(max(len(old), len(new))):
                items = (_item(each, index) for each in (old, new, told))
                yield from self._walk((*path, index), type.of or _ANY, *items)
        else:
            yield path, "update", old, new

    def _walk_object(
        self, path: Path, type: Type, old: dict[str, Any], new: dict[str, Any], state: dict[str, Any]
    ) -> Iterator[_Place]:
        place = place_of(path)
        for key in sorted(set(old) | set(new)):
            if new.get(key) is None and self.keeps(place, type, key):
                continue
            known = state.get(key) if type.kind == "object" else None
            yield from self._walk((*path, key), self.type_at(type, key), old.get(key), new.get(key), known)

    def equal(self, place: str, type: Type, old: Any, new: Any) -> bool:
        """Whether a known new value changes nothing about the old one."""
        if old == new or self._bridge.same(place, old, new):
            return True
        if isinstance(old, dict) and isinstance(new, dict):
            return all(
                self.keeps(place, type, key)
                if new.get(key) is None
                else key in old and self.equal(f"{place}.{key}", self.type_at(type, key), old[key], new[key])
                for key in set(old) | set(new)
            )
        if not isinstance(old, list) or not isinstance(new, list) or len(old) != len(new):
            return False
        if place in self._bridge.facts.sets:
            return None not in self.partners(place, type, old, new)
        return all(
            self.equal(place, type.of or _ANY, one, other) for one, other in zip(old, new, strict=True)
        )

    def partners(self, place: str, type: Type, old: list[Any], new: list[Any]) -> list[int | None]:
        """For each item of a set the index of the old item it leaves as it was, None for a new one."""
        left = dict(enumerate(old))
        found: list[int | None] = []
        for item in new:
            index = next(
                (at for at, one in left.items() if self.equal(place, type.of or _ANY, one, item)), None
            )
            found.append(index)
            if index is not None:
                del left[index]
        return found

    def keeps(self, place: str, type: Type, key: str) -> bool:
        """Whether a value inside of an object stays as it was when a program leaves it out."""
        if type.kind != "object":
            return False
        field = self._resource.object(type.name).get(key)
        return field is None or (field.optional and f"{place}.{key}" not in self._bridge.facts.dropped)

    def type_at(self, type: Type, key: str) -> Type:
        """The type of an object's property or of a map's values."""
        if type.kind == "map":
            return type.of or _ANY
        field = self._resource.object(type.name).get(key) if type.kind == "object" else None
        return field.type if field else _ANY


def _is_nothing(value: Any, type: Type) -> bool:
    """An empty list or map is as good as none; an object without anything in it is not."""
    return value is None or value == [] or (value == {} and type.kind != "object")


def _item(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else None


def place_of(path: Path) -> str:
    """A path without the indexes of lists, as a bridge names places: `actions.actions.functionId`."""
    return ".".join(part for part in path if isinstance(part, str))


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
