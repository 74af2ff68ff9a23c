"""Checks a value against the part of JSON Schema the rules' config uses.

The CLI checks config against the same schemas when it loads the pack; this is for the rules themselves (which
must not rely on that) and for `oci-iam check-config`. A keyword it does not know is an error in the schema,
not ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

__all__ = ["Schema", "problems"]

Schema: TypeAlias = Mapping[str, Any]

_KNOWN: Final = frozenset(
    {
        "type", "description", "default", "enum", "pattern", "minLength", "minimum", "items", "properties",
        "required", "additionalProperties",
    }
)  # fmt: skip


def _is_whole(value: Any) -> bool:
    """Whole numbers, also as the floating point ones a protobuf Struct makes of them."""
    return isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()


_TYPES: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "string": ("a string", lambda value: isinstance(value, str)),
    "integer": ("an integer", _is_whole),
    "boolean": ("true or false", lambda value: isinstance(value, bool)),
    "array": ("a list", lambda value: isinstance(value, list)),
    "object": ("an object", lambda value: isinstance(value, Mapping)),
}


def problems(value: Any, schema: Schema, path: str = "") -> Iterator[str]:
    """Each thing that is wrong with `value`, with its path, without showing it."""
    if unknown := set(schema) - _KNOWN:
        raise ValueError(f"schema keywords {sorted(unknown)} are not known")
    word, is_of_type = _TYPES[schema["type"]]
    where = path or "the rule's config"
    if not is_of_type(value):
        yield f"{where} must be {word}"
        return
    yield from _own_problems(value, schema, where)
    if schema["type"] == "object":
        yield from _object_problems(value, schema, path)
    elif schema["type"] == "array" and "items" in schema:
        for index, item in enumerate(value):
            yield from problems(item, schema["items"], f"{path}[{index}]")


def _own_problems(value: Any, schema: Schema, where: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} must be one of {', '.join(map(str, schema['enum']))}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where} must match {schema['pattern']}"
    if "minLength" in schema and len(value) < schema["minLength"]:
        yield f"{where} must not be empty"
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{where} must be at least {schema['minimum']}"


def _object_problems(value: Mapping[str, Any], schema: Schema, path: str) -> Iterator[str]:
    known: Mapping[str, Schema] = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{_join(path, key)} is missing"
    for key, item in value.items():
        if key in known:
            yield from problems(item, known[key], _join(path, key))
        elif isinstance(rest, Mapping):
            yield from problems(item, rest, _join(path, key))
        elif rest is False:
            yield f"{_join(path, key)} is not known (known: {', '.join(sorted(known))})"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
