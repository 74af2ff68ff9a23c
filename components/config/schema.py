"""Writes `docs/stack.schema.json`, a JSON schema of `Pulumi.<stack>.yaml` for editors.

Generated from the model that the loader checks with: `python -m components.config.schema`. It takes all that
the loader takes, and refuses what a schema can: unknown keys, types, words, numbers, formats. What two keys
say together is left to the loader, whose messages name the place.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import TypeAdapter

from components.config.loading import PROJECT
from components.config.messages import SECRETS
from components.config.model import StackConfig
from components.config.stack_file import TOP_LEVEL

REGION = "oci:region"


def text() -> str:
    """The file's content."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """The schema of a stack file, draft 7, which editors read."""
    model: dict[str, Any] = _plain(TypeAdapter(StackConfig).json_schema())
    keys = {_key(name): each for name, each in model["properties"].items()}
    keys |= {_key(name): _secret(model["properties"][name]) for name in SECRETS}
    config = {
        "type": "object",
        "properties": keys,
        "required": [_key(name) for name in model["required"]],
        "propertyNames": {
            "anyOf": [
                {"enum": sorted(keys)},
                {"pattern": ":", "not": {"pattern": f"^{re.escape(PROJECT)}:".replace("\\-", "-")}},
            ]
        },
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"A stack of {PROJECT}",
        "description": f"Pulumi.<stack>.yaml of {PROJECT}; every key: docs/configuration.md",
        "type": "object",
        "properties": {**{key: {} for key in TOP_LEVEL}, "config": config},
        "required": ["config"],
        "additionalProperties": False,
        "$defs": model["$defs"],
    }


def _key(name: str) -> str:
    return REGION if name == "region" else f"{PROJECT}:{name}"


def _secret(said: dict[str, Any]) -> dict[str, Any]:
    """A value that the engine has encrypted."""
    return {
        "description": said["description"],
        "type": "object",
        "properties": {"secure": {}},
        "required": ["secure"],
        "additionalProperties": False,
    }


def _plain(value: Any) -> Any:
    """As draft 7 reads it: nothing beside a reference, and no key of a map beside its pattern."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _plain(each) for key, each in value.items() if key != "title" or not isinstance(each, str)}
    if "patternProperties" in found:
        found.setdefault("additionalProperties", False)
    if "$ref" in found and len(found) > 1:
        found["allOf"] = [{"$ref": found.pop("$ref")}]
    return found


if __name__ == "__main__":
    print(text(), end="")
