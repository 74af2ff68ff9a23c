"""What API Gateway refuses and fills in."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from sandbox.rest.gateway.apis import api_of
from sandbox.services.apigateway import DEPLOYMENT, GATEWAY
from tests.sandbox.conftest import COMPARTMENT, Client, Failed, refused

SUBNET = "ocid1.subnet.oc1.iad.aaaaforeign"
ROUTE: dict[str, Any] = {
    "path": "/x",
    "methods": ["GET"],
    "backend": {"type": "STOCK_RESPONSE_BACKEND", "status": 200},
}


def gateway(oci: Client, name: str = "g") -> Any:
    """A gateway by way of the Pulumi provider."""
    return oci.create(
        GATEWAY, name, {"compartmentId": COMPARTMENT, "endpointType": "PUBLIC", "subnetId": SUBNET}
    )


def deployment(gateway_id: str, prefix: str = "/v1", **specification: Any) -> dict[str, Any]:
    """The inputs of a deployment."""
    return {
        "compartmentId": COMPARTMENT,
        "gatewayId": gateway_id,
        "pathPrefix": prefix,
        "specification": {"routes": [ROUTE], **specification},
    }


def test_a_host_name_and_an_endpoint(oci: Client) -> None:
    """The host is the gateway's own in its region; a deployment's endpoint is that and its prefix."""
    first, second = gateway(oci, "a"), gateway(oci, "b")
    made = oci.create(DEPLOYMENT, "d", deployment(first.id))
    host = first.outputs["hostname"]

    assert host.endswith(".oci.customer-oci.com")
    assert ".apigateway." in host
    assert host != second.outputs["hostname"]
    assert made.outputs["endpoint"] == f"https://{host}/v1"


def test_what_the_provider_keeps_is_what_is_served(oci: Client) -> None:
    """The names of the provider are those that the gateway reads."""
    route = {
        **ROUTE,
        "path": "/x/{id}",
        "requestPolicies": {
            "authorization": {"type": "ANY_OF", "allowedScopes": ["a"]},
            "headerTransformations": {"renameHeaders": {"items": [{"from": "a", "to": "b"}]}},
        },
    }
    made = oci.create(DEPLOYMENT, "d", deployment(gateway(oci).id, routes=[route]))
    record = oci.provider.store.get(made.id)
    assert record is not None
    (read,) = api_of(record).routes

    assert read.pattern.fullmatch("/x/7")
    assert read.request_policies["authorization"]["allowedScopes"] == ["a"]
    assert read.request_policies["headerTransformations"]["renameHeaders"]["items"][0]["from"] == "a"


def test_a_prefix_is_one_deployments(oci: Client) -> None:
    """And begins with a slash; another gateway may have the same."""
    first, second = gateway(oci, "a"), gateway(oci, "b")
    oci.create(DEPLOYMENT, "d", deployment(first.id))
    oci.create(DEPLOYMENT, "e", deployment(second.id))

    refused(oci, DEPLOYMENT, deployment(first.id), "409-Conflict")
    refused(oci, DEPLOYMENT, deployment(first.id, "v2"), "400-InvalidParameter, pathPrefix must begin with /")


def test_an_anonymous_route_must_be_allowed(oci: Client) -> None:
    """By the authentication of the deployment."""
    policies = {
        "authentication": {"type": "CUSTOM_AUTHENTICATION", "functionId": "ocid1.fnfunc.oc1.iad.aaaaforeign"}
    }
    route = {**ROUTE, "requestPolicies": {"authorization": {"type": "ANONYMOUS"}}}
    inputs = deployment(gateway(oci).id, routes=[route], requestPolicies=policies)

    refused(oci, DEPLOYMENT, inputs, "isAnonymousAccessAllowed must allow")


def test_a_gateway_with_deployments_stays(oci: Client) -> None:
    """Until they are deleted."""
    made = gateway(oci)
    inner = oci.create(DEPLOYMENT, "d", deployment(made.id))

    with pytest.raises(Failed, match="409-Conflict"):
        oci.delete(made)
    oci.delete(inner)
    oci.delete(made)
    assert oci.provider.store.get(made.id) is None


def _backed(**route: Any) -> dict[str, Any]:
    return {**ROUTE, **route}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"routes": []}, "routes must be 1 to 50, not 0"),
    ({"routes": [_backed(path=f"/{n}") for n in range(51)]}, "routes must be 1 to 50, not 51"),
    ({"routes": [_backed(path="x")]}, "the path of a route must begin with /, not 'x'"),
    ({"routes": [ROUTE, ROUTE]}, "two routes take GET /x"),
    ({"routes": [_backed(path=f"/{'x' * 2000}")]}, "the path of a route has 2001 characters"),
    (
        {
            "routes": [
                _backed(path=f"/{n}", backend={**ROUTE["backend"], "body": "x" * 50_000}) for n in range(42)
            ]
        },
        "specification is 2",
    ),
    (
        {"routes": [_backed(backend={"type": "oracle_functions_backend"})]},
        "the backend of route /x must have a functionId",
    ),
    (
        {"routes": [_backed(requestPolicies={"authorization": {"type": "ANY_OF", "allowedScopes": []}})]},
        "route /x is ANY_OF, which needs allowedScopes",
    ),
    (
        {
            "requestPolicies": {
                "authentication": {
                    "type": "TOKEN_AUTHENTICATION",
                    "validationPolicy": {"type": "REMOTE_JWKS", "uri": "http://a.example.com"},
                }
            }
        },
        "validationPolicy.uri of a REMOTE_JWKS must be an https address",
    ),
    (
        {
            "requestPolicies": {
                "authentication": {
                    "type": "TOKEN_AUTHENTICATION",
                    "validationPolicy": {
                        "type": "STATIC_KEYS",
                        "keys": [{"format": "PEM", "kid": str(n), "key": "k"} for n in range(11)],
                    },
                }
            }
        },
        "validationPolicy.keys of STATIC_KEYS must be 1 to 10 keys",
    ),
    (
        {"requestPolicies": {"rateLimiting": {"rateInRequestsPerSecond": 0, "rateKey": "TOTAL"}}},
        "rateInRequestsPerSecond must be between 1 and",
    ),
    ({"requestPolicies": {"cors": {"allowedOrigins": []}}}, "cors.allowedOrigins must name an origin"),
]


@pytest.mark.parametrize(("specification", "reason"), REFUSED)
def test_what_a_deployment_cannot_be(oci: Client, specification: dict[str, Any], reason: str) -> None:
    """Limits of routes and keys, and policies that lack what they need."""
    refused(oci, DEPLOYMENT, deployment(gateway(oci).id, **specification), reason)


@pytest.mark.parametrize("prefix", ["/v1/", "//", "/a b", "/{id}"])
def test_a_prefix_is_segments(oci: Client, prefix: str) -> None:
    """Without a slash at its end, and without parameters."""
    refused(oci, DEPLOYMENT, deployment(gateway(oci).id, prefix), "pathPrefix must be / or segments")


def test_a_prefix_has_at_most_255_characters(oci: Client) -> None:
    """The slash included."""
    made = gateway(oci)

    assert oci.create(DEPLOYMENT, "d", deployment(made.id, f"/{'x' * 254}")).id
    refused(oci, DEPLOYMENT, deployment(made.id, f"/{'x' * 255}"), "pathPrefix has 256 characters")


def test_fifty_routes_and_twenty_deployments(oci: Client) -> None:
    """Are the most that there can be; a method on the same path is another route."""
    made = gateway(oci)
    routes = [_backed(path=f"/{n}", methods=[method]) for n in range(25) for method in ("GET", "POST")]
    for number in range(20):
        oci.create(DEPLOYMENT, f"d{number}", deployment(made.id, f"/v{number}", routes=routes))

    refused(oci, DEPLOYMENT, deployment(made.id, "/v20"), "has 20 deployments, the most it can have")


def test_a_gateway_has_an_address(oci: Client) -> None:
    """What a load balancer before it forwards to."""
    (address,) = gateway(oci).outputs["ipAddresses"]

    assert ipaddress.ip_address(address["ipAddress"])
