"""The package's schema: generated from the components, and current."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

import component_package
from component_package import schema
from component_package.arguments import camel, options
from component_package.resources import TYPES, Flat

FILE = Path(component_package.__file__).parent / "schema.json"


def test_the_file_is_what_the_components_say() -> None:
    """`make docs` writes it."""
    assert FILE.read_text(encoding="utf-8") == schema.text()


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_component_says_what_it_takes_and_gives(name: str) -> None:
    """Every field of the arguments is an argument with a meaning, and every output has one."""
    kind: type[Flat] = TYPES[name]
    stated = json.loads(schema.text())["resources"][f"oci-ai-functions:index:{name}"]

    assert stated["isComponent"]
    assert stated["description"]
    assert set(stated["inputProperties"]) == {camel(field.name) for field in fields(kind.arguments)}
    assert all(each["description"] for each in stated["inputProperties"].values())
    assert set(stated["properties"]) == {camel(each) for each in kind.outputs}
    assert set(stated["required"]) <= set(stated["properties"])


def test_only_what_may_come_later_is_not_plain() -> None:
    """A language's SDK then refuses an output where a value must be known."""
    stated = schema.schema()["resources"]["oci-ai-functions:index:EventFunction"]["inputProperties"]

    later = {name for name, each in stated.items() if "plain" not in each}

    assert later == {"applicationId", "registryUsername", "registryAuthToken"}


def test_types_are_those_of_the_options() -> None:
    """A list of strings, a map of lists, a switch, a number."""
    stated = schema.schema()["resources"]["oci-ai-functions:index:EventFunction"]["inputProperties"]
    plain = {name: {key: each[key] for key in each if key != "description"} for name, each in stated.items()}

    text = {"type": "string", "plain": True}
    assert plain["eventTypes"] == {"type": "array", "items": text, "plain": True}
    assert plain["attributes"] == {
        "type": "object",
        "additionalProperties": {"type": "array", "items": text, "plain": True},
        "plain": True,
    }
    assert plain["enabled"] == {"type": "boolean", "plain": True}
    assert plain["memoryInMbs"] == {"type": "integer", "plain": True}
    assert set(options(TYPES["EventFunction"].arguments)) == set(stated)
