"""What the components send, by the facts about the real provider: `../shared/facts/provider`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts" / "provider" / "provider_facts.jsonl"
EDGE = {
    "domain": "ai.example.com",
    "origin": "b.example.com",
    "certificate_id": "ocid1.waascertificate.oc1..a",
    "rules": {"r": {"rules": [{"variables": ["ARGS"], "operator": "@detectSQLi", "msg": "m"}]}},
}
APPLICATION = {
    "image_signing_key_ids": ["ocid1.key.oc1..a"],
    "trace_domain_id": "ocid1.apmdomain.oc1..a",
    "network_security_group_ids": ["ocid1.networksecuritygroup.oc1..a"],
}


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    """The facts by type; skipped where the folder is not there."""
    if not FACTS.is_file():
        pytest.skip(f"{FACTS} is missing: what the real provider takes is not checked")
    lines = (json.loads(line) for line in FACTS.read_text().splitlines())
    return {each["type"]: each for each in lines}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each path in the facts' spelling (`actions.action[].actionType`), containers included."""
    yield path, value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, f"{path}[]")


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_real_provider_takes_what_is_sent(deployed: Any, facts: Any, stack: str) -> None:
    """No deprecated input, none it refuses, and of an enumeration only a value it has."""
    kept = {f"keep_{kind}": '["a"]' for kind in ("topics", "queues", "streams")}
    world = deployed(stack, edge=json.dumps(EDGE), application=json.dumps(APPLICATION), **kept)
    problems = []

    for each in world.recorder.registered.values():
        known = facts.get(each.type, {})
        enums = {**known.get("enums", {}), **known.get("api_enums", {})}
        for path, value in _leaves(each.inputs):
            if path in (*known.get("deprecated", ()), *known.get("refused_inputs", ())):
                problems.append(f"{each.type} {path}")
            if isinstance(value, str) and value not in enums.get(path, [value]):
                problems.append(f"{each.type} {path} {value}")

    assert problems == []
    assert {each.type for each in world.recorder.registered.values() if each.type.startswith("oci:")} <= set(
        facts
    )


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_function_always_has_its_digest(deployed: Any, stack: str) -> None:
    """A function without one differs at every deploy: the real provider computes it anew."""
    for each in deployed(stack).all("oci:Functions/function:Function"):
        assert each.inputs["sourceDetails"]["imageDigest"].startswith("sha256:")
