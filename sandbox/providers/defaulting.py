"""What the provider puts into the inputs where a program says nothing (`Default` in its schema)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.providers.wire import Secret


def with_defaults(inputs: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs and the defaults that are missing in them. An object that is not there is not made up."""
    filled: Any = dict(inputs)
    for place, value in defaults.items():
        filled = _put(filled, place.replace("[]", ".[]").split("."), value)
    return dict(filled)


def _put(holder: Any, parts: list[str], value: Any) -> Any:
    if isinstance(holder, Secret):
        return Secret(_put(holder.value, parts, value))
    part, *rest = parts
    if part == "[]":
        return [_put(item, rest, value) for item in holder] if isinstance(holder, list) else holder
    if not isinstance(holder, dict):
        return holder
    if not rest:
        return holder if holder.get(part) is not None else {**holder, part: value}
    return {**holder, part: _put(holder[part], rest, value)} if part in holder else holder
