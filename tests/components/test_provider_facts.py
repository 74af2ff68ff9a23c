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
ROUTES = {
    "grade": {
        "path": "/grade",
        "function": "responder",
        "scopes": ["s"],
        "content_types": ["application/json"],
        "body_required": True,
        "required_headers": ["X-Plant"],
        "required_query_parameters": ["q"],
    },
    "open": {"path": "/open", "methods": ["ANY"], "function": "responder", "anonymous": True},
}
OPEN_API = {
    "endpoint_type": "PRIVATE",
    "jwt": {"audiences": ["a"], "jwks_uri": "https://idp.example.com/jwks", "claims": {"plant": ["north"]}},
    "routes": ROUTES,
    "cors": {"allowed_origins": ["*"]},
    "waf": {"load_balancer_id": "ocid1.loadbalancer.oc1..a", "mode": "BLOCK"},
}
KEYED_API = {
    **OPEN_API,
    "jwt": {
        "audiences": ["a"],
        "keys": {"k": "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"},
    },
    "waf": {"load_balancer_id": "ocid1.loadbalancer.oc1..a"},
    "rate_limit": {"per": "TOTAL"},
    "execution_log_level": "WARN",
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


@pytest.mark.parametrize("api", [OPEN_API, KEYED_API], ids=["remote", "static"])
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_real_provider_takes_what_is_sent(
    deployed: Any, facts: Any, stack: str, api: dict[str, Any]
) -> None:
    """No deprecated input, none it refuses, and of an enumeration only a value it has."""
    kept = {f"keep_{kind}": '["a"]' for kind in ("topics", "queues", "streams")}
    sections = {"edge": EDGE, "application": APPLICATION, "api": api}
    said = {name: json.dumps(section) for name, section in sections.items()}
    world = deployed(stack, **said, **kept)
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
