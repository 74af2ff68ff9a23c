"""The package's schema, of which Pulumi makes an SDK for each language: `schema.json`.

`python -m component_package.schema` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from component_package.arguments import camel, is_later, is_required, options
from component_package.resources import TYPES, Flat

NAME = "oci-ai-functions"
# Of the package, so of `schema.json`; a program that names this folder gets what the folder has.
VERSION = "0.1.0"
_SIMPLE: Mapping[Any, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}


def token(name: str) -> str:
    """The type of a component as programs write it."""
    return f"{NAME}:index:{name}"


def schema() -> dict[str, Any]:
    """The schema of every component of the package."""
    return {
        "name": NAME,
        "version": VERSION,
        "displayName": "OCI AI functions",
        "description": "AI event functions on Oracle Cloud, with least privilege by construction",
        "keywords": ["category/cloud", "kind/component"],
        "license": "Apache-2.0",
        "types": dict(sorted(_types())),
        "resources": {token(name): _resource(kind) for name, kind in sorted(TYPES.items())},
        "language": {"python": {"respectSchemaVersion": True}},
    }


def _resource(kind: type[Flat]) -> dict[str, Any]:
    properties, required = _properties(kind.arguments)
    return {
        "isComponent": True,
        "description": (kind.__doc__ or "").strip(),
        "inputProperties": properties,
        "requiredInputs": required,
        "properties": {
            camel(name): {"type": "string", "description": meaning} for name, meaning in kind.outputs.items()
        },
        "required": sorted(camel(name) for name in kind.outputs if name not in kind.optional_outputs),
    }


def _properties(arguments: type) -> tuple[dict[str, Any], list[str]]:
    """What an object of arguments has, and what of it must be given."""
    known = options(arguments)
    properties = {
        name: {"description": option.description, **_type(annotation)}
        for name, (_, annotation, option) in known.items()
    }
    return properties, sorted(name for name, (field, _, _) in known.items() if is_required(field))


def _types() -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects within arguments."""
    for kind in TYPES.values():
        for _, annotation, _ in options(kind.arguments).values():
            for each in (annotation, *get_args(annotation)):
                if isinstance(each, type) and is_dataclass(each):
                    properties, required = _properties(each)
                    yield (
                        token(each.__name__),
                        {
                            "type": "object",
                            "description": (each.__doc__ or "").strip(),
                            "properties": properties,
                            "required": required,
                        },
                    )


def _type(annotation: Any) -> dict[str, Any]:
    """A type of Python as the schema has it; `plain` where a value must be known before the deploy."""
    if is_later(annotation):
        return {"type": "string"}
    return {**_of(annotation), "plain": True}


def _of(annotation: Any) -> dict[str, Any]:
    kind = get_origin(annotation) or annotation
    if kind is Annotated:
        return _of(get_args(annotation)[0])
    if kind is Literal:
        return {"type": "string"}
    if isinstance(kind, type) and is_dataclass(kind):
        return {"$ref": f"#/types/{token(kind.__name__)}"}
    if kind in (Sequence, list):
        return {"type": "array", "items": {**_of(get_args(annotation)[0]), "plain": True}}
    if kind in (Mapping, dict):
        return {"type": "object", "additionalProperties": {**_of(get_args(annotation)[1]), "plain": True}}
    return {"type": _SIMPLE[kind]}


def text() -> str:
    """The schema as it stands in `schema.json`."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(text(), end="")
