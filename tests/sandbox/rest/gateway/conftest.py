"""Gateways deployed on the served sandbox, and a real HTTPS client that verifies certificates."""

from __future__ import annotations

import argparse
import io
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from typing import Any

import pytest
from oci._vendor import requests  # the client that the SDK itself uses

from sandbox.rest.gateway.minting import add_token_arguments, run_token
from sandbox.rest.principals import way_there
from sandbox.services.apigateway import DEPLOYMENT, GATEWAY
from tests.sandbox.rest.conftest import Door

SUBNET = "ocid1.subnet.oc1.iad.aaaaaaaasubnet"
_NUMBERS = itertools.count(1)
STOCK = {
    "type": "STOCK_RESPONSE_BACKEND",
    "status": 200,
    "body": '{"stock": true}',
    "headers": [{"name": "Content-Type", "value": "application/json"}],
}
JWKS: dict[str, Any] = {
    "type": "TOKEN_AUTHENTICATION",
    "tokenHeader": "Authorization",
    "tokenAuthScheme": "Bearer",
    "isAnonymousAccessAllowed": True,
    "validationPolicy": {
        "type": "REMOTE_JWKS",
        "uri": "https://idp.example.com/jwks",
        "maxCacheDurationInHours": 1,
        "additionalValidationPolicy": {
            "issuers": ["https://idp.example.com"],
            "audiences": ["ai-api"],
            "verifyClaims": [{"key": "plant", "values": ["north", "south"], "isRequired": True}],
        },
    },
}
Send = Callable[..., Any]


def route(path: str = "/x", *methods: str, **more: Any) -> dict[str, Any]:
    """A route with a stock response."""
    return {"path": path, "methods": list(methods or ("GET",)), "backend": STOCK, **more}


class Deployer:
    """Makes gateways and deployments of a served sandbox."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.compartment = door.compartment()

    def gateway(self) -> str:
        """A new gateway's OCID."""
        return self.door.add(
            GATEWAY, compartmentId=self.compartment, endpointType="PUBLIC", subnetId=SUBNET, displayName="gw"
        )

    def deploy(
        self, *routes: Mapping[str, Any], prefix: str = "/v1", gateway: str = "", **policies: Any
    ) -> str:
        """Deploy routes; what the URL of a route begins with."""
        id = self.door.add(
            DEPLOYMENT,
            compartmentId=self.compartment,
            gatewayId=gateway or self.gateway(),
            pathPrefix=prefix,
            displayName=f"api{next(_NUMBERS)}",
            specification={"requestPolicies": policies, "routes": list(routes)},
        )
        record = self.door.store.get(id)
        assert record is not None
        self.name = str(record.outputs["displayName"])
        return str(record.outputs["endpoint"])


@pytest.fixture
def deployer(door: Door) -> Deployer:
    """In a compartment of its own."""
    return Deployer(door)


@pytest.fixture
def send(door: Door) -> Iterator[Send]:
    """Sends a request: `send(url, method="POST", headers={…})`."""
    with requests.Session() as session:
        session.trust_env = False
        way = way_there(door.place.authority, door.serving.proxy_port)
        session.proxies = {"https": way["HTTPS_PROXY"]}
        session.verify = way["REQUESTS_CA_BUNDLE"]

        def sent(url: str, method: str = "GET", **more: Any) -> Any:
            return session.request(method, url, timeout=20, allow_redirects=False, **more)

        yield sent


def minted(door: Door, *arguments: str) -> dict[str, str]:
    """The header with a token, as `sandbox token` prints it."""
    parser = argparse.ArgumentParser()
    add_token_arguments(parser)
    with redirect_stdout(io.StringIO()) as printed:
        run_token(parser.parse_args(arguments), door.place.sandbox_dir)
    return {"Authorization": f"Bearer {printed.getvalue().strip()}"}


GOOD = ("--issuer", "https://idp.example.com", "--audience", "ai-api", "--claim", "plant=north")


def reason_of(door: Door, answer: Any) -> str:
    """What the log says of an answer, which the answer itself does not."""
    return door.asked(answer.headers["opc-request-id"]).reason


@pytest.fixture
def protected(deployer: Deployer) -> str:
    """Routes that want a token, a scope, and nothing."""

    def wants(path: str, **authorization: Any) -> dict[str, Any]:
        return route(path, requestPolicies={"authorization": authorization})

    return deployer.deploy(
        route("/default"),
        wants("/any", type="AUTHENTICATION_ONLY"),
        wants("/scoped", type="any_of", allowedScopes=["ai.invoke", "admin"]),
        wants("/open", type="ANONYMOUS"),
        authentication=JWKS,
    )
