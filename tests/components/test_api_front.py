"""The front door: what it registers by default and with each option, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from components import AiFunction, ApiFront
from components.api_specification import NO_ORIGIN
from components.values.api_route import CrossOrigin, RateLimit, TokenOptions
from tests.components.arguments import COMPARTMENT, JWKS, SUBNET, arguments, refusal, route_to, statements

GATEWAY, DEPLOYMENT = "oci:ApiGateway/gateway:Gateway", "oci:ApiGateway/deployment:Deployment"
FUNCTION, LOG = "oci:Functions/function:Function", "oci:Logging/log:Log"
CERTIFICATE = "ocid1.certificate.oc1.eu-frankfurt-1.aaaaaaaacertificate"
PEM = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"
HERE = {"routes": {"grade": route_to(None)}}


def front(routes: Any = None, **changes: Any) -> ApiFront:
    """An API before two functions, inside a running program."""
    made = {
        name: AiFunction(name, arguments("function", display_name=name)).function for name in ("one", "two")
    }
    said = routes(made) if routes else {"grade": route_to(made["one"])}
    return ApiFront("api", arguments("api", **{"routes": said, **changes}))


def sent(world: Any) -> Any:
    """The deployment's specification."""
    return world.one(DEPLOYMENT).inputs["specification"]


def test_by_default_every_route_asks_for_a_token(world: Any, minted: Any) -> None:
    """A public gateway with one deployment, whose one route lets in whoever has a token of the domain."""
    world.run(front)

    assert world.one(GATEWAY).inputs == {
        "compartmentId": COMPARTMENT,
        "displayName": "apps-api",
        "endpointType": "PUBLIC",
        "subnetId": SUBNET,
        "networkSecurityGroupIds": [],
        "certificateId": "",
    }
    assert world.one(DEPLOYMENT).inputs["pathPrefix"] == "/"
    assert world.one(DEPLOYMENT).inputs["gatewayId"] == minted(GATEWAY, "api-gateway")
    assert sent(world)["requestPolicies"]["authentication"] == {
        "type": "TOKEN_AUTHENTICATION",
        "tokenHeader": "Authorization",
        "tokenAuthScheme": "Bearer",
        "isAnonymousAccessAllowed": False,
        "maxClockSkewInSeconds": 0,
        "validationPolicy": {
            "type": "REMOTE_JWKS",
            "uri": JWKS,
            "maxCacheDurationInHours": 1,
            "isSslVerifyDisabled": False,
            "additionalValidationPolicy": {
                "issuers": ["https://identity.oraclecloud.com/", "https://identity.oraclecloud.com"],
                "audiences": ["ai-api"],
                "verifyClaims": [],
            },
        },
    }
    assert sent(world)["routes"] == [
        {
            "path": "/grade",
            "methods": ["POST"],
            "backend": {
                "type": "ORACLE_FUNCTIONS_BACKEND",
                "functionId": minted(FUNCTION, "one-function"),
            },
            "requestPolicies": {
                "authorization": {"type": "AUTHENTICATION_ONLY", "allowedScopes": []},
                "bodyValidation": {"required": False, "contents": [], "validationMode": "DISABLED"},
                "headerValidations": {"headers": [], "validationMode": "DISABLED"},
                "queryParameterValidations": {"parameters": [], "validationMode": "DISABLED"},
            },
        }
    ]


def test_what_is_not_wanted_is_sent_as_such(world: Any) -> None:
    """No page of another origin may call, and no copies of logs go into the older archive."""
    world.run(front)

    assert sent(world)["requestPolicies"]["cors"] == {
        "allowedOrigins": [NO_ORIGIN],
        "allowedMethods": [],
        "allowedHeaders": [],
        "exposedHeaders": [],
        "isAllowCredentialsEnabled": False,
        "maxAgeInSeconds": 0,
    }
    assert sent(world)["requestPolicies"]["rateLimiting"] == {
        "rateInRequestsPerSecond": 10,
        "rateKey": "CLIENT_IP",
    }
    assert sent(world)["loggingPolicies"] == {
        "accessLog": {"isEnabled": False},
        "executionLog": {"isEnabled": False, "logLevel": "INFO"},
    }


