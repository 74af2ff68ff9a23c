"""What of a specification the sandbox honours.

A part that is not, and that would let fewer requests through or change them on OCI, refuses the routes it is
about: they answer 501 with its name. A part that only makes answers faster, or redirects whom OCI refuses, is
passed over and named. A part this table does not know refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.rest.gateway.apis import Api, ApiRoute
from sandbox.rest.gateway.variables import unknown_in

_POLICIES = frozenset({"authentication", "cors", "rateLimiting"})
_ROUTE_POLICIES = frozenset(
    {"authorization", "bodyValidation", "cors", "headerTransformations", "headerValidations"}
    | {"queryParameterTransformations", "queryParameterValidations"}
)
_RESPONSE_POLICIES = frozenset({"headerTransformations"})
_PASSED_OVER = frozenset({"responseCacheLookup", "responseCacheStore"})
_TOKEN = frozenset({"type", "isAnonymousAccessAllowed", "maxClockSkewInSeconds", "tokenAuthScheme"}) | {
    "tokenHeader",
    "tokenQueryParam",
}
_AUTHENTICATION = {
    "CUSTOM_AUTHENTICATION": frozenset(
        {"type", "isAnonymousAccessAllowed", "functionId", "parameters", "cacheKeys", "tokenHeader"}
        | {"tokenQueryParam", "validationFailurePolicy"}
    ),
    "JWT_AUTHENTICATION": _TOKEN | {"issuers", "audiences", "verifyClaims", "publicKeys"},
    "TOKEN_AUTHENTICATION": _TOKEN | {"validationPolicy", "validationFailurePolicy"},
}
_KEYS = frozenset(
    {"type", "keys", "uri", "maxCacheDurationInHours", "isSslVerifyDisabled", "additionalValidationPolicy"}
)
_LOGS = frozenset({"loggingPolicies"})
"""Read by nobody: there is one access log, whatever a deployment says."""
_INSIDE = {
    "authorization": frozenset({"type", "allowedScopes"}),
    "bodyValidation": frozenset({"required", "contents", "validationMode"}),
    "headerTransformations": frozenset({"filterHeaders", "renameHeaders", "setHeaders"}),
    "headerValidations": frozenset({"headers", "validationMode"}),
    "queryParameterTransformations": frozenset(
        {"filterQueryParameters", "renameQueryParameters", "setQueryParameters"}
    ),
    "queryParameterValidations": frozenset({"parameters", "validationMode"}),
    "rateLimiting": frozenset({"rateInRequestsPerSecond", "rateKey"}),
}
_BACKENDS = frozenset({"ORACLE_FUNCTIONS_BACKEND", "STOCK_RESPONSE_BACKEND"})
_AUTHORIZATION = frozenset({"", "ANONYMOUS", "ANY_OF", "AUTHENTICATION_ONLY"})


def refuses(api: Api, route: ApiRoute) -> str:
    """Why a route answers 501; empty where all that is deployed for it is honoured."""
    return next(iter(_unserved(api, route)), "")


def unhonoured(api: Api) -> list[str]:
    """One line for each part of a deployment that is not honoured."""
    found = []
    for route in api.routes:
        where = f"{','.join(sorted(route.methods))} {api.prefix.rstrip('/')}{route.path}"
        found += [f"{where} answers 501: {what}" for what in _unserved(api, route)]
        found += [f"{where} is answered without {what}" for what in _passed_over(route)]
    if (_map(api.policies.get("authentication")).get("validationFailurePolicy") or {}).get(
        "type"
    ) == "OAUTH2":
        found.append("a refused token is answered by 401, not by the login of validationFailurePolicy OAUTH2")
    return found


def _unserved(api: Api, route: ApiRoute) -> Iterator[str]:
    yield from _unknown("specification", api.specification, _LOGS | {"requestPolicies", "routes"})
    yield from _unknown("routes", route.more, _LOGS)
    yield from _unknown("requestPolicies", api.policies, _POLICIES)
    for policies in (api.policies, route.request_policies, route.response_policies):
        for name, known in _INSIDE.items():
            yield from _unknown(name, _map(policies.get(name)), known)
    for content in _map(route.request_policies.get("bodyValidation")).get("contents") or ():
        if str(content.get("validationType") or "NONE").upper() != "NONE":
            yield f"bodyValidation.contents.validationType {content['validationType']}"
    authentication = _map(api.policies.get("authentication"))
    yield from _unserved_authentication(authentication)
    yield from _unserved_authorization(route, authentication)
    yield from _unknown("requestPolicies", route.request_policies, _ROUTE_POLICIES | _PASSED_OVER)
    yield from _unknown("responsePolicies", route.response_policies, _RESPONSE_POLICIES | _PASSED_OVER)
    kind = str(route.backend.get("type")).upper()
    if kind not in _BACKENDS:
        yield f"backend {kind}"
    for policies in (route.request_policies, route.response_policies):
        for name in ("headerTransformations", "queryParameterTransformations"):
            for text in _texts(policies.get(name)):
                yield from (f"{name} with ${{{one}}}" for one in unknown_in(text))


def _unserved_authentication(authentication: Mapping[str, Any]) -> Iterator[str]:
    if not authentication:
        return
    kind = str(authentication.get("type")).upper()
    if kind not in _AUTHENTICATION:
        yield f"authentication {kind}"
        return
    yield from _unknown("authentication", authentication, _AUTHENTICATION[kind])
    parameters = _map(authentication.get("parameters"))
    for text in parameters.values():
        yield from (f"authentication.parameters with {one}" for one in unknown_in(f"${{{text}}}"))
    if not any(map(authentication.get, ("parameters", "tokenHeader", "tokenQueryParam"))):
        yield "authentication without tokenHeader and tokenQueryParam"
    if kind == "CUSTOM_AUTHENTICATION":
        return
    if kind == "JWT_AUTHENTICATION" and not all(map(authentication.get, ("issuers", "audiences"))):
        yield "authentication JWT_AUTHENTICATION without issuers and audiences"
    name = "publicKeys" if kind == "JWT_AUTHENTICATION" else "validationPolicy"
    keys = _map(authentication.get(name))
    yield from _unknown(f"authentication.{name}", keys, _KEYS)
    if str(keys.get("type")).upper() not in ("STATIC_KEYS", "REMOTE_JWKS"):
        yield f"authentication.{name} {str(keys.get('type')).upper()}"


def _unserved_authorization(route: ApiRoute, authentication: Mapping[str, Any]) -> Iterator[str]:
    kind = str(_map(route.request_policies.get("authorization")).get("type") or "").upper()
    if kind not in _AUTHORIZATION:
        yield f"authorization {kind}"
    if kind in ("ANY_OF", "AUTHENTICATION_ONLY") and not authentication:
        yield f"authorization {kind} in a deployment without authentication"


def _passed_over(route: ApiRoute) -> list[str]:
    given = {**route.request_policies, **route.response_policies}
    return sorted(name for name, value in given.items() if name in _PASSED_OVER and _says_something(value))


def _unknown(place: str, given: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    for name, value in sorted(given.items()):
        if name not in known and _says_something(value):
            yield f"{place}.{name}"


def _says_something(value: Any) -> bool:
    """Whether a part asks for anything: switched off, as `isVerifiedCertificateRequired: false`, it does
    not."""
    if isinstance(value, Mapping):
        return any(map(_says_something, value.values()))
    return value not in (None, False, "") and value != []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
