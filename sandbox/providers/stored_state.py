"""A stored resource as the engine sees it, inputs and outputs: for a read, and after an update.

The store's `outputs` are the truth: what somebody changes there by hand is what a refresh finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.store import Record
from sandbox.providers.diffing import Comparing
from sandbox.providers.sdk import ResourceType, Type
from sandbox.providers.wire import Secret, has_secret, has_unknown, plain
from sandbox.services.bridge_base import Bridge


def inputs_now(
    resource: ResourceType, bridge: Bridge, record: Record, olds: Mapping[str, Any]
) -> dict[str, Any]:
    """The inputs that describe a resource as it is: those of the last deploy, with the values of now.

    `olds` is empty for an import: then the inputs it was created with.
    """
    known = plain({key: value for key, value in olds.items() if not key.startswith("__")}) or record.inputs
    found = {}
    sent = bridge.sent(dict(known))
    for name, old in known.items():
        if name not in sent:
            found[name] = old  # the provider's own, whatever the service answers
            continue
        if name not in record.outputs:
            if name in resource.outputs:
                continue  # taken away
            found[name] = old  # an input the service never shows, such as a password
            continue
        new = record.outputs[name]
        if old != new and bridge.same(name, old, new):
            new = old
        kind = resource.inputs[name].type if name in resource.inputs else Type("any")
        found[name] = _known_part(resource, kind, old, new)
    for name in set(resource.inputs) - set(found) - resource.computed:
        if record.outputs.get(name):
            found[name] = record.outputs[name]  # put there by hand
    return found


def _known_part(resource: ResourceType, kind: Type, old: Any, new: Any) -> Any:
    """`new` without what the service fills in inside of objects."""
    if kind.kind == "object" and isinstance(old, dict) and isinstance(new, dict):
        fields = resource.object(kind.name)
        return {
            key: _known_part(resource, fields[key].type if key in fields else Type("any"), old[key], new[key])
            for key in old
            if key in new
        }
    if kind.kind == "list" and kind.of is not None and isinstance(old, list) and isinstance(new, list):
        return [
            _known_part(resource, kind.of, old[index], item) if index < len(old) else item
            for index, item in enumerate(new)
        ]
    return new


def closed(record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """The values with every property closed that came in as a secret."""
    return {
        key: Secret(plain(value)) if key in record.secret and not has_secret(value) else value
        for key, value in values.items()
    }


def in_force(resource: ResourceType, record: Record, news: Mapping[str, Any]) -> dict[str, Any]:
    """The new inputs and those that keep their value because the program leaves them out: what the service is
    asked to hold."""
    kept = resource.computed & set(resource.inputs) & set(record.outputs)
    known = {name: value for name in sorted(kept) if (value := record.outputs[name]) not in ("", [], {})}
    return {**known, **news}


def merged(
    resource: ResourceType,
    bridge: Bridge,
    old_inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    news: Mapping[str, Any],
) -> dict[str, Any]:
    """Outputs after an update: new inputs over the former outputs, inputs taken away removed.

    An input the service fills in stays as it was when it is taken out of the program.
    """
    gone = {
        name
        for name in old_inputs
        if name not in news and name in resource.inputs and name not in resource.computed
    }
    kept = {name: value for name, value in outputs.items() if name not in gone}
    laying = _Laying(Comparing(resource, bridge), bridge)
    for name, value in news.items():
        kind = resource.inputs[name].type if name in resource.inputs else Type("any")
        kept[name] = laying.over(name, kind, outputs.get(name), value)
    return kept


@dataclass(frozen=True)
class _Laying:
    """New values over old ones, with what the old ones keep inside of objects."""

    comparing: Comparing
    bridge: Bridge

    def over(self, place: str, kind: Type, old: Any, new: Any) -> Any:
        if isinstance(old, dict) and isinstance(new, dict):
            known = {
                key: self.over(f"{place}.{key}", self.comparing.type_at(kind, key), old.get(key), value)
                for key, value in new.items()
            }
            kept = {key: old[key] for key in old if self.comparing.keeps(place, kind, key)}
            return {**kept, **known}
        if isinstance(old, list) and isinstance(new, list):
            of = kind.of or Type("any")
            if place in self.bridge.facts.sets and not has_unknown(new):
                former = self.comparing.partners(place, kind, old, new)
            else:
                former = [index if index < len(old) else None for index in range(len(new))]
            return [
                item if index is None else self.over(place, of, old[index], item)
                for index, item in zip(former, new, strict=True)
            ]
        return new