def test_every_option_of_a_route(world: Any) -> None:
    """Scopes, checks and an anonymous route, in the order of their names."""
    world.run(
        lambda: front(
            lambda made: {
                "b": route_to(made["one"], "/b", methods=("GET", "PUT"), anonymous=True),
                "a": route_to(
                    made["two"],
                    "/a/{id}",
                    scopes=("ai.grade", "admin"),
                    content_types=("image/*", "application/json"),
                    body_required=True,
                    required_headers=("X-Plant",),
                    required_query_parameters=("q",),
                ),
            }
        )
    )

    first, second = sent(world)["routes"]
    assert sent(world)["requestPolicies"]["authentication"]["isAnonymousAccessAllowed"] is True
    assert first["requestPolicies"] == {
        "authorization": {"type": "ANY_OF", "allowedScopes": ["ai.grade", "admin"]},
        "bodyValidation": {
            "required": True,
            "contents": [
                {"mediaType": "application/json", "validationType": "NONE"},
                {"mediaType": "image/*", "validationType": "NONE"},
            ],
            "validationMode": "ENFORCING",
        },
        "headerValidations": {
            "headers": [{"name": "X-Plant", "required": True}],
            "validationMode": "ENFORCING",
        },
        "queryParameterValidations": {
            "parameters": [{"name": "q", "required": True}],
            "validationMode": "ENFORCING",
        },
    }
    assert (second["path"], second["methods"]) == ("/b", ["GET", "PUT"])
    assert second["requestPolicies"]["authorization"] == {"type": "ANONYMOUS", "allowedScopes": []}


def test_every_other_option(world: Any) -> None:
    """Static keys, claims, clock, rate, origins, log level, and where the gateway is."""
    group = "ocid1.networksecuritygroup.oc1.eu-frankfurt-1.aaaaaaaagroup"
    world.run(
        lambda: front(
            path_prefix="/v1",
            endpoint_type="PRIVATE",
            network_security_group_ids=[group],
            certificate_id=CERTIFICATE,
            domain="api.example.com",
            jwt=TokenOptions(
                audiences=["a"],
                issuers=["https://idp.example.com"],
                keys={"two": PEM, "one": PEM},
                max_clock_skew_in_seconds=5,
                claims={"plant": ["north"], "active": []},
            ),
            rate_limit=RateLimit(requests_per_second=3, per="TOTAL"),
            cors=CrossOrigin(allowed_origins=["https://app.example.com"], allow_credentials=True),
            log_retention_in_days=90,
            execution_log_level="WARN",
        )
    )

    gateway, policies = world.one(GATEWAY).inputs, sent(world)["requestPolicies"]
    assert (gateway["endpointType"], gateway["certificateId"]) == ("PRIVATE", CERTIFICATE)
    assert gateway["networkSecurityGroupIds"] == [group]
    assert policies["authentication"]["maxClockSkewInSeconds"] == 5
    assert policies["authentication"]["validationPolicy"] == {
        "type": "STATIC_KEYS",
        "keys": [{"format": "PEM", "kid": kid, "key": PEM} for kid in ("one", "two")],
        "additionalValidationPolicy": {
            "issuers": ["https://idp.example.com"],
            "audiences": ["a"],
            "verifyClaims": [
                {"key": "active", "values": [], "isRequired": True},
                {"key": "plant", "values": ["north"], "isRequired": True},
            ],
        },
    }
    assert policies["rateLimiting"] == {"rateInRequestsPerSecond": 3, "rateKey": "TOTAL"}
    assert policies["cors"] == {
        "allowedOrigins": ["https://app.example.com"],
        "allowedMethods": ["POST"],
        "allowedHeaders": ["Authorization", "Content-Type"],
        "exposedHeaders": [],
        "isAllowCredentialsEnabled": True,
        "maxAgeInSeconds": 0,
    }
    assert sent(world)["loggingPolicies"]["executionLog"]["logLevel"] == "WARN"
    assert {each.inputs["retentionDuration"] for each in world.all(LOG)} == {90}


def test_both_logs_are_of_the_deployment(world: Any, minted: Any) -> None:
    """One for who came, one for what the gateway did with it."""
    world.run(front)

    sources = [each.inputs["configuration"]["source"] for each in world.all(LOG)]
    assert sorted(sources, key=lambda each: each["category"]) == [
        {
            "sourceType": "OCISERVICE",
            "service": "apigateway",
            "category": category,
            "resource": minted(DEPLOYMENT, "api-deployment"),
        }
        for category in ("access", "execution")
    ]


def test_the_gateway_may_invoke_the_functions_of_its_routes(world: Any, minted: Any) -> None:
    """By its own OCID, each function once, before there is a deployment that needs it."""
    world.run(
        lambda: front(
            lambda made: {
                "a": route_to(made["two"], "/a"),
                "b": route_to(made["one"], "/b"),
                "c": route_to(made["two"], "/c"),
            }
        )
    )

    gateway = minted(GATEWAY, "api-gateway")
    assert statements(world) == [
        f"Allow any-user to use fn-invocation in compartment id {COMPARTMENT} where all "
        f"{{request.principal.type = 'ApiGateway', request.principal.id = '{gateway}', "
        f"target.function.id = '{minted(FUNCTION, f'{name}-function')}'}}"
        for name in ("two", "one")
    ]
    policy = world.one("oci:Identity/policy:Policy")
    assert policy.urn in world.one(DEPLOYMENT).depends_on


