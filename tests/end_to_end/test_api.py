"""The front door, from the stack's file to the wire: a gateway deployed by the engine with the pack as in
prod, called by a real HTTPS client with tokens, and taken out of the file again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.cloud.store import Store
from sandbox.environment import ROOT
from sandbox.rest.place import Place
from sandbox.services.apigateway import DEPLOYMENT, GATEWAY
from sandbox.services.functions import FUNCTION
from sandbox.services.identity import POLICY, USER
from tests.end_to_end.test_connections import without
from tests.end_to_end.test_edits import BARE, PREFIX, Settings, Stack, converges, fresh
from tests.end_to_end.test_stack import _copy, outputs_of

__all__ = ["fresh"]  # a fixture

API = f"{PREFIX}api"
NAME = "ai-functions-prod-api"  # of gateway and deployment
GRADE: Settings = {
    "path": "/grade",
    "function": "responder",
    "scopes": ["ai.grade", "admin"],
    "content_types": ["application/json"],
    "body_required": True,
}
FRONT: Settings = {
    "path_prefix": "/v1",
    "jwt": {
        "audiences": ["ai-api"],
        "jwks_uri": "https://idcs-0a.identity.oraclecloud.com/admin/v1/SigningCert/jwk",
    },
    "routes": {
        "grade": GRADE,
        "status": {"path": "/status/{id}", "methods": ["GET"], "function": "responder"},
    },
    "rate_limit": {"requests_per_second": 1000, "per": "TOTAL"},
    "cors": {"allowed_origins": ["https://app.example.com"]},
}
EDGE: Settings = {
    "domain": "ai.example.com",
    "certificate_id": "ocid1.waascertificate.oc1..aaaaaaaacertificate",
    "mode": "BLOCK",
    "ai_endpoint": {"max_body_in_bytes": 32768},
    "rules": {
        "sqli": {"rules": [{"variables": ["ARGS"], "operator": "@detectSQLi", "msg": "SQL injection"}]}
    },
}
# Asks each of the cases in its argument, and prints the statuses.
CLIENT = """
import json, os, sys
from oci._vendor import requests

def ask(method, url, headers, body):
    answer = requests.request(method, url, headers=headers, data=body, timeout=60)
    return [answer.status_code, dict(answer.headers)]

print(json.dumps({name: ask(m, u, h, "x" * b if isinstance(b, int) else b)
                  for name, (m, u, h, b) in json.loads(sys.argv[1]).items()}))
"""
# What somebody with the function's own endpoint is answered there.
AROUND = """
import sys
import oci

client = oci.functions.FunctionsInvokeClient(oci.config.from_file(), service_endpoint=sys.argv[2])
try:
    client.invoke_function(sys.argv[1], invoke_function_body=b"{}")
except oci.exceptions.ServiceError as error:
    print(error.status, error.code)
else:
    print("invoked")
"""


def with_api() -> Settings:
    """A stack with a front door, and an edge before it."""
    settings = deepcopy(BARE)
    settings[f"{PREFIX}edge"] = deepcopy(EDGE)
    settings[API] = deepcopy(FRONT)
    return settings


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, deployed as prod; what serves its sandbox ends with the tests."""
    folder = tmp_path_factory.mktemp("fronted") / ".sandbox"
    made = Stack(_copy(tmp_path_factory.mktemp("checkout")), folder, "prod")
    ran = made.up(with_api())
    assert ran.status == 0, ran.output
    assert "warning" not in ran.output.casefold(), ran.output
    yield made
    (Place(folder).folder / "serve.json").unlink(missing_ok=True)


def command(stack: Stack, *arguments: str) -> str:
    """What a command of the sandbox prints."""
    ran = subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(stack.folder)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def token(stack: Stack, *arguments: str) -> dict[str, str]:
    """The header with a token that the gateway's own issuer could have given."""
    return {"Authorization": f"Bearer {command(stack, 'token', '--deployment', NAME, *arguments)}"}


def endpoint(stack: Stack) -> str:
    """Where the stack says the API is."""
    return str(outputs_of(stack.folder, stack.name)["api_endpoint"])


def ask(stack: Stack, **cases: tuple[str, str, dict[str, str], Any]) -> dict[str, Any]:
    """Status and headers for each request: method, path below the prefix, headers, and a body or its size."""
    base = endpoint(stack)
    said = {name: (method, base + path, *rest) for name, (method, path, *rest) in cases.items()}
    args = ("run", "--as", "function:responder", "--", sys.executable, "-c", CLIENT, json.dumps(said))
    found: dict[str, Any] = json.loads(command(stack, *args))
    return found


JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def event(stack: Stack) -> str:
    """A body that the function behind the gateway answers 200 to."""
    return command(stack, "emit", "--sample", "problem", "--print-event")


def test_a_second_deploy_changes_nothing(stack: Stack) -> None:
    """With everything the first one created."""
    again = stack.up(with_api(), "--expect-no-changes")

    assert again.status == 0, again.output


