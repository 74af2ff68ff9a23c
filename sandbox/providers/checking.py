"""Inputs against the SDK's classes: required, known, of the right type.

Converts what the real bridge converts (a number given for a string, "true" for a bool). Never looks at what a
service would say; unknown values pass.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from sandbox.providers.sdk import Property, ResourceType, Type
from sandbox.providers.wire import Secret
from sandbox.services.bridge_base import UNKNOWN

_SAID = {"str": "a string", "int": "a whole number", "float": "a number", "bool": "true or false"}


def check(resource: ResourceType, inputs: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The inputs, converted, and what is wrong with them: one sentence each, naming the place."""
    problems: list[str] = []
    given = {key: value for key, value in inputs.items() if not key.startswith("__")}
    return _fields(resource, given, resource.inputs, "", problems), problems


def _fields(
    resource: ResourceType,
    given: Mapping[str, Any],
    known: Mapping[str, Property],
    place: str,
    problems: list[str],
) -> dict[str, Any]:
    checked = {}
    for name, value in given.items():
        if value is None:
            continue
        if name not in known:
            problems.append(_unknown(name, known, place))
            continue
        checked[name] = _value(resource, known[name].type, value, _join(place, name), problems)
    problems.extend(
        f'missing required property "{_join(place, name)}"'
        for name, property in known.items()
        if not property.optional and name not in checked
    )
    return checked


def _unknown(name: str, known: Mapping[str, Property], place: str) -> str:
    head, *rest = name.split("_")
    camel = head + "".join(part[:1].upper() + part[1:] for part in rest)
    near = [camel] if camel in known else difflib.get_close_matches(camel, known, 1, 0.6)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    return f'unexpected property "{_join(place, name)}"{hint}'


def _value(resource: ResourceType, type: Type, value: Any, place: str, problems: list[str]) -> Any:
    if value is UNKNOWN:
        return value
    if isinstance(value, Secret):
        return Secret(_value(resource, type, value.value, place, problems))
    if type.kind == "list":
        return _list(resource, type, value, place, problems)
    if type.kind == "map":
        return _map(resource, type, value, place, problems)
    if type.kind == "object":
        if isinstance(value, dict):
            return _fields(resource, value, resource.object(type.name), place, problems)
        problems.append(f'"{place}" must be an object, not {_kind(value)}')
        return value
    if type.kind == "enum":
        values = resource.enum(type.name)
        if value not in values:
            problems.append(f'"{place}" must be one of {", ".join(values)}, not {value!r}')
        return value
    return value if type.kind == "any" else _scalar(type.kind, value, place, problems)


def _list(resource: ResourceType, type: Type, value: Any, place: str, problems: list[str]) -> Any:
    if not isinstance(value, list):
        problems.append(f'"{place}" must be a list, not {_kind(value)}')
        return value
    element = type.of or Type("any")
    return [
        _value(resource, element, item, f"{place}[{index}]", problems)
        for index, item in enumerate(value)
        if item is not None
    ]


def _map(resource: ResourceType, type: Type, value: Any, place: str, problems: list[str]) -> Any:
    if not isinstance(value, dict):
        problems.append(f'"{place}" must be a map, not {_kind(value)}')
        return value
    element = type.of or Type("any")
    return {
        key: _value(resource, element, item, f'{place}["{key}"]', problems)
        for key, item in value.items()
        if item is not None
    }


def _scalar(kind: str, value: Any, place: str, problems: list[str]) -> Any:
    converted = _CONVERT[kind](value)
    if converted is None:
        problems.append(f'"{place}" must be {_SAID[kind]}, not {_kind(value)}')
        return value
    return converted


def _to_str(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else None


def _to_int(value: Any) -> int | None:
    number = _to_float(value)
    return int(number) if number is not None and float(number).is_integer() else None


def _to_float(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return None
        return int(number) if number.is_integer() else number
    return None


def _to_bool(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


_CONVERT = {"str": _to_str, "int": _to_int, "float": _to_float, "bool": _to_bool}


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
