"""What a deployment asks for and the sandbox does not imitate."""

from __future__ import annotations

from typing import Any, cast

import pytest

from sandbox.api.platform import Platform
from sandbox.rest.caller import Callers
from sandbox.rest.gateway.gateways import Gateways
from tests.sandbox.rest.conftest import Door
from tests.sandbox.rest.gateway.conftest import JWKS, Deployer, Send, route

NO_PLATFORM = cast(Platform, None)


@pytest.mark.parametrize(
    ("policies", "changes", "named"),
    [
        (
            {"authentication": {"type": "CUSTOM_AUTHENTICATION", "parameters": {"a": "request.body"}}},
            {},
            "request.body",
        ),
        ({"authentication": {"type": "NEW"}}, {}, "authentication NEW"),
        ({"authentication": {**JWKS, "novel": "x"}}, {}, "authentication.novel"),
        ({"authentication": {**JWKS, "tokenHeader": None}}, {}, "tokenHeader"),
        (
            {"authentication": {**JWKS, "validationPolicy": {"type": "REMOTE_DISCOVERY"}}},
            {},
            "REMOTE_DISCOVERY",
        ),
        ({"authentication": {**JWKS, "type": "JWT_AUTHENTICATION", "validationPolicy": None}}, {}, "issuers"),
        ({"rateLimiting": {"rateKey": "TOTAL", "novel": 1}}, {}, "rateLimiting.novel"),
        ({}, {"novel": {"x": "y"}}, "routes.novel"),
        (
            {},
            {"requestPolicies": {"bodyValidation": {"contents": [{"validationType": "SCHEMA"}]}}},
            "validationType SCHEMA",
        ),
        (
            {},
            {"requestPolicies": {"authorization": {"type": "ANONYMOUS", "novel": "x"}}},
            "authorization.novel",
        ),
        ({"dynamicAuthentication": {"selectionSource": {"selector": "x"}}}, {}, "dynamicAuthentication"),
        ({"mutualTls": {"isVerifiedCertificateRequired": True}}, {}, "mutualTls"),
        ({"usagePlans": {"tokenLocations": ["request.headers[x]"]}}, {}, "usagePlans"),
        ({}, {"backend": {"type": "HTTP_BACKEND", "url": "https://example.com"}}, "HTTP_BACKEND"),
        ({}, {"requestPolicies": {"authorization": {"type": "OTHER"}}}, "authorization OTHER"),
        ({}, {"requestPolicies": {"novel": {"x": "y"}}}, "requestPolicies.novel"),
        (
            {},
            {
                "requestPolicies": {
                    "headerTransformations": {
                        "setHeaders": {"items": [{"name": "a", "values": ["${request.cert[client_base64]}"]}]}
                    }
                }
            },
            "request.cert",
        ),
    ],
)
def test_what_is_not_honoured_is_never_open(
    deployer: Deployer, send: Send, policies: dict[str, Any], changes: dict[str, Any], named: str
) -> None:
    """501 with its name, instead of an answer that OCI might refuse."""
    url = deployer.deploy({**route("/x"), **changes}, **policies)

    answer = send(f"{url}/x")

    assert answer.status_code == 501
    assert named in answer.json()["message"]


def test_what_is_switched_off_is_nothing(deployer: Deployer, send: Send) -> None:
    """A policy that is there and asks for nothing stands in nobody's way; a cache is passed over."""
    url = deployer.deploy(
        route("/x", requestPolicies={"responseCacheLookup": {"type": "SIMPLE_LOOKUP_POLICY"}}),
        mutualTls={"isVerifiedCertificateRequired": False, "allowedSans": []},
    )

    assert send(f"{url}/x").status_code == 200


def test_what_is_not_honoured_is_named_once(door: Door, deployer: Deployer) -> None:
    """Each line says which route and what; reading the deployments again says nothing new."""
    said: list[str] = []
    deployer.deploy(
        route("/x", backend={"type": "HTTP_BACKEND", "url": "https://example.com"}),
        route(
            "/y", "GET", "POST", responsePolicies={"responseCacheStore": {"type": "FIXED_TTL_STORE_POLICY"}}
        ),
        authentication={**JWKS, "validationFailurePolicy": {"type": "OAUTH2"}},
    )
    gateways = Gateways(door.place.sandbox_dir, door.store, Callers(door.store), NO_PLATFORM, said.append)
    gateways.announce()
    name, mine = deployer.name, [line for line in said if f" {deployer.name}:" in line]
    deployer.deploy(route("/z"))
    said.clear()
    gateways.announce()

    assert mine == [
        f"gateway   deployment {name}: {text}"
        for text in (
            "GET /v1/x answers 501: backend HTTP_BACKEND",
            "GET,POST /v1/y is answered without responseCacheStore",
            "a refused token is answered by 401, not by the login of validationFailurePolicy OAUTH2",
        )
    ]
    assert said == []
