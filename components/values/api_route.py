"""What an API lets through: routes, tokens, cross-origin requests, rates. Typed values, no Pulumi.

Sources: Oracle's pages "Adding Request Policies and Response Policies to API Deployment Specifications",
"Using JSON Web Tokens (JWTs) to Add Authentication and Authorization" and "API Gateway Limits".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from components.values import limits
from components.values.option import Option

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY"]
RateKey = Literal["CLIENT_IP", "TOTAL"]
MOST_ROUTES = 50
MOST_KEYS = 10
# Oracle's page writes the issuer of identity domains without the slash, tokens have been seen with it.
DOMAIN_ISSUERS = ("https://identity.oraclecloud.com/", "https://identity.oraclecloud.com")

_SEGMENT = r"[A-Za-z0-9$_.+!*'(),;:@&=%~-]+"
_PREFIX = re.compile(rf"/|(/{_SEGMENT})+")
_PATH = re.compile(rf"/|(/({_SEGMENT}|\{{\w+\}}))*(/({_SEGMENT}|\{{\w+\*?\}}))", re.ASCII)
_PARAMETER = re.compile(r"\{\w+(\*?)\}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/([a-z0-9!#$&^_.+-]+|\*)")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_HTTPS = re.compile(r"https://[^\s/?#@]+(/[^\s?#]*)?(\?[^\s#]*)?")
_PEM = re.compile(
    r"-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END PUBLIC KEY-----\n?", re.ASCII
)


def check_path_prefix(value: str) -> None:
    """Where a deployment begins: `/`, or `/` and segments, without a slash at the end."""
    if not _PREFIX.fullmatch(value):
        raise ValueError(f"{limits.shown(value)} is not / or a path such as /v1, without a slash at its end")


def check_route_path(value: str) -> None:
    """The path of a route, below the prefix."""
    if not _PATH.fullmatch(value):
        raise ValueError(
            f"{limits.shown(value)} is not a path such as /grade, /jobs/{{id}} or, with all that follows, "
            "/files/{rest*}"
        )
    if any(each.startswith(":") or each in ("*", "**") for each in value.split("/")):
        raise ValueError(
            f"{limits.shown(value)} would match these very characters; write {{name}} for one segment, "
            "{name*} for all that follows"
        )
    names = re.findall(r"\{(\w+)", value)
    if len(set(names)) != len(names):
        raise ValueError(f"{limits.shown(value)} names a parameter twice")


def check_methods(values: Sequence[str]) -> None:
    """Different HTTP methods, at least one; ANY stands alone."""
    for value in values:
        limits.one_of(value, get_args(Method))
    if not values or len(set(values)) != len(values) or ("ANY" in values and len(values) > 1):
        raise ValueError("needs different methods, at least one, or ANY alone")


def check_media_types(values: Sequence[str]) -> None:
    """Media types in lower case, or all of one kind: `application/json`, `image/*`."""
    for value in values:
        if not _MEDIA_TYPE.fullmatch(value):
            raise ValueError(
                f"{limits.shown(value)} is not a media type in lower case, e.g. application/json"
            )


def check_headers(values: Sequence[str]) -> None:
    """Names of HTTP headers."""
    for value in values:
        if not _HEADER.fullmatch(value):
            raise ValueError(f"{limits.shown(value)} is not the name of a header")


def _words(values: Sequence[str]) -> None:
    for value in values:
        if not value or not value.isprintable() or " " in value:
            raise ValueError(f"{limits.shown(value)} is not one word of printable characters")


def _origins(values: Sequence[str]) -> None:
    if not values:
        raise ValueError("needs at least one origin")
    for value in values:
        if not _ORIGIN.fullmatch(value):
            raise ValueError(f"{limits.shown(value)} is not an origin such as https://app.example.com, or *")


def _some_words(values: Sequence[str]) -> None:
    if not values:
        raise ValueError("needs at least one")
    _words(values)


def _key_set(value: str) -> None:
    if not _HTTPS.fullmatch(value):
        raise ValueError(f"{limits.shown(value)} is not an HTTPS address")


def _static_keys(values: Mapping[str, str]) -> None:
    if not 1 <= len(values) <= MOST_KEYS:
        raise ValueError(f"expected 1 to {MOST_KEYS} keys, found {len(values)}")
    for key_id, value in values.items():
        _words([key_id])
        if not _PEM.fullmatch(value):
            raise ValueError(
                f"the key {limits.shown(key_id)} is not a public key in PEM: a line BEGIN PUBLIC KEY, lines "
                "of at most 76 characters, a line END PUBLIC KEY"
            )


def _claims(values: Mapping[str, Sequence[str]]) -> None:
    _words([*values])


def _rate_key(value: str) -> None:
    limits.one_of(value, get_args(RateKey))


@dataclass(frozen=True, kw_only=True)
class ApiRoute:
    """What one route takes, and from whom."""

    path: Annotated[
        str,
        Option(
            "Path below the prefix; {name} is one segment, {name*} at its end all that follows",
            check_route_path,
        ),
    ]
    methods: Annotated[
        Sequence[Method],
        Option("HTTP methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, or ANY", check_methods),
    ] = ("POST",)
    scopes: Annotated[
        Sequence[str],
        Option("Scopes of which a token must have one; left out, every valid token is let through", _words),
    ] = ()
    anonymous: Annotated[
        bool, Option("true: whoever reaches the gateway, without a token; the pack refuses it in prod")
    ] = False
    content_types: Annotated[
        Sequence[str], Option("Media types that a body may have; left out, any", check_media_types)
    ] = ()
    body_required: Annotated[bool, Option("true: a request without a body is refused")] = False
    required_headers: Annotated[
        Sequence[str], Option("Headers without which a request is refused", check_headers)
    ] = ()
    required_query_parameters: Annotated[
        Sequence[str], Option("Query parameters without which a request is refused", _words)
    ] = ()

    def problem(self) -> str | None:
        """What is wrong with the values together."""
        if self.anonymous and self.scopes:
            return "an anonymous route asks for no scopes; leave out either"
        return None

    def requests(self) -> Iterator[tuple[str, str]]:
        """The methods it takes, each with its path, in which the names of parameters say nothing."""
        path = _PARAMETER.sub(r"{\1}", self.path)
        for method in get_args(Method) if "ANY" in self.methods else self.methods:
            yield method, path


@dataclass(frozen=True, kw_only=True)
class TokenOptions:
    """Which JSON Web Tokens (`Authorization: Bearer …`) are valid."""

    audiences: Annotated[
        Sequence[str],
        Option("Audiences of which a token must have one: that of the domain's application", _some_words),
    ]
    issuers: Annotated[
        Sequence[str],
        Option("Issuers of which a token must have one; left out, that of identity domains", _some_words),
    ] = DOMAIN_ISSUERS
    jwks_uri: Annotated[
        str | None,
        Option(
            "HTTPS address of the key set, which the gateway reads without signing in: of an identity domain "
            "https://<domain>/admin/v1/SigningCert/jwk, readable only while the domain's setting "
            '"Configure client access" (Access signing certificate) is on',
            _key_set,
        ),
    ] = None
    keys: Annotated[
        Mapping[str, str] | None,
        Option("In its place: RSA public keys in PEM, by the kid that a token names", _static_keys),
    ] = None
    max_cache_in_hours: Annotated[
        int,
        Option("Hours that the key set is kept", lambda value: limits.between(value, 1, 24, "hours")),
    ] = 1
    max_clock_skew_in_seconds: Annotated[
        int,
        Option("Seconds that clocks may differ by", lambda value: limits.between(value, 0, 120, "seconds")),
    ] = 0
    claims: Annotated[
        Mapping[str, Sequence[str]],
        Option("Further claims that a token must have, with one of these values; none: any value", _claims),
    ] = field(default_factory=dict)

    def problem(self) -> str | None:
        """What is wrong with the values together."""
        if (self.jwks_uri is None) == (self.keys is None):
            return "give either jwks_uri or keys"
        return None


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """How many requests are let through; OCI limits a whole deployment, not a route."""

    requests_per_second: Annotated[
        int,
        Option(
            "Requests a second; what is over is answered 429",
            lambda value: limits.between(value, 1, 1_000_000, "requests a second"),
        ),
    ] = 10
    per: Annotated[RateKey, Option("Counted for each address of a client, or all together", _rate_key)] = (
        "CLIENT_IP"
    )


@dataclass(frozen=True, kw_only=True)
class CrossOrigin:
    """Which web pages of other origins a browser lets call the API."""

    allowed_origins: Annotated[
        Sequence[str], Option("Origins, e.g. https://app.example.com; * for all", _origins)
    ]
    allowed_methods: Annotated[Sequence[Method], Option("Methods they may use", check_methods)] = ("POST",)
    allowed_headers: Annotated[Sequence[str], Option("Headers they may send", check_headers)] = (
        "Authorization",
        "Content-Type",
    )
    exposed_headers: Annotated[
        Sequence[str], Option("Headers of an answer they may read", check_headers)
    ] = ()
    allow_credentials: Annotated[bool, Option("true: a browser sends cookies too")] = False
    max_age_in_seconds: Annotated[
        int,
        Option(
            "Seconds that a browser keeps the answer",
            lambda value: limits.between(value, 0, 86400, "seconds"),
        ),
    ] = 0

    def problem(self) -> str | None:
        """What is wrong with the values together."""
        if self.allow_credentials and "*" in self.allowed_origins:
            return "allow_credentials with the origin * would let every page act as its reader; name origins"
        return None