def test_the_documented_grant_is_announced(world: Any, capfd: Any) -> None:
    """It is Oracle's own text, and the program names the rules that refuse it and what to exempt."""
    warned: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pulumi.log.warn", warned.append)
        world.run(lambda: front(gateway_grant="documented", config_path="Pulumi.dev.yaml: api"))

    assert statements(world) == [
        f"Allow any-user to use functions-family in compartment id {COMPARTMENT} where all "
        f"{{request.principal.type = 'ApiGateway', request.resource.compartment.id = '{COMPARTMENT}'}}"
    ]
    (line,) = warned
    assert line.startswith("Pulumi.dev.yaml: api.gateway_grant: documented lets every gateway of the")
    assert "exempts api-grants-policy from functions-grant-scoped and workload-grant-overbroad" in line


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "https://gateway.example.com"),
        ({"path_prefix": "/v1"}, "https://gateway.example.com/v1"),
        (
            {"certificate_id": CERTIFICATE, "domain": "api.example.com", "path_prefix": "/v1"},
            "https://api.example.com/v1",
        ),
    ],
)
def test_the_endpoint(world: Any, changes: dict[str, Any], expected: str) -> None:
    """The gateway's own host, or one's own name, before a route's path; the addresses are what a load
    balancer forwards to."""
    found: dict[str, Any] = {}

    def program() -> None:
        api = front(**changes)
        api.endpoint.apply(lambda known: found.update(endpoint=known))
        api.addresses.apply(lambda known: found.update(addresses=known))

    world.run(program)

    assert found == {"endpoint": expected, "addresses": ["129.146.1.7"]}


def test_a_firewall_is_the_apis_own(world: Any) -> None:
    """It goes with the API."""
    world.run(lambda: front(endpoint_type="PRIVATE", waf=arguments("firewall")))

    assert "ApiFront" in world.one("oci:Waf/appFirewall:AppFirewall").parent


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"routes": {}}, "routes: expected 1 to 50 routes, found 0"),
    ({"routes": {f"r{n}": route_to(None, f"/{n}") for n in range(51)}}, "routes: expected 1 to 50 routes"),
    ({"routes": {"A": route_to(None)}}, "routes: 'A' is not a name"),
    (
        {"routes": {"a": route_to(None, "/{x}"), "b": route_to(None, "/{y}", methods=("ANY",))}},
        "routes: b: takes POST /{}, which the route a takes already",
    ),
    (
        {**HERE, "compartment_id": "ocid1.compartment.oc1..aaaaaaaaother"},
        "routes: grade: leads to a function of another compartment than the API's",
    ),
    ({"routes": {"a": route_to(None, "x")}}, "routes.a.path: 'x' is not a path"),
    ({"routes": {"a": route_to(None, anonymous=True, scopes=("s",))}}, "routes.a: an anonymous route asks"),
    ({**HERE, "jwt": TokenOptions(audiences=["a"])}, "jwt: give either jwks_uri or keys"),
    ({**HERE, "rate_limit": RateLimit(requests_per_second=0)}, "rate_limit.requests_per_second: 0 is not"),
    ({**HERE, "cors": CrossOrigin(allowed_origins=[])}, "cors.allowed_origins: needs at least one origin"),
    ({**HERE, "path_prefix": "/v1/"}, "path_prefix: '/v1/' is not / or a path"),
    ({**HERE, "endpoint_type": "OPEN"}, "endpoint_type: OPEN is not one of PUBLIC, PRIVATE"),
    ({**HERE, "gateway_grant": "wide"}, "gateway_grant: wide is not one of narrow, documented"),
    ({**HERE, "execution_log_level": "DEBUG"}, "execution_log_level: DEBUG is not one of INFO"),
    ({**HERE, "log_retention_in_days": 31}, "log_retention_in_days: 31 is not one of"),
    ({**HERE, "subnet_id": COMPARTMENT}, "subnet_id: expected the OCID of a subnet"),
    ({**HERE, "certificate_id": CERTIFICATE}, "domain: domain and certificate_id belong together"),
    ({**HERE, "domain": "api.example.com"}, "domain: domain and certificate_id belong together"),
    (
        {**HERE, "certificate_id": SUBNET, "domain": "a.b"},
        "certificate_id: expected the OCID of a certificate",
    ),
    ({**HERE, "network_security_group_ids": [SUBNET]}, "network_security_group_ids: expected the OCID"),
    ({**HERE, "waf": arguments("firewall")}, "waf: the gateway is reached from the internet"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """The message begins with the place in the config."""
    assert refusal("api", changes).startswith(reason)
