"""The provider of the package: what each component registers, with which arguments, and what is refused."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from component_package.arguments import options
from component_package.package import ComponentPackage
from component_package.resources import TYPES
from tests.component_package.conftest import World
from tests.components.arguments import COMPARTMENT, DIGEST, GROUP, REFERENCE, SUBNET, TENANCY

KEY = "ocid1.key.oc1.eu-frankfurt-1.aaaaaaaakey"
NSG = "ocid1.networksecuritygroup.oc1.eu-frankfurt-1.aaaaaaaagroup"
DOMAIN = "ocid1.apmdomain.oc1.eu-frankfurt-1.aaaaaaaadomain"
PEM = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
OBJECT = "com.oraclecloud.objectstorage.createobject"
PROBLEM = "com.oraclecloud.cloudguard.problemdetected"

ROUTE = {"path": "/grade", "functionId": "ocid1.fnfunc.oc1.eu-frankfurt-1.a"}
ORIGIN = {"allowedOrigins": ["https://app.example.com"]}
BALANCER = {"loadBalancerId": "ocid1.loadbalancer.oc1.eu-frankfurt-1.a"}
JWKS = "https://idcs-0a.identity.oraclecloud.com/admin/v1/SigningCert/jwk"

GIVEN: dict[str, dict[str, Any]] = {
    "ApiFront": {
        "tenancyId": TENANCY,
        "compartmentId": COMPARTMENT,
        "subnetId": SUBNET,
        "prefix": "apps-api",
        "audiences": ["ai-api"],
        "jwksUri": JWKS,
        "routes": {"grade": ROUTE},
    },
    "FunctionApplication": {"compartmentId": COMPARTMENT, "subnetIds": [SUBNET], "prefix": "apps"},
    "EventFunction": {
        "tenancyId": TENANCY,
        "compartmentId": COMPARTMENT,
        "applicationId": "ocid1.fnapp.oc1.eu-frankfurt-1.a",
        "prefix": "apps-responder",
        "imageReference": REFERENCE,
        "imageDigest": DIGEST,
        "eventTypes": [PROBLEM],
    },
}
# Another value for every argument, with what must be given beside it.
CHANGES: dict[str, list[dict[str, Any]]] = {
    "ApiFront": [
        {"pathPrefix": "/v1"},
        {"endpointType": "PRIVATE"},
        {"networkSecurityGroupIds": [NSG]},
        {"certificateId": "ocid1.certificate.oc1.eu-frankfurt-1.a", "domain": "api.example.com"},
        {"gatewayGrant": "documented"},
        {"logRetentionInDays": 60.0},
        {"executionLogLevel": "ERROR"},
        {"audiences": ["other"]},
        {"issuers": ["https://issuer.example.com"]},
        {"jwksUri": JWKS + "s"},
        {"jwksUri": None, "keys": {"one": PEM}},
        {"maxCacheInHours": 2.0},
        {"maxClockSkewInSeconds": 5.0},
        {"claims": {"team": ["ai"]}},
        {"homeRegion": "us-phoenix-1"},
        {"compartmentId": COMPARTMENT + "b"},
        {"subnetId": SUBNET + "b"},
        {"prefix": "others"},
        {"tenancyId": TENANCY + "b"},
        {
            "routes": {
                "grade": ROUTE,
                "status": {**ROUTE, "path": "/status", "scopes": ["s"], "methods": ["GET"]},
            }
        },
        {"rateLimit": {"requestsPerSecond": 5.0}},
        {"cors": ORIGIN},
        {"endpointType": "PRIVATE", "waf": BALANCER},
    ],
    "FunctionApplication": [
        {"shape": "GENERIC_ARM"},
        {"networkSecurityGroupIds": [NSG]},
        {"config": {"LEVEL": "info"}},
        {"logRetentionInDays": 60.0},
        {"imageSigningKeyIds": [KEY]},
        {"traceDomainId": DOMAIN},
        {"compartmentId": COMPARTMENT + "b"},
        {"subnetIds": [SUBNET, SUBNET + "b"]},
        {"prefix": "others"},
    ],
    "EventFunction": [
        {"memoryInMbs": 512.0},
        {"timeoutInSeconds": 60.0},
        {"detachedModeTimeoutInSeconds": 600.0},
        {"provisionedConcurrency": 20.0},
        {"config": {"LEVEL": "info"}},
        {"enabled": False},
        {"allowLoop": "it ends by itself"},
        {"eventTypes": ["com.oraclecloud.cloudguard.problemremediated"]},
        {"resourceNames": ["a*"]},
        {"attributes": {"severity": ["HIGH"]}},
        {"tenancyId": TENANCY + "b", "invokerGroupId": GROUP},
        {"homeRegion": "us-phoenix-1"},
        {"compartmentId": COMPARTMENT + "b"},
        {"applicationId": "ocid1.fnapp.oc1.eu-frankfurt-1.b"},
        {"prefix": "others"},
        {"shape": "GENERIC_ARM", "imageContext": "function_src", "imageReference": None, "imageDigest": None},
        {"imageReference": REFERENCE + "1"},
        {"imageDigest": "sha256:" + "d" * 64},
        {
            "imageContext": "function_src",
            "imageReference": None,
            "imageDigest": None,
            "registryUsername": "ax/u",
            "registryAuthToken": "t",
        },
        {"eventTypes": [OBJECT], "bucketName": "results"},
        {"eventTypes": [OBJECT], "bucketName": "results", "existingBucket": True},
        {"eventPrincipal": "eventrule"},
        {"connections": {"out": {"intent": "write", "bucketName": "out"}}},
        {"invokerGroupId": GROUP},
        {"auditorGroupId": GROUP},
    ],
}
EACH = [(name, changes) for name, all_of in CHANGES.items() for changes in all_of]


def construct(world: World, name: str, changes: dict[str, Any], *, preview: bool = False) -> World:
    """Run a program that constructs one component, as the engine asks for it."""
    given = {**GIVEN[name], **changes}
    world.config = {"oci:region": "eu-frankfurt-1"}
    package = ComponentPackage()
    return world.run(
        lambda: package.construct("it", f"oci-ai-functions:index:{name}", given), preview=preview
    )


def graph(name: str, changes: dict[str, Any]) -> str:
    """Everything one component registers and looks up."""
    world = construct(World(), name, changes)
    return f"{world.graph()}{world.cloud.calls}"


@pytest.fixture(scope="module")
def plain() -> dict[str, str]:
    """What each component registers with no more than it needs."""
    return {name: graph(name, {}) for name in TYPES}


@pytest.mark.parametrize(("name", "changes"), EACH)
def test_every_argument_reaches_a_resource(plain: dict[str, str], name: str, changes: dict[str, Any]) -> None:
    """Another value changes what is registered; an argument nobody reads would be a lie."""
    assert graph(name, changes) != plain[name]


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_argument_has_another_value_here(name: str) -> None:
    """A new option of a component is an argument of the package, and needs a line above."""
    assert {key for changes in CHANGES[name] for key in changes} == set(options(TYPES[name].arguments))


@pytest.mark.parametrize("name", sorted(TYPES))
def test_outputs_are_there(name: str) -> None:
    """Each output that the schema requires has a value."""
    states: list[dict[str, Any]] = []
    world = World(config={"oci:region": "eu-frankfurt-1"})
    package = ComponentPackage()

    def program() -> None:
        made = package.construct("it", f"oci-ai-functions:index:{name}", GIVEN[name])
        pulumi.export("state", dict(made.state))
        states.append(dict(made.state))

    world.run(program)

    kind = TYPES[name]
    assert len(states[0]) >= len(set(kind.outputs) - kind.optional_outputs)
    assert all(isinstance(value, str) and value for value in world.exports["state"].values())


def test_two_of_a_kind_in_one_program() -> None:
    """Nothing inside has a name that a second one would take as well."""
    package = ComponentPackage()
    world = World(config={"oci:region": "eu-frankfurt-1"})

    def program() -> None:
        for name in ("one", "two"):
            given = {**GIVEN["EventFunction"], "prefix": f"apps-{name}"}
            package.construct(name, "oci-ai-functions:index:EventFunction", given)

    world.run(program)

    functions = world.all("oci:Functions/function:Function")
    assert {each.name for each in functions} == {"one-function", "two-function"}
    urns = [each.urn for each in world.all("pulumi:providers:oci")]
    assert len(urns) == len(set(urns)) == 2


def test_its_children_are_its_own() -> None:
    """Everything hangs below the component, so that a program's options for it reach all of it."""
    world = construct(World(), "EventFunction", {"eventTypes": [OBJECT], "bucketName": "results"})

    (top,) = world.all("oci-ai-functions:index:EventFunction")
    below = {each.urn: each.parent for each in world.recorder.registered.values()}
    for urn in below:
        while urn != top.urn:
            urn = below[urn]