def test_only_the_right_token_and_request_come_through(stack: Stack, event: str) -> None:
    """Audience, scope, signature, method, content type and size, each refused by the gateway; a request
    without a body that comes through, by the function."""
    right = token(stack, "--scope", "ai.grade")
    grade = ("POST", "/grade")
    found = ask(
        stack,
        right=(*grade, right | JSON, event),
        another_scope=(*grade, token(stack, "--scope", "admin") | JSON, event),
        wrong_audience=(*grade, token(stack, "--scope", "ai.grade", "--audience", "x") | JSON, "{}"),
        wrong_issuer=(*grade, token(stack, "--scope", "ai.grade", "--issuer", "https://x") | JSON, "{}"),
        expired=(*grade, token(stack, "--scope", "ai.grade", "--expires", "-9") | JSON, "{}"),
        missing_scope=(*grade, token(stack, "--scope", "ai.read") | JSON, "{}"),
        no_token=(*grade, JSON, "{}"),
        too_big=(*grade, right | JSON, 6 * 1024 * 1024 + 1),
        content_type=(*grade, right | {"Content-Type": "text/plain"}, "{}"),
        no_body=(*grade, right, None),
        method=("GET", "/grade", right, None),
        no_scope_asked=("GET", "/status/7", token(stack), None),
        no_scope_asked_no_token=("GET", "/status/7", {}, None),
        no_route=("GET", "/other", right, None),
    )

    assert {name: status for name, (status, _) in found.items()} == {
        "right": 200,
        "another_scope": 200,
        "wrong_audience": 401,
        "wrong_issuer": 401,
        "expired": 401,
        "missing_scope": 403,
        "no_token": 401,
        "too_big": 413,
        "content_type": 415,
        "no_body": 400,
        "method": 405,
        "no_scope_asked": 400,
        "no_scope_asked_no_token": 401,
        "no_route": 404,
    }


def test_pages_of_the_named_origin_may_call(stack: Stack) -> None:
    """And no others."""
    asks = {"Access-Control-Request-Method": "POST"}
    found = ask(
        stack,
        named=("OPTIONS", "/grade", asks | {"Origin": "https://app.example.com"}, None),
        other=("OPTIONS", "/grade", asks | {"Origin": "https://other.example.com"}, None),
    )

    allowed = {name: headers.get("access-control-allow-origin") for name, (_, headers) in found.items()}
    assert allowed == {"named": "https://app.example.com", "other": None}


def test_nobody_comes_around_the_gateway(stack: Stack) -> None:
    """The function's own endpoint answers a person as if it were not there, and the one statement that lets
    somebody in names this gateway and this function."""
    with Store(stack.folder / "store.db") as store:
        (function,) = store.list(FUNCTION)
        (gateway,) = store.list(GATEWAY)
        texts = [text for each in store.list(POLICY) for text in each.outputs["statements"]]
    here = (function.id, function.outputs["invokeEndpoint"])

    person = command(stack, "run", "--as", "user:alice", "--", sys.executable, "-c", AROUND, *here)

    assert person == "404 NotAuthorizedOrNotFound"
    (statement,) = [text for text in texts if "ApiGateway" in text]
    assert f"request.principal.id = '{gateway.id}'" in statement
    assert f"target.function.id = '{function.id}'" in statement
    with Store(stack.folder / "store.db") as store:
        (alice,) = store.list(USER)  # whom the sandbox made for this
        store.delete(alice.id)


def test_the_grant_is_needed(stack: Stack, event: str) -> None:
    """Without it, or as another gateway's, the gateway answers 500, as OCI does, and passes nothing on."""
    asked = ("POST", "/grade", token(stack, "--scope", "ai.grade") | JSON, event)

    with without(stack, "'ApiGateway'"):
        taken = ask(stack, right=asked)
    with another_gateways(stack):
        anothers = ask(stack, right=asked)
    again = ask(stack, right=asked)

    assert [each["right"][0] for each in (taken, anothers, again)] == [500, 500, 200]


@contextmanager
def another_gateways(stack: Stack) -> Iterator[None]:
    """The one statement for the gateway names another one of its compartment, inside."""
    with Store(stack.folder / "store.db") as store:
        (gateway,) = store.list(GATEWAY)
        (policy,) = [each for each in store.list(POLICY) if gateway.id in str(each.outputs["statements"])]
        other = gateway.id[:-4] + ("aaaa" if not gateway.id.endswith("aaaa") else "bbbb")
        texts = [text.replace(gateway.id, other) for text in policy.outputs["statements"]]
        store.update(policy.id, policy.inputs, policy.outputs | {"statements": texts})
        try:
            yield
        finally:
            store.update(policy.id, policy.inputs, policy.outputs)


