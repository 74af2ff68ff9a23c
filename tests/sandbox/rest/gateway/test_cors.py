"""What browsers ask and are told."""

from __future__ import annotations

from tests.sandbox.rest.gateway.conftest import JWKS, Deployer, Send, route


def test_a_browser_asks_first(deployer: Deployer, send: Send) -> None:
    """What is allowed is told to the origins of the policy, before any token is asked for."""
    policy = {
        "allowedOrigins": ["https://app.example.com"],
        "allowedMethods": ["GET", "POST"],
        "allowedHeaders": ["authorization"],
        "exposedHeaders": ["opc-request-id"],
        "isAllowCredentialsEnabled": True,
        "maxAgeInSeconds": 60,
    }
    url = deployer.deploy(route("/x", "GET", "POST"), cors=policy, authentication=JWKS)
    question = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST"}
    first = send(f"{url}/x", "OPTIONS", headers=question)
    stranger = send(f"{url}/x", "OPTIONS", headers={**question, "Origin": "https://evil.example.com"})
    refused = send(f"{url}/x", headers={"Origin": "https://app.example.com"})

    assert first.status_code == 204
    assert first.headers["access-control-allow-origin"] == "https://app.example.com"
    assert first.headers["access-control-allow-methods"] == "GET, POST"
    assert first.headers["access-control-allow-headers"] == "authorization"
    assert first.headers["access-control-max-age"] == "60"
    assert first.headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-origin" not in stranger.headers
    assert refused.status_code == 401
    assert refused.headers["access-control-expose-headers"] == "opc-request-id"
    assert send(f"{url}/x", "OPTIONS").status_code == 405
    assert send(f"{url}/none", "OPTIONS", headers=question).status_code == 404


def test_every_origin(deployer: Deployer, send: Send) -> None:
    """`*`, by a route's own policy."""
    url = deployer.deploy(route("/x", requestPolicies={"cors": {"allowedOrigins": ["*"]}}))
    answer = send(f"{url}/x", headers={"Origin": "https://any.example.com"})

    assert answer.headers["access-control-allow-origin"] == "*"
