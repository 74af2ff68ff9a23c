"""What API Gateway refuses and fills in."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.rest.gateway.apis import api_of
from sandbox.services.apigateway import DEPLOYMENT, GATEWAY
from tests.sandbox.conftest import COMPARTMENT, Client, Failed, refused

SUBNET = "ocid1.subnet.oc1.iad.aaaaforeign"
ROUTE = {"path": "/x", "methods": ["GET"], "backend": {"type": "STOCK_RESPONSE_BACKEND", "status": 200}}


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
