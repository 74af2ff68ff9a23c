"""The package schema: what a program in YAML may create, look up and go into."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.providers.schema import schema_of
from sandbox.providers.sdk import Sdk

# It reads every class of the SDK.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """That of the installed SDK."""
    found: dict[str, Any] = json.loads(schema_of(Sdk("pulumi_oci"), "oci"))
    return found


def item(schema: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    """The properties of the objects in a list."""
    found: dict[str, Any] = schema["types"][spec["items"]["$ref"].removeprefix("#/types/")]["properties"]
    return found


def test_a_look_up_says_what_it_takes_and_answers(schema: dict[str, Any]) -> None:
    """Its arguments, with those that it must have; and what the items of its list have."""
    images = schema["functions"]["oci:Core/getImages:getImages"]

    assert images["inputs"]["properties"]["operatingSystem"] == {"type": "string"}
    assert images["inputs"]["required"] == ["compartmentId"]
    assert item(schema, images["outputs"]["properties"]["images"])["displayName"] == {"type": "string"}


def test_what_a_resource_answers_can_be_gone_into(schema: dict[str, Any]) -> None:
    """At any depth; inputs stay open."""
    cluster = schema["resources"]["oci:ContainerEngine/cluster:Cluster"]

    assert item(schema, cluster["properties"]["endpoints"])["publicEndpoint"] == {"type": "string"}
    assert cluster["inputProperties"]["endpointConfig"] == {"$ref": "pulumi.json#/Any"}


def test_every_look_up_and_every_reference_is_there(schema: dict[str, Any]) -> None:
    """None is left out, and none leads nowhere."""
    text = json.dumps(schema)
    referred = {part.partition('"')[0] for part in text.split('"$ref": "#/types/')[1:]}

    assert set(schema["types"]) == referred
    assert len(schema["functions"]) > 2400
