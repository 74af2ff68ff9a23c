"""The package schema, as the engine asks for it: to write a program for imported resources, and for the
language host of YAML, which knows no other resources and look-ups.

Names, types and what is required of every resource type and data source; nested objects among inputs are left
open ("any"), because nobody needs them and there are thousands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox import facts
from sandbox.providers.sdk import Property, Sdk, Type, UnknownType, answered_properties

_JSON = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "enum": "string"}


class _Types:
    """The nested types of what is answered, as far as something refers to them. A program in YAML may go into
    no value whose type it does not know."""

    def __init__(self, sdk: Sdk, name: str) -> None:
        self.sdk, self.name = sdk, name
        self.found: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, dict[str, str]] = {}

    def spec(self, type: Type, module: str) -> dict[str, Any]:
        """A type; an object by reference."""
        if type.kind == "object":
            return {"$ref": f"#/types/{self._token(type.name, module)}"}
        if type.kind == "list" and type.of is not None:
            return {"type": "array", "items": self.spec(type.of, module)}
        return _type(type)

    def _token(self, name: str, module: str) -> str:
        token = f"{self.name}:{module.rpartition('.')[2]}/{name}:{name}"
        if token not in self.found:
            self.found[token] = {"type": "object"}  # a type may hold itself
            if module not in self._texts:
                self._texts[module] = self.sdk.answered(module)
            fields = answered_properties(self._texts[module].get(name, ""))
            properties = {field: self.spec(each.type, module) for field, each in fields.items()}
            self.found[token]["properties"] = properties
        return token


def schema_of(sdk: Sdk, name: str) -> str:
    """The schema of a package, as JSON."""
    types = _Types(sdk, name)
    resources = {token: _resource(sdk, token, types) for token in sdk.tokens}
    functions = dict(_functions(sdk, types))
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
            "resources": resources,
            "functions": functions,
            "types": types.found,
        }
    )


def _resource(sdk: Sdk, token: str, types: _Types) -> dict[str, Any]:
    resource = sdk.resource(token)
    return {
        "properties": {
            name: types.spec(output.type, resource.module) for name, output in resource.outputs.items()
        },
        "required": sorted(name for name, output in resource.outputs.items() if not output.optional),
        "inputProperties": {name: _spec(input) for name, input in resource.inputs.items()},
        "requiredInputs": sorted(name for name, input in resource.inputs.items() if not input.optional),
    }


def _functions(sdk: Sdk, types: _Types) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every data source; a program in YAML may call what is here, and nothing else."""
    for token in sdk.look_ups:
        try:
            source = sdk.data_source(token)
        except UnknownType:
            continue
        answers = {name: types.spec(answer.type, source.module) for name, answer in source.answers.items()}
        required = facts.of_look_up(token)
        yield (
            token,
            {
                "inputs": {
                    "type": "object",
                    "properties": {name: _open(answers.get(name)) for name in sorted(source.arguments)},
                    "required": sorted(required.required & source.arguments) if required else [],
                },
                "outputs": {"type": "object", "properties": answers, "required": sorted(answers)},
            },
        )


def _open(answer: dict[str, Any] | None) -> dict[str, Any]:
    """The type of an argument that is answered as well: a text, a number; all else is open."""
    return answer if answer is not None and set(answer) == {"type"} else {"$ref": "pulumi.json#/Any"}


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
