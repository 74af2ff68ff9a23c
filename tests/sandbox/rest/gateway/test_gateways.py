"""A deployed gateway asked through the proxy: hosts, routes, limits."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services.apigateway import DEPLOYMENT
from tests.sandbox.rest.conftest import Door
from tests.sandbox.rest.gateway.conftest import STOCK, Deployer, Send, route


def test_a_host_of_the_gateways_own(deployer: Deployer, send: Send) -> None:
    """A deployment's endpoint is the gateway's host and its prefix, as OCI writes it."""
    url = deployer.deploy(route("/hello"))

    answer = send(f"{url}/hello")

    assert url.endswith(".apigateway.us-ashburn-1.oci.customer-oci.com/v1")
    assert (answer.status_code, answer.json()) == (200, {"stock": True})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["opc-request-id"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/a", "GET", 200),
        ("/a", "HEAD", 405),
        ("/a", "POST", 405),
        ("/a/", "GET", 404),
        ("/ab", "GET", 404),
        ("/users/7", "GET", 201),
        ("/users/7", "DELETE", 405),
        ("/users/me", "GET", 202),
        ("/users/me", "PUT", 203),
        ("/users/a%2Fb", "GET", 201),
        ("/users/", "GET", 404),
        ("/users/7/x", "GET", 404),
        ("/files/a/b/c", "PATCH", 205),
        ("/files/", "DELETE", 205),
        ("/files", "GET", 404),
        ("", "GET", 404),
    ],
)
def test_which_route(deployer: Deployer, send: Send, path: str, method: str, status: int) -> None:
    """A literal goes before a parameter, that before a wildcard; ANY is every method."""

    def answers(status: int, path: str, *methods: str) -> dict[str, Any]:
        return route(path, *methods) | {"backend": {**STOCK, "status": status}}

    url = deployer.deploy(
        answers(205, "/files/{rest*}", "ANY"),
        answers(203, "/users/{id}", "PUT"),
        answers(201, "/users/{id}", "GET"),
        answers(202, "/users/me", "GET"),
        answers(200, "/a", "GET"),
    )

    answer = send(f"{url}{path}", method)

    assert answer.status_code == status
    if status >= 400 and method != "HEAD":
        phrase = "Not Found" if status == 404 else "Method Not Allowed"
        assert answer.json() == {"code": status, "message": phrase}


def test_the_longest_prefix_takes_the_request(deployer: Deployer, send: Send) -> None:
    """Deployments of one gateway may lie below each other; `/` takes what is left."""
    gateway = deployer.gateway()
    url = deployer.deploy(route("/x"), prefix="/api", gateway=gateway)
    deployer.deploy(route("/x") | {"backend": {**STOCK, "status": 201}}, prefix="/api/v2", gateway=gateway)
    deployer.deploy(route("/apix/x") | {"backend": {**STOCK, "status": 202}}, prefix="/", gateway=gateway)
    host = url.removesuffix("/api")

    assert [send(f"{host}{path}").status_code for path in ("/api/x", "/api/v2/x", "/apix/x", "/other")] == [
        200,
        201,
        202,
        404,
    ]


def test_a_host_without_a_gateway(send: Send) -> None:
    """501 with the name; nothing is made up."""
    answer = send("https://nobody.apigateway.us-ashburn-1.oci.customer-oci.com/v1/x")

    assert answer.status_code == 501
    assert "no gateway nobody.apigateway" in answer.json()["message"]


def test_what_changes_counts_at_once(door: Door, deployer: Deployer, send: Send) -> None:
    """A deployment that is gone answers no more."""
    url = deployer.deploy(route("/x"))
    before = send(f"{url}/x").status_code
    (id,) = [r.id for r in door.store.list(DEPLOYMENT) if r.outputs["endpoint"] == url]
    door.store.delete(id)

    assert (before, send(f"{url}/x").status_code) == (200, 404)


def test_too_many_requests(deployer: Deployer, send: Send) -> None:
    """More than the rate at once: 429, for this deployment only."""
    limit = {"rateInRequestsPerSecond": 1, "rateKey": "CLIENT_IP"}
    url = deployer.deploy(route("/x"), rateLimiting=limit)
    other = deployer.deploy(route("/x"), rateLimiting=limit)
    answers = [send(f"{url}/x") for _ in range(12)]

    assert answers[0].status_code == 200
    refused = next(answer for answer in answers if answer.status_code != 200)
    assert (refused.status_code, refused.json()) == (429, {"code": 429, "message": "Too Many Requests"})
    assert send(f"{other}/x").status_code == 200


def test_a_body_that_is_too_large(deployer: Deployer, send: Send) -> None:
    """Above what a gateway takes at all."""
    url = deployer.deploy(route("/x", "POST"))
    answer = send(f"{url}/x", "POST", data=b"x" * (20 * 1024 * 1024 + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, 413)
