"""What only the API's values together, or with the functions and the edge, show to be wrong."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.components.config.stack_files import Check, edited

Settings = dict[str, Any]

API: Settings = {
    "jwt": {
        "audiences": ["a"],
        "jwks_uri": "https://idcs-0a.identity.oraclecloud.com/admin/v1/SigningCert/jwk",
    },
    "routes": {"grade": {"path": "/grade", "function": "responder"}},
}
EDGE: Settings = {
    "domain": "a.example.com",
    "certificate_id": "ocid1.waascertificate.oc1..a",
    "ai_endpoint": {},
}
BALANCER = "ocid1.loadbalancer.oc1.eu-frankfurt-1.a"


def stack_file(api: Settings | None = None, edge: Settings | None = None) -> str:
    """The dev stack's file with these sections."""
    said = {"api": api, "edge": edge}
    lines = [
        f"oci-ai-functions:{name}: {json.dumps(section)}\n  " for name, section in said.items() if section
    ]
    return edited("oci-ai-functions:functions:", "".join(lines) + "oci-ai-functions:functions:")


def api(path: str = "", value: Any = None) -> Settings:
    """A good API with one thing changed; `path` as messages name it, below `api`."""
    made = deepcopy(API)
    inner: Any = made
    *sections, last = path.split(".") if path else [""]
    for each in sections:
        inner = inner.setdefault(each, {})
    if path:
        inner[last] = value
    return made


@pytest.mark.parametrize(
    ("first", "edge"),
    [
        (API, None),
        (API, EDGE),
        (api("routes.open", {"path": "/open", "function": "responder", "anonymous": True}), EDGE),
        (None, {**EDGE, "origin": "b.example.com"}),
        (api("endpoint_type", "PRIVATE"), {**EDGE, "origin": "b.example.com"}),
        ({**api("waf", {"load_balancer_id": BALANCER}), "endpoint_type": "PRIVATE"}, None),
    ],
)
def test_good_sections(problems: Check, first: Settings | None, edge: Settings | None) -> None:
    """An API alone, an edge before it, an edge before another host, a firewall before a private gateway."""
    assert problems(stack_file(first, edge)) == []


ONE_LINE: list[tuple[Settings | None, Settings | None, str]] = [
    (api("routes.grade.function", "x"), None, "api.routes.grade.function: x is not one of responder"),
    (
        api("routes.b", {"path": "/grade", "methods": ["ANY"], "function": "responder"}),
        None,
        "api.routes.grade: takes POST /grade, which the route b takes already",
    ),
    (
        api("routes.grade.anonymous", True) | {"routes": {"r": {**API["routes"]["grade"], "anonymous": 1}}},
        None,
        "api.routes.r.anonymous: 1 is not true or false",
    ),
    (
        api("routes.r", {"path": "/r", "function": "responder", "anonymous": True, "scopes": ["s"]}),
        None,
        "api.routes.r: an anonymous route asks for no scopes; leave out either",
    ),
    ({"jwt": API["jwt"], "routes": {}}, None, "api.routes: expected 1 to 50 routes, found 0"),
    ({"routes": API["routes"]}, None, "api.jwt: missing"),
    (api("jwt", {"audiences": ["a"]}), None, "api.jwt: give either jwks_uri or keys"),
    (api("cors", {"allowed_origins": ["*"], "allow_credentials": True}), None, "api.cors: allow_credentials"),
    (api("rate_limits", {}), None, "api.rate_limits: unknown key; did you mean rate_limit?"),
    (api("domain", "api.example.com"), None, "api.domain: domain and certificate_id belong together"),
    (
        api("certificate_id", "ocid1.certificate.oc1.eu-frankfurt-1.a"),
        None,
        "api.domain: domain and certificate_id belong together",
    ),
    (api("waf", {"load_balancer_id": BALANCER}), None, "api.waf: the gateway is reached from the internet"),
    (
        api("subnet_id", "ocid1.subnet.oc1.us-phoenix-1.a"),
        None,
        "api.subnet_id: is in us-phoenix-1, while the stack deploys to eu-frankfurt-1 (oci:region)",
    ),
    (
        api("network_security_group_ids", ["ocid1.networksecuritygroup.oc1.us-phoenix-1.a"]),
        None,
        "api.network_security_group_ids[0]: is in us-phoenix-1",
    ),
    (
        {
            **api("waf", {"load_balancer_id": "ocid1.loadbalancer.oc1.us-phoenix-1.a"}),
            "endpoint_type": "PRIVATE",
        },
        None,
        "api.waf.load_balancer_id: is in us-phoenix-1",
    ),
    (None, EDGE, "edge.origin: missing; name a public host, or give the stack an api to stand before"),
    (
        api("endpoint_type", "PRIVATE"),
        EDGE,
        "edge.origin: missing; the gateway of api is PRIVATE, where the edge cannot reach it",
    ),
    (
        API,
        {"domain": "a.example.com", "ai_endpoint": {}},
        "edge.certificate_id: missing; a gateway answers HTTPS alone",
    ),
    (
        API,
        {key: value for key, value in EDGE.items() if key != "ai_endpoint"},
        "edge.rules: needs at least one rule, or ai_endpoint",
    ),
    (
        API,
        {**EDGE, "rules": {"ai-methods": {"rules": [{"variables": ["ARGS"], "operator": "x", "msg": "m"}]}}},
        "edge.rules: ai-methods is the name of a rule for ai_endpoint; take another",
    ),
    (API, {**EDGE, "ai_endpoint": {"methods": ["ANY"]}}, "edge.ai_endpoint.methods: ANY would let every"),
]


@pytest.mark.parametrize(("first", "edge", "line"), ONE_LINE)
def test_a_contradiction_is_one_line(
    problems: Check, first: Settings | None, edge: Settings | None, line: str
) -> None:
    """It begins with the place."""
    (problem,) = problems(stack_file(first, edge))

    assert problem.startswith(line)


PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "put-a-function-behind-a-gateway.md"


def test_what_the_page_shows_can_be_deployed(problems: Check) -> None:
    """Its API, its edge, and its firewall beside the rest of its API."""
    shown = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)]
    front, edge, firewall = (next(iter(each.values())) for each in shown)

    assert problems(stack_file(front, edge)) == []
    assert problems(stack_file({**front, **firewall})) == []
