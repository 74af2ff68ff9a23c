"""The sandbox's table of the provider's facts, and the facts beside the project.

Skipped where the facts are not there. What the table leaves out because the SDK's classes say the same is
compared with those classes here.
"""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import facts
from sandbox.providers.replacement import documented
from sandbox.providers.sdk import Property
from tests.lockstep.facts_table import FACTS, SDK, TABLE, bare, fields, look_ups, resources, table

pytestmark = pytest.mark.skipif(
    not FACTS.is_dir(), reason=f"{FACTS} is not there: the table is not compared with the provider's facts"
)

KINDS = {
    "any": "any",
    "bool": "bool",
    "enum": "string",
    "float": "number",
    "int": "number",
    "list": "list",
    "map": "map",
    "object": "object",
    "str": "string",
}
# Arguments of a newer SDK than the facts are of.
NEWER = {"capacityReservationId", "drgNatPolicyId"}


def kinds(properties: dict[str, Property]) -> dict[str, str]:
    return {name: KINDS[property.type.kind] for name, property in properties.items() if name != "id"}


def test_the_table_is_made_of_the_facts() -> None:
    """Whoever changes one of the two runs `python -m tests.lockstep.facts_table`."""
    assert TABLE.read_text(encoding="utf-8") == table()


def test_a_type_is_read_alone() -> None:
    """By its whole token; a type without a line has no facts."""
    found = facts.of_type("oci:Core/vcn:Vcn")

    assert found is not None
    assert found.replace == {"cidrBlock", "dnsLabel"}
    assert facts.of_type("oci:Core/vcn:Vc") is None
    assert facts.of_type("oci:Database/autonomousDatabase:AutonomousDatabase") is None


def test_outputs_and_their_kinds_are_those_of_the_sdk() -> None:
    """So the table need not name them."""
    wrong = {
        token: row["outputs"]
        for token, row in resources().items()
        if kinds(SDK.resource(token).outputs) != row["outputs"]
    }

    assert len(resources()) > 300
    assert wrong == {}


def test_names_are_invented_where_the_sdk_has_a_name() -> None:
    """A string input called `name`, and no other."""
    wrong = {}
    for token, row in resources().items():
        named = SDK.resource(token).inputs.get("name")
        has_name = named is not None and named.type.kind == "str"
        if row.get("auto_name", []) != (["name"] if has_name else []):
            wrong[token] = row.get("auto_name")

    assert wrong == {}


def test_import_formats_are_those_the_sdk_documents() -> None:
    """A type without an importer is read by its id."""
    plain = {None, "<id>", "<ocid>"}
    wrong = {
        token: (SDK.resource(token).import_id, row["import_id"])
        for token, row in resources().items()
        if SDK.resource(token).import_id != ("id" if row["import_id"] in plain else row["import_id"])
    }

    assert wrong == {}


def test_look_ups_answer_and_take_what_the_sdk_says() -> None:
    """Answers with their kinds, and the names of all arguments."""
    wrong: dict[str, Any] = {}
    for token, row in look_ups().items():
        source = SDK.data_source(token)
        arguments = set(row["required"]) | set(row["optional"])
        if kinds(source.answers) != row["outputs"] or source.arguments - NEWER != arguments - NEWER:
            wrong[token] = (source.arguments ^ arguments, row["outputs"])

    assert len(look_ups()) > 700
    assert wrong == {}


def test_what_is_taken_out_at_the_top_stays_of_every_type() -> None:
    """What the SDK's classes tell of it agrees with the provider's schema, type by type; an invented name is
    kept besides."""
    wrong = {}
    for token, row in resources().items():
        resource = SDK.resource(token)
        kept = {path for path in row.get("optional_computed") or () if path in resource.inputs}
        unknown = bare(row.get("unknown_inputs")) | bare(row.get("refused_inputs")) | {"name"}
        if (resource.computed & set(resource.inputs)) - unknown != kept - unknown:
            wrong[token] = sorted((resource.computed & set(resource.inputs)) ^ kept)

    assert wrong == {}


def test_the_documentation_tells_mostly_right_what_replaces() -> None:
    """It is all the stand-in has for types without facts: of all inputs' paths of those with facts."""
    right = total = 0
    for token, row in resources().items():
        resource, listed = SDK.resource(token), bare(row["replace"])
        for path, _ in fields(resource):
            total += 1
            parts = path.split(".")
            really = any(".".join(parts[:length]) in listed for length in range(1, len(parts) + 1))
            right += documented(resource, tuple(parts)) == really

    assert total > 7000
    assert right / total > 0.93, f"{right} of {total}"
