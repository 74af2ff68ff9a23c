"""A real function behind a deployed gateway: what it is told, what becomes of its answer, and its rights."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from sandbox.rest.why import explained
from sandbox.services.functions import APPLICATION, FUNCTION
from tests.sandbox.rest.conftest import Door
from tests.sandbox.rest.gateway.conftest import SUBNET, Deployer, Send, route

CODE = """
import io, json
from fdk import response

def handler(ctx, data: io.BytesIO = None):
    body = data.getvalue()
    asked = json.loads(body) if body.startswith(b"{") else {}
    if "raise" in asked:
        raise ValueError("a secret of the function")
    if asked.get("type") in ("TOKEN", "USER_DEFINED"):
        token = asked.get("token") or asked["data"]["key"]
        if token == "broken":
            return response.Response(ctx, "no JSON")
        answer = {"active": token != "bad", "scope": ["read"], "context": {"team": token}}
        if token == "bad":
            answer["wwwAuthenticate"] = "Key realm=plant"
        if token == "old":
            answer["expiresAt"] = "2020-01-01T00:00:00+00:00"
        return response.Response(ctx, json.dumps(answer), {"content-type": "application/json"})
    found = {
        "method": ctx.Method(), "url": ctx.RequestURL(), "body": body.decode(), "size": len(body),
        "headers": {name.lower(): value for name, value in ctx.HTTPHeaders().items()},
        "intent": ctx.Headers().get("fn-intent"),
    }
    headers = {"content-type": "application/json", "x-made": "by the function"}
    return response.Response(ctx, json.dumps(found), headers, status_code=int(asked.get("status", 200)))
"""
DOCKERFILE = """
FROM fnproject/python:3.11
WORKDIR /function
COPY . .
ENTRYPOINT ["fdk", "/function/func.py", "handler"]
"""


@pytest.fixture
def function(door: Door, deployer: Deployer) -> str:
    """A function's OCID, in the compartment of the gateways."""
    digest = f"sha256:{hashlib.sha256(CODE.encode()).hexdigest()}"
    folder = door.place.sandbox_dir / "images" / "sha256" / digest.removeprefix("sha256:")
    image = "iad.ocir.io/tenancyns/app/echo:1.0"
    if not folder.exists():
        (folder / "content").mkdir(parents=True)
        (folder / "content" / "func.py").write_text(CODE)
        (folder / "Dockerfile").write_text(DOCKERFILE)
        door.store.add_image(
            digest,
            image,
            ref=f"{image}@{digest}",
            platforms=["linux/amd64"],
            context=str(folder),
            pushed=True,
        )
    application = door.add(
        APPLICATION, compartmentId=deployer.compartment, displayName="app", subnetIds=[SUBNET]
    )
    return door.add(
        FUNCTION,
        applicationId=application,
        displayName="echo",
        memoryInMbs="256",
        timeoutInSeconds=120,
        sourceDetails={"sourceType": "CONTAINER_IMAGE", "image": image, "imageDigest": digest},
    )


def documented(deployer: Deployer) -> str:
    """The statement that Oracle's page on API Gateway gives."""
    return (
        f"ALLOW any-user to use functions-family in compartment id {deployer.compartment} where ALL "
        f"{{request.principal.type = 'ApiGateway', "
        f"request.resource.compartment.id = '{deployer.compartment}'}}"
    )


def to(function: str) -> dict[str, Any]:
    """A backend that is a function."""
    return {"type": "ORACLE_FUNCTIONS_BACKEND", "functionId": function}


def test_a_function_behind_a_gateway(door: Door, deployer: Deployer, send: Send, function: str) -> None:
    """It is told all of the request, and what it answers is the answer: status, headers and body."""
    door.allow(documented(deployer))
    url = deployer.deploy(route("/infer/{id}", "ANY") | {"backend": to(function)})
    answer = send(
        f"{url}/infer/a%2Fb?q=1&q=2",
        "PUT",
        data='{"status": 418}',
        headers={"X-Plant": "north", "Fn-Http-Method": "forged", "Content-Type": "application/json"},
    )
    found = answer.json()

    assert answer.status_code == 418
    assert answer.headers["x-made"] == "by the function"
    assert answer.headers["content-type"] == "application/json"
    assert not [name for name in answer.headers if name.lower().startswith("fn-")]
    assert (found["method"], found["url"], found["intent"]) == (
        "PUT",
        "/v1/infer/a%2Fb?q=1&q=2",
        "httprequest",
    )
    assert (found["body"], found["headers"]["x-plant"]) == ('{"status": 418}', "north")
    assert found["headers"]["host"] == url.removeprefix("https://").partition("/")[0]


def test_a_gateway_without_the_right(door: Door, deployer: Deployer, send: Send, function: str) -> None:
    """500 and no word why; `why` names the gateway, the permission and a statement that is enough."""
    url = deployer.deploy(route("/x") | {"backend": to(function)})
    door.allow(documented(Deployer(door)))  # of a gateway in another compartment
    answer = send(f"{url}/x")
    entry = door.asked(answer.headers["opc-request-id"])
    (right,) = entry.rights
    door.allow(right.suggestion)

    assert (answer.status_code, answer.json()) == (500, {"code": 500, "message": "Internal Server Error"})
    assert (right.permission, right.allowed) == ("FN_INVOCATION", False)
    assert "request.principal.type = 'ApiGateway'" in right.suggestion
    assert "GET /v1/x" in explained(entry)
    assert send(f"{url}/x").status_code == 200