def test_the_edge_stands_before_the_gateway(stack: Stack) -> None:
    """Its origin is the gateway's own host, reached by HTTPS alone; its rules are those for a model and one
    of one's own."""
    with Store(stack.folder / "store.db") as store:
        (gateway,) = store.list(GATEWAY)
        (edge,) = store.list("oci:Waas/policy:Policy")
        rules = store.list("oci:Waas/customProtectionRule:CustomProtectionRule")

    (origin,) = edge.outputs["origins"]
    assert (origin["uri"], origin["httpsPort"]) == (gateway.outputs["hostname"], 443)
    assert not origin.get("httpPort")
    assert sorted(each.outputs["displayName"].removeprefix("ai-functions-prod-edge-") for each in rules) == [
        "ai-body-size",
        "ai-content-type",
        "ai-methods",
        "sqli",
    ]


def test_a_route_that_goes_is_gone(stack: Stack, event: str, fresh: Callable[..., Any]) -> None:
    """With cross-origin calls, checks, and the rules for a model; the rest stays as a fresh deploy has it."""
    settings = with_api()
    del settings[API]["routes"]["status"]
    del settings[API]["cors"]
    for key in ("content_types", "body_required", "scopes"):
        del settings[API]["routes"]["grade"][key]
    del settings[f"{PREFIX}edge"]["ai_endpoint"]

    converges(stack, settings, fresh)
    found = ask(
        stack,
        gone=("GET", "/status/7", token(stack), None),
        stays=("POST", "/grade", token(stack), event),
        origin=(
            "OPTIONS",
            "/grade",
            {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST"},
            None,
        ),
    )

    assert {name: status for name, (status, _) in found.items()} == {"gone": 404, "stays": 200, "origin": 204}
    assert "access-control-allow-origin" not in found["origin"][1]


def test_a_private_gateway_and_its_firewall(stack: Stack, event: str, fresh: Callable[..., Any]) -> None:
    """The gateway is replaced, and with it the deployment and what the grant names."""
    settings = with_api()
    settings[f"{PREFIX}edge"] |= {"origin": "lb.example.com"}
    settings[API] |= {
        "endpoint_type": "PRIVATE",
        "network_security_group_ids": ["ocid1.networksecuritygroup.oc1.eu-frankfurt-1.aaaaaaaagroup"],
        "waf": {
            "load_balancer_id": "ocid1.loadbalancer.oc1.eu-frankfurt-1.aaaaaaaabalancer",
            "mode": "BLOCK",
        },
    }

    converges(stack, settings, fresh)
    found = ask(stack, right=("POST", "/grade", token(stack, "--scope", "admin") | JSON, event))

    assert found["right"][0] == 200


def test_the_documented_grant_is_refused_in_prod(stack: Stack, event: str) -> None:
    """By the two rules that the program's own warning names, until the pack's config exempts the policy as
    the page shows; then it is enough."""
    settings = with_api()
    settings[API]["gateway_grant"] = "documented"
    config = stack.checkout.folder / "policy_pack" / "config" / "prod.json"
    before = config.read_text()

    refused = stack.up(settings)
    try:
        config.write_text(_exempting())
        exempted = stack.up(settings)
    finally:
        config.write_text(before)
    found = ask(stack, right=("POST", "/grade", token(stack, "--scope", "admin") | JSON, event))

    said = " ".join(refused.output.split())
    assert refused.status != 0
    assert "exempts api-grants-policy from functions-grant-scoped and workload-grant-overbroad" in said
    assert all(f"{rule} " in said for rule in ("functions-grant-scoped", "workload-grant-overbroad"))
    assert exempted.status == 0, exempted.output
    assert found["right"][0] == 200


def _exempting() -> str:
    """The pack's config on the page, with a day that is still to come."""
    page = (ROOT / "docs" / "how-to" / "put-a-function-behind-a-gateway.md").read_text()
    (shown,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    return re.sub(r"\d{4}-\d\d-\d\d", (datetime.now(UTC).date() + timedelta(days=30)).isoformat(), shown)


def test_an_anonymous_route_is_refused_in_prod(stack: Stack) -> None:
    """Though the config asked for it by name."""
    settings = with_api()
    settings[API]["routes"]["status"]["anonymous"] = True

    ran = stack.up(settings)

    assert ran.status != 0
    assert "gateway-route-authenticated" in ran.output


def test_without_the_section_there_is_no_gateway(stack: Stack, fresh: Callable[..., Any]) -> None:
    """Nothing of it is left, and the function stays."""
    settings = with_api()
    del settings[API], settings[f"{PREFIX}edge"]

    converges(stack, settings, fresh)

    with Store(stack.folder / "store.db") as store:
        assert store.list(GATEWAY) == store.list(DEPLOYMENT) == []
        assert len(store.list(FUNCTION)) == 1


def test_everything_goes(stack: Stack) -> None:
    """`down` leaves nothing."""
    up = stack.up(with_api())
    ran = stack.run("down", "--stack", "prod")

    assert up.status == ran.status == 0, ran.output
    assert stack.held() == {}
