"""The package schema, as the engine asks for it: to write a program for imported resources, and for the
language host of YAML, which knows no other resources and look-ups.

Names, types and what is required of every resource type and data source; nested objects are left open
("any"), because nobody needs them and there are thousands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox import facts
from sandbox.providers.sdk import Property, Sdk, Type, UnknownType

_JSON = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "enum": "string"}


def schema_of(sdk: Sdk, name: str) -> str:
    """The schema of a package, as JSON."""
    return json.dumps(
        {
            "name": name,
            "version": sdk.version,
            "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
            "language": {
                "python": {
                    "packageName": sdk.package,
                    "moduleNameOverrides": {
                        token.split(":")[1].partition("/")[0]: module.partition(".")[2]
                        for token, (module, _) in sdk.tokens.items()
                    },
                }
            },
            "resources": {token: _resource(sdk, token) for token in sdk.tokens},
            "functions": dict(_functions(sdk)),
        }
    )


def _resource(sdk: Sdk, token: str) -> dict[str, Any]:
    resource = sdk.resource(token)
    return {
        "properties": {name: _spec(output) for name, output in resource.outputs.items()},
        "required": sorted(name for name, output in resource.outputs.items() if not output.optional),
        "inputProperties": {name: _spec(input) for name, input in resource.inputs.items()},
        "requiredInputs": sorted(name for name, input in resource.inputs.items() if not input.optional),
    }


def _functions(sdk: Sdk) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every data source; a program in YAML may call what is here, and nothing else."""
    for token in sdk.look_ups:
        try:
            source = sdk.data_source(token)
        except UnknownType:
            continue
        answers = {name: _spec(answer) for name, answer in source.answers.items()}
        anything = {"$ref": "pulumi.json#/Any"}
        required = facts.of_look_up(token)
        yield (
            token,
            {
                "inputs": {
                    "type": "object",
                    "properties": {name: answers.get(name, anything) for name in sorted(source.arguments)},
                    "required": sorted(required.required & source.arguments) if required else [],
                },
                "outputs": {"type": "object", "properties": answers, "required": sorted(answers)},
            },
        )


def _spec(property: Property) -> dict[str, Any]:
    return _type(property.type)


def _type(type: Type) -> dict[str, Any]:
    if type.kind in _JSON:
        return {"type": _JSON[type.kind]}
    if type.kind == "list" and type.of is not None:
        return {"type": "array", "items": _type(type.of)}
    if type.kind == "map" and type.of is not None:
        return {"type": "object", "additionalProperties": _type(type.of)}
    return {"$ref": "pulumi.json#/Any"}
