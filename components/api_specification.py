"""What a deployment on an API gateway is told of an API: pure, from typed values to the provider's inputs.

The provider keeps what it is not told (every policy is optional and computed, and routes are told apart by
their place in the list), so each policy is sent whole, and one that is not wanted as what does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi_oci as oci
from pulumi_oci import apigateway as gw

from components.values.api_route import ApiRoute, CrossOrigin, RateLimit, TokenOptions

# A name that belongs to nobody (RFC 2606): no page has this origin, so no page is let in. OCI has no word
# for a deployment that had a CORS policy and has none any more.
NO_ORIGIN: Final = "https://none.invalid"


@dataclass(frozen=True, kw_only=True)
class RouteTo:
    """A route, and the function behind it."""

    route: ApiRoute
    function: oci.functions.Function


@dataclass(frozen=True, kw_only=True)
class Api:
    """Everything a deployment is told, apart from where it is. Routes are by name."""

    routes: Mapping[str, RouteTo]
    tokens: TokenOptions
    rate_limit: RateLimit
    cors: CrossOrigin | None
    log_level: str


def specification(api: Api) -> gw.DeploymentSpecificationArgs:
    """The deployment's specification, its routes in the order of their names."""
    return gw.DeploymentSpecificationArgs(
        logging_policies=gw.DeploymentSpecificationLoggingPoliciesArgs(
            # False: no copies in the older archive in Object Storage. The logs of the Logging service are on.
            access_log=gw.DeploymentSpecificationLoggingPoliciesAccessLogArgs(is_enabled=False),
            execution_log=gw.DeploymentSpecificationLoggingPoliciesExecutionLogArgs(
                is_enabled=False, log_level=api.log_level
            ),
        ),
        request_policies=gw.DeploymentSpecificationRequestPoliciesArgs(
            authentication=_authentication(
                api.tokens, anonymous=any(each.route.anonymous for each in api.routes.values())
            ),
            cors=_cors(api.cors),
            rate_limiting=gw.DeploymentSpecificationRequestPoliciesRateLimitingArgs(
                rate_in_requests_per_second=api.rate_limit.requests_per_second, rate_key=api.rate_limit.per
            ),
        ),
        routes=[_route(each) for _, each in sorted(api.routes.items())],
    )


def _authentication(
    tokens: TokenOptions, *, anonymous: bool
) -> gw.DeploymentSpecificationRequestPoliciesAuthenticationArgs:
    return gw.DeploymentSpecificationRequestPoliciesAuthenticationArgs(
        type="TOKEN_AUTHENTICATION",
        token_header="Authorization",  # noqa: S106 the header's name
        token_auth_scheme="Bearer",  # noqa: S106 the scheme's name
        is_anonymous_access_allowed=anonymous,
        max_clock_skew_in_seconds=tokens.max_clock_skew_in_seconds,
        validation_policy=_validation(tokens),
    )


def _validation(
    tokens: TokenOptions,
) -> gw.DeploymentSpecificationRequestPoliciesAuthenticationValidationPolicyArgs:
    claims = sorted(tokens.claims.items())
    more = {
        "issuers": list(tokens.issuers),
        "audiences": list(tokens.audiences),
        "verify_claims": [
            {"key": name, "values": list(values), "is_required": True} for name, values in claims
        ],
    }
    if tokens.keys is None:
        return gw.DeploymentSpecificationRequestPoliciesAuthenticationValidationPolicyArgs(
            type="REMOTE_JWKS",
            uri=tokens.jwks_uri,
            max_cache_duration_in_hours=tokens.max_cache_in_hours,
            is_ssl_verify_disabled=False,
            additional_validation_policy=more,
        )
    return gw.DeploymentSpecificationRequestPoliciesAuthenticationValidationPolicyArgs(
        type="STATIC_KEYS",
        keys=[
            gw.DeploymentSpecificationRequestPoliciesAuthenticationValidationPolicyKeyArgs(
                format="PEM", kid=name, key=key
            )
            for name, key in sorted(tokens.keys.items())
        ],
        additional_validation_policy=more,
    )


def _cors(said: CrossOrigin | None) -> gw.DeploymentSpecificationRequestPoliciesCorsArgs:
    if said is None:
        said = CrossOrigin(allowed_origins=[NO_ORIGIN], allowed_methods=(), allowed_headers=())
    return gw.DeploymentSpecificationRequestPoliciesCorsArgs(
        allowed_origins=list(said.allowed_origins),
        allowed_methods=list(said.allowed_methods),
        allowed_headers=list(said.allowed_headers),
        exposed_headers=list(said.exposed_headers),
        is_allow_credentials_enabled=said.allow_credentials,
        max_age_in_seconds=said.max_age_in_seconds,
    )


def _route(to: RouteTo) -> gw.DeploymentSpecificationRouteArgs:
    route = to.route
    return gw.DeploymentSpecificationRouteArgs(
        path=route.path,
        methods=list(route.methods),
        backend=gw.DeploymentSpecificationRouteBackendArgs(
            type="ORACLE_FUNCTIONS_BACKEND", function_id=to.function.id
        ),
        request_policies=gw.DeploymentSpecificationRouteRequestPoliciesArgs(
            authorization=_authorization(route),
            body_validation=gw.DeploymentSpecificationRouteRequestPoliciesBodyValidationArgs(
                required=route.body_required,
                contents=[
                    gw.DeploymentSpecificationRouteRequestPoliciesBodyValidationContentArgs(
                        media_type=each, validation_type="NONE"
                    )
                    for each in sorted(route.content_types)
                ],
                validation_mode=_mode(route.body_required or bool(route.content_types)),
            ),
            header_validations=gw.DeploymentSpecificationRouteRequestPoliciesHeaderValidationsArgs(
                headers=[
                    gw.DeploymentSpecificationRouteRequestPoliciesHeaderValidationsHeaderArgs(
                        name=each, required=True
                    )
                    for each in route.required_headers
                ],
                validation_mode=_mode(bool(route.required_headers)),
            ),
            query_parameter_validations=_query_parameters(route.required_query_parameters),
        ),
    )


def _query_parameters(
    names: Sequence[str],
) -> gw.DeploymentSpecificationRouteRequestPoliciesQueryParameterValidationsArgs:
    return gw.DeploymentSpecificationRouteRequestPoliciesQueryParameterValidationsArgs(
        parameters=[
            gw.DeploymentSpecificationRouteRequestPoliciesQueryParameterValidationsParameterArgs(
                name=each, required=True
            )
            for each in names
        ],
        validation_mode=_mode(bool(names)),
    )


def _authorization(
    route: ApiRoute,
) -> gw.DeploymentSpecificationRouteRequestPoliciesAuthorizationArgs:
    kind = "ANONYMOUS" if route.anonymous else "ANY_OF" if route.scopes else "AUTHENTICATION_ONLY"
    return gw.DeploymentSpecificationRouteRequestPoliciesAuthorizationArgs(
        type=kind, allowed_scopes=list(route.scopes)
    )


def _mode(wanted: bool) -> str:
    return "ENFORCING" if wanted else "DISABLED"