def test_a_function_that_fails(door: Door, deployer: Deployer, send: Send, function: str) -> None:
    """502 without what it said."""
    door.allow(documented(deployer))
    url = deployer.deploy(route("/x", "POST") | {"backend": to(function)})
    answer = send(f"{url}/x", "POST", data='{"raise": 1}', headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()) == (502, {"code": 502, "message": "Bad Gateway"})


def test_a_body_for_a_function_has_a_limit(door: Door, deployer: Deployer, send: Send, function: str) -> None:
    """6 MiB; a stock response takes more."""
    door.allow(documented(deployer))
    large = b"x" * (6 * 1024 * 1024 + 1)
    url = deployer.deploy(route("/fn", "POST") | {"backend": to(function)}, route("/stock", "POST"))

    assert send(f"{url}/fn", "POST", data=large).status_code == 413
    assert send(f"{url}/stock", "POST", data=large).status_code == 200


def test_headers_and_parameters_changed(door: Door, deployer: Deployer, send: Send, function: str) -> None:
    """Filtered, renamed, set, on the way there and back."""
    door.allow(documented(deployer))
    url = deployer.deploy(
        route(
            "/x/{id}",
            requestPolicies={
                "headerTransformations": {
                    "filterHeaders": {"type": "BLOCK", "items": [{"name": "X-Secret"}]},
                    "renameHeaders": {"items": [{"from": "X-Old", "to": "X-New"}]},
                    "setHeaders": {
                        "items": [
                            {"name": "X-Id", "values": ["<${request.path[id]}>"], "ifExists": "OVERWRITE"},
                            {"name": "X-Kept", "values": ["b"], "ifExists": "SKIP"},
                            {"name": "X-More", "values": ["b"], "ifExists": "APPEND"},
                        ]
                    },
                },
                "queryParameterTransformations": {
                    "filterQueryParameters": {"type": "ALLOW", "items": [{"name": "q"}]},
                    "setQueryParameters": {"items": [{"name": "r", "values": ["${request.query[p]}"]}]},
                },
            },
            responsePolicies={
                "headerTransformations": {"filterHeaders": {"type": "BLOCK", "items": [{"name": "x-made"}]}}
            },
        )
        | {"backend": to(function)}
    )
    answer = send(
        f"{url}/x/7?q=1&p=2",
        headers={"X-Secret": "s", "X-Old": "o", "X-Id": "forged", "X-Kept": "a", "X-More": "a"},
    )
    told = answer.json()["headers"]

    assert answer.json()["url"] == "/v1/x/7?q=1&r=2"
    assert "x-secret" not in told
    assert "x-old" not in told
    assert (told["x-new"], told["x-id"], told["x-kept"], told["x-more"]) == ("o", "<7>", "a", "a, b")
    assert "x-made" not in answer.headers


def test_an_authorizer_function(door: Door, deployer: Deployer, send: Send, function: str) -> None:
    """It says who may, what their scope is, and more that a policy can pass on."""
    policies: dict[str, Any] = {
        "authentication": {
            "type": "CUSTOM_AUTHENTICATION",
            "functionId": function,
            "parameters": {"key": "request.headers[X-Key]"},
        }
    }
    team = {
        "headerTransformations": {
            "setHeaders": {"items": [{"name": "x-team", "values": ["${request.auth[team]}"]}]}
        }
    }
    scoped = {"authorization": {"type": "ANY_OF", "allowedScopes": ["write"]}}
    url = deployer.deploy(
        route("/x", requestPolicies=team) | {"backend": to(function)},
        route("/write", requestPolicies=scoped),
        **policies,
    )
    single = deployer.deploy(
        route("/x"),
        authentication={**policies["authentication"], "parameters": None, "tokenHeader": "X-Key"},
    )

    def asked(url: str, key: str | None) -> Any:
        return send(url, headers={} if key is None else {"X-Key": key})

    refused = asked(f"{url}/x", "good").status_code
    door.allow(documented(deployer))
    denied = asked(f"{url}/x", "bad")

    assert refused == 500
    assert json.loads(asked(f"{url}/x", "good").content)["headers"]["x-team"] == "good"
    assert (denied.status_code, denied.headers["www-authenticate"]) == (401, "Key realm=plant")
    assert asked(f"{url}/x", "old").status_code == 401
    assert asked(f"{url}/x", "broken").status_code == 502
    assert asked(f"{url}/write", "good").status_code == 403
    assert [asked(f"{single}/x", key).status_code for key in ("good", "bad", None)] == [200, 401, 401]


def test_a_function_that_is_gone(door: Door, deployer: Deployer, send: Send, function: str) -> None:
    """500, as for a missing right; the log says which function."""
    door.allow(documented(deployer))
    url = deployer.deploy(route("/x") | {"backend": to(function)})
    door.store.delete(function)
    answer = send(f"{url}/x")

    assert answer.status_code == 500
    assert function in door.asked(answer.headers["opc-request-id"]).reason
