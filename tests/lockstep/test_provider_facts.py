"""How the stand-in treats resource types, and how the real provider does: its facts lie beside the project.

Skipped where the facts are not there. What is treated otherwise on purpose is listed here, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.providers.replacement import replaces
from sandbox.providers.sdk import Property, ResourceType, Sdk
from sandbox.services import bridge_of
from sandbox.services.bridge_base import Bridge

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts" / "provider" / "provider_facts.jsonl"
SDK = Sdk("pulumi_oci")

# Comparisons the stand-in has no need of: prefixes of IPv6 in networks, and two that are not by value: the
# image of a function (`FunctionBridge.ignored`, `unsettled`) and statements, which nobody rewrites here.
NOT_COMPARED = {"ipv6", "see customize"}


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    """Resource type -> what is known of it."""
    if not FACTS.is_file():
        pytest.skip(f"{FACTS} is not there: the stand-in is not compared with the real provider")
    rows: list[dict[str, Any]] = [json.loads(line) for line in FACTS.read_text().splitlines()]
    return {row["type"]: row for row in rows if row["type"] in SDK.tokens}


def bare(paths: Any) -> set[str]:
    """Places as bridges name them: without the marks of lists."""
    return {path.replace("[]", "") for path in paths or ()}


def outermost(paths: set[str]) -> set[str]:
    """The paths that lie below no other of them."""
    return {path for path in paths if not any(path.startswith(f"{other}.") for other in paths)}


def fields(resource: ResourceType) -> Iterator[tuple[str, Property]]:
    """Every input of a type and the properties of its objects, six levels deep as the facts go."""

    def below(properties: dict[str, Property], prefix: str, depth: int) -> Iterator[tuple[str, Property]]:
        for name, property in properties.items():
            yield f"{prefix}{name}", property
            type = property.type
            while type.kind == "list" and type.of is not None:
                type = type.of
            if type.kind == "object" and depth < 6:
                yield from below(resource.object(type.name), f"{prefix}{name}.", depth + 1)

    yield from below(resource.inputs, "", 0)


def own(facts: dict[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any], Bridge]]:
    """The types the stand-in knows more of than their SDK classes say."""
    found = [(token, row, bridge_of(token)) for token, row in facts.items()]
    return [(token, row, bridge) for token, row, bridge in found if bridge.force_new is not None]


def test_the_same_inputs_replace(facts: dict[str, dict[str, Any]]) -> None:
    """Of every type with a bridge."""
    wrong = {
        token: (sorted(bridge.force_new or ()), row["replace"])
        for token, row, bridge in own(facts)
        if set(bridge.force_new or ()) != outermost(bare(row["replace"]))
    }

    assert len(own(facts)) > 30
    assert wrong == {}


def test_the_same_lists_are_sets(facts: dict[str, dict[str, Any]]) -> None:
    """Their order is no change; that of all other lists, such as an application's subnets, is."""
    wrong = {
        token: (sorted(bridge.unordered), row.get("sets"))
        for token, row, bridge in own(facts)
        if bridge.unordered != bare(row.get("sets"))
    }

    assert wrong == {}


def test_the_same_values_may_be_written_differently(facts: dict[str, dict[str, Any]]) -> None:
    """As JSON, as a number, as a time, in another case."""
    wrong = {}
    for token, row, bridge in own(facts):
        expected = dict.fromkeys(bare(row.get("case_insensitive")), "case")
        expected |= dict.fromkeys(bare(row.get("int_text")), "number")
        expected |= {path.replace("[]", ""): how for path, how in (row.get("diff_suppress") or {}).items()}
        expected = {path: how for path, how in expected.items() if how not in NOT_COMPARED}
        if bridge.compared != expected:
            wrong[token] = (dict(bridge.compared), expected)

    assert wrong == {}


def test_the_same_defaults_are_filled_in(facts: dict[str, dict[str, Any]]) -> None:
    """Those that are no zero value: the bridge leaves such out of the inputs."""
    wrong = {
        token: (dict(bridge.defaults), row.get("defaults"))
        for token, row, bridge in own(facts)
        if bridge.defaults != {path: value for path, value in (row.get("defaults") or {}).items() if value}
    }

    assert wrong == {}


def test_what_is_taken_out_of_an_object_stays_in_the_same_places(facts: dict[str, dict[str, Any]]) -> None:
    """Whatever is optional in there keeps its value, except where the facts say that it does not."""
    wrong = {}
    for token, row, bridge in own(facts):
        kept = bare(row.get("optional_computed")) - bare(row.get("not_kept"))
        unknown = bare(row.get("unknown_inputs")) | bare(row.get("refused_inputs"))
        nested = {path for path, field in fields(SDK.resource(token)) if "." in path and field.optional}
        if bridge.dropped != nested - kept - unknown:
            wrong[token] = (sorted(bridge.dropped), sorted(nested - kept - unknown))

    assert wrong == {}


def test_what_is_taken_out_at_the_top_stays_of_every_type(facts: dict[str, dict[str, Any]]) -> None:
    """What the SDK's classes tell of it agrees with the provider's schema, type by type; an invented name is
    kept besides."""
    wrong = {}
    for token, row in facts.items():
        resource = SDK.resource(token)
        kept = {path for path in row.get("optional_computed") or () if path in resource.inputs}
        unknown = bare(row.get("unknown_inputs")) | bare(row.get("refused_inputs")) | {"name"}
        if (resource.computed & set(resource.inputs)) - unknown != kept - unknown:
            wrong[token] = sorted((resource.computed & set(resource.inputs)) ^ kept)

    assert len(facts) > 300
    assert wrong == {}


def test_the_documentation_tells_mostly_right_what_replaces(facts: dict[str, dict[str, Any]]) -> None:
    """For the types of which the stand-in knows only the SDK's classes: of all their inputs' paths."""
    right = total = 0
    for token, row in facts.items():
        resource, bridge, listed = SDK.resource(token), bridge_of(token), bare(row["replace"])
        if bridge.force_new is not None:
            continue
        for path, _ in fields(resource):
            parts = path.split(".")
            really = any(".".join(parts[:length]) in listed for length in range(1, len(parts) + 1))
            total += 1
            right += replaces(resource, bridge, tuple(parts)) == really

    assert total > 5000
    assert right / total > 0.93, f"{right} of {total}"
