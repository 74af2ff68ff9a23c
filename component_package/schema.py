"""The package's schema, of which Pulumi makes an SDK for each language: `schema.json`.

`python -m component_package.schema` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
        "resources": {token(name): _resource(kind) for name, kind in sorted(TYPES.items())},
        "language": {"python": {"respectSchemaVersion": True}},
    }


def _resource(kind: type[Flat]) -> dict[str, Any]:
    known = options(kind.arguments)
    return {
        "isComponent": True,
        "description": (kind.__doc__ or "").strip(),
        "inputProperties": {
            name: {"description": option.description, **_type(annotation)}
            for name, (_, annotation, option) in known.items()
        },
        "requiredInputs": sorted(name for name, (field, _, _) in known.items() if is_required(field)),
        "properties": {
            camel(name): {"type": "string", "description": meaning} for name, meaning in kind.outputs.items()
        },
        "required": sorted(camel(name) for name in kind.outputs if name not in kind.optional_outputs),
    }


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