@pytest.mark.parametrize(
    ("name", "changes", "problem"),
    [
        ("EventFunction", {"imageDigest": None}, "imageReference and imageDigest belong together"),
        ("EventFunction", {"imageContext": "function_src"}, "give either imageContext, or imageReference"),
        ("EventFunction", {"existingBucket": True}, "existingBucket says something of bucketName"),
        ("EventFunction", {"eventTypes": [OBJECT]}, f"{OBJECT} needs a bucket"),
        ("EventFunction", {"memoryInMbs": 100.0}, "100 is not one of 128"),
        ("EventFunction", {"prefix": None}, "prefix is missing"),
        ("EventFunction", {"provisionedConcurrency": 3.0}, "3 is"),
        ("ApiFront", {"routes": {}}, "expected 1 to 50 routes"),
        ("ApiFront", {"routes": {"grade": {"path": "/grade"}}}, "functionId is missing"),
        ("ApiFront", {"routes": {"grade": {**ROUTE, "path": "grade"}}}, "is not a path"),
        ("ApiFront", {"routes": {"grade": {**ROUTE, "colour": "red"}}}, "colour is no argument"),
        ("ApiFront", {"jwksUri": None}, "give either jwks_uri or keys"),
        ("ApiFront", {"waf": BALANCER}, "set endpoint_type: PRIVATE"),
        ("FunctionApplication", {"compartmentId": TENANCY}, "is the OCID of the tenancy"),
        ("FunctionApplication", {"subnetIds": []}, "one to three"),
    ],
)
def test_what_oci_would_refuse_cannot_be_constructed(
    name: str, changes: dict[str, Any], problem: str
) -> None:
    """The SDK's one error without a traceback carries the reason, and nothing was registered below."""
    world = World()
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        construct(world, name, changes)

    assert refused.value.errors is not None
    assert any(problem in each["reason"] for each in refused.value.errors), refused.value.errors
    assert world.all("oci:Functions/function:Function") == []


def test_a_problem_names_its_argument() -> None:
    """In the spelling of the program, which the engine puts before the value."""
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        construct(World(), "EventFunction", {"memoryInMbs": 100.0, "timeoutInSeconds": 400.0})

    assert [each["property_path"] for each in refused.value.errors or []] == [
        "memoryInMbs",
        "timeoutInSeconds",
    ]


def test_another_type_is_refused() -> None:
    """With the name of the package."""
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        ComponentPackage().construct("it", "oci-ai-functions:index:Other", {})

    assert (refused.value.errors or [])[0]["reason"].endswith("Other is no component of oci-ai-functions")
