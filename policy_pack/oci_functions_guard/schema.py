"""Checks a value against the part of JSON Schema the rules' config uses.

The CLI checks config against the same schemas when it loads the pack; this is for the pack itself (which must
not rely on that) and for `oci-iam check-config`. A keyword it does not know is an error in the schema, not
ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple, TypeAlias

__all__ = ["Path", "Problem", "Schema", "nearest", "problems"]

Schema: TypeAlias = Mapping[str, Any]
Path: TypeAlias = "tuple[str | int, ...]"

_KNOWN: Final = frozenset(
    {
        "type", "description", "default", "enum", "pattern", "minLength", "minimum", "items", "properties",
        "required", "additionalProperties",
    }
)  # fmt: skip


class Problem(NamedTuple):
    """One thing that is wrong, and the path of the value it is wrong with. Shows keys, never a value."""

    path: Path
    said: str

    def __str__(self) -> str:
        """`exemptions[0].owner must be a string`."""
        shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return f"{shown.removeprefix('.') or 'the config'} {self.said}"


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


def problems(value: Any, schema: Schema, path: Path = ()) -> Iterator[Problem]:
    """Each thing that is wrong with `value`."""
    if unknown := set(schema) - _KNOWN:
        raise ValueError(f"schema keywords {sorted(unknown)} are not known")
    word, is_of_type = _TYPES[schema["type"]]
    if not is_of_type(value):
        yield Problem(path, f"must be {word}")
        return
    yield from (Problem(path, said) for said in _own_problems(value, schema))
    if schema["type"] == "object":
        yield from _object_problems(value, schema, path)
    elif schema["type"] == "array" and "items" in schema:
        for index, item in enumerate(value):
            yield from problems(item, schema["items"], (*path, index))


def _own_problems(value: Any, schema: Schema) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"must be one of {', '.join(map(str, schema['enum']))}{nearest(value, schema['enum'])}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"must match {schema['pattern']}"
    if "minLength" in schema and len(value) < schema["minLength"]:
        yield "must not be empty"
    if "minimum" in schema and value < schema["minimum"]:
        yield f"must be at least {schema['minimum']}"


def _object_problems(value: Mapping[str, Any], schema: Schema, path: Path) -> Iterator[Problem]:
    known: Mapping[str, Schema] = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    for key in schema.get("required", ()):
        if key not in value:
            yield Problem((*path, key), "is missing")
    for key, item in value.items():
        if key in known:
            yield from problems(item, known[key], (*path, key))
        elif isinstance(rest, Mapping):
            yield from problems(item, rest, (*path, key))
        elif rest is False:
            hint = nearest(key, known) or f" (known: {', '.join(sorted(known))})"
            yield Problem((*path, key), f"is not known{hint}")


def nearest(word: Any, known: Iterator[str] | Mapping[str, Any] | tuple[str, ...] | list[str]) -> str:
    """`; did you mean limit?` for a word that nearly is one of these, nothing for any other."""
    if not isinstance(word, str):
        return ""
    folded = {one.casefold(): one for one in known}
    found = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.7)
    return f"; did you mean {folded[found[0]]}?" if found else ""
