"""What `gateway-route-authenticated` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "gateway-route-authenticated"
DEPLOYMENT = "oci:ApiGateway/deployment:Deployment"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
POLICIES = "specification.requestPolicies"
TOKENS = {"type": "TOKEN_AUTHENTICATION", "isAnonymousAccessAllowed": False}
OPEN = {**TOKENS, "isAnonymousAccessAllowed": True}


def route(kind: Any = None, path: str = "/a") -> dict[str, Any]:
    """A route with this authorization; without, it has none."""
    policies = {} if kind is None else {"requestPolicies": {"authorization": {"type": kind}}}
    return {"path": path, "backend": {"type": "ORACLE_FUNCTIONS_BACKEND"}, **policies}


def deployment(*routes: Any, **policies: Any) -> dict[str, Any]:
    """The inputs of a deployment."""
    return {"specification": {"requestPolicies": policies, "routes": list(routes)}}


def dynamic(*details: Any) -> dict[str, Any]:
    """Several servers, of which a request picks one."""
    servers = [{"key": {"name": "k"}, "authenticationServerDetail": each} for each in details]
    return {"selectionSource": {"type": "SINGLE"}, "authenticationServers": servers}


@pytest.mark.parametrize(
    "props",
    [
        deployment(route(), authentication=TOKENS),
        deployment(route("ANY_OF"), route("AUTHENTICATION_ONLY"), authentication=TOKENS),
        deployment(route("any_of"), authentication={"type": "JWT_AUTHENTICATION"}),
        deployment(route(), authentication={"type": "CUSTOM_AUTHENTICATION", "functionId": UNKNOWN}),
        deployment(route("ANY_OF"), dynamicAuthentication=dynamic(TOKENS, TOKENS)),
    ],
)
def test_routes_that_ask_for_a_token(pack: Any, props: dict[str, Any]) -> None:
    """With a policy of any kind, each route asks unless it says otherwise."""
    answer = pack.analyze(DEPLOYMENT, props)

    assert answer.of(NAME) == []
    assert NAME not in answer.not_applicable


@pytest.mark.parametrize(
    ("props", "reasons"),
    [
        (
            deployment(route("ANONYMOUS", "/x"), route("ANY_OF"), authentication=OPEN),
            ["specification.routes[0].requestPolicies.authorization.type: the route (/x) is anonymous"],
        ),
        (
            deployment(route("anonymous", "/x"), route("Anonymous", "/y"), authentication=TOKENS),
            [
                f"specification.routes[{index}].requestPolicies.authorization.type: the route ({path}) is "
                "anonymous"
                for index, path in enumerate(("/x", "/y"))
            ],
        ),
        (
            deployment(route("ANY_OF"), authentication=OPEN),
            [
                f"{POLICIES}.authentication.isAnonymousAccessAllowed: expected false, since no route is "
                "anonymous"
            ],
        ),
        (
            deployment(route(), dynamicAuthentication=dynamic(TOKENS, OPEN)),
            [
                f"{POLICIES}.dynamicAuthentication.authenticationServers[1].authenticationServerDetail."
                "isAnonymousAccessAllowed: expected false, since no route is anonymous"
            ],
        ),
    ],
)
def test_routes_that_let_everybody_in(pack: Any, props: dict[str, Any], reasons: list[str]) -> None:
    """Each anonymous route is named; a deployment that only allows them is too."""
    assert pack.analyze(DEPLOYMENT, props).of(NAME) == reasons


@pytest.mark.parametrize(
    "props",
    [
        {"displayName": "d"},
        {"specification": {}},
        {"specification": {"routes": [route()]}},
        deployment(route()),
        deployment(route(), authentication={}),
        deployment(route(), authentication=None),
        deployment(route("ANY_OF"), mutualTls={"isVerifiedCertificateRequired": True}),
        deployment(route(), dynamicAuthentication=dynamic()),
    ],
)
def test_no_authentication_policy(pack: Any, props: dict[str, Any]) -> None:
    """Without one every route is open, whatever a route's own authorization says."""
    assert pack.analyze(DEPLOYMENT, props).of(NAME) == [
        f"{POLICIES} has no authentication, so every route lets in whoever reaches the gateway"
    ]


@pytest.mark.parametrize(
    "props",
    [
        {"specification": UNKNOWN},
        {"specification": {"requestPolicies": UNKNOWN, "routes": [route()]}},
        deployment(route(), authentication=UNKNOWN),
        deployment(route(), dynamicAuthentication=dynamic(UNKNOWN)),
        deployment(UNKNOWN, authentication=TOKENS),
        {"specification": {"requestPolicies": {"authentication": TOKENS}, "routes": UNKNOWN}},
        deployment(route(UNKNOWN), authentication=TOKENS),
        deployment({**route(), "requestPolicies": {"authorization": UNKNOWN}}, authentication=TOKENS),
        deployment(route(), authentication={**TOKENS, "isAnonymousAccessAllowed": UNKNOWN}),
    ],
)
def test_what_is_unknown_at_preview_is_asked_again(pack: Any, props: dict[str, Any]) -> None:
    """And is refused when it is still unknown at the deploy itself."""
    answer = pack.analyze(DEPLOYMENT, props)
    pack.deploy()
    (refused,) = pack.analyze(DEPLOYMENT, props).of(NAME)

    assert answer.of(NAME) == []
    assert "unknown" in answer.not_applicable[NAME]
    assert "unknown" in refused


@pytest.mark.parametrize(
    ("props", "reason"),
    [
        ({"specification": []}, "specification: expected an object, found a list"),
        ({"specification": {"requestPolicies": 7}}, f"{POLICIES}: expected an object, found a number"),
        (deployment(authentication=True), f"{POLICIES}.authentication: expected an object, found a boolean"),
        (
            deployment("x", authentication=TOKENS),
            "specification.routes[0]: expected an object, found a string",
        ),
        (
            {"specification": {"requestPolicies": {"authentication": TOKENS}, "routes": {}}},
            "specification.routes: expected a list, found an object",
        ),
        (
            deployment(route(["ANONYMOUS"]), authentication=TOKENS),
            "specification.routes[0].requestPolicies.authorization.type: expected a string, found a list",
        ),
    ],
)
def test_inputs_of_another_shape_are_refused(pack: Any, props: dict[str, Any], reason: str) -> None:
    """A program in another language can send anything; what cannot be read lets nothing pass."""
    assert pack.analyze(DEPLOYMENT, props).of(NAME) == [reason]


def test_other_resources_are_not_looked_at(pack: Any) -> None:
    """A gateway has no routes."""
    assert pack.analyze("oci:ApiGateway/gateway:Gateway", {"endpointType": "PUBLIC"}).of(NAME) == []
