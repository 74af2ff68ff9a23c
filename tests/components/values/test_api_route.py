"""Routes, tokens, rates and cross-origin calls: what their checks let through."""

from __future__ import annotations

from typing import Any

import pytest

from components.errors import checks_of
from components.values.api_route import (
    ApiRoute,
    CrossOrigin,
    RateLimit,
    TokenOptions,
    check_path_prefix,
)

JWKS = "https://idcs-0a.identity.oraclecloud.com/admin/v1/SigningCert/jwk"
PEM = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"


def problems(part: Any) -> list[str]:
    """Every reason why these options cannot be, with their option."""
    found = []
    for name, (check, value) in checks_of(part).items():
        try:
            check(value)
        except ValueError as error:
            found.append(f"{name}: {error}")
    together = None if isinstance(part, RateLimit) else part.problem()
    return found + ([together] if together else [])


@pytest.mark.parametrize("path", ["/", "/v1", "/a/b-c_d.e~f", "/v1:x"])
def test_prefixes(path: str) -> None:
    """A slash, or segments without one at the end."""
    check_path_prefix(path)


@pytest.mark.parametrize("path", ["", "v1", "/v1/", "//", "/a//b", "/{a}", "/a b", "/a?b", "/a#b", "/ä"])
def test_bad_prefixes(path: str) -> None:
    """No parameters, and nothing that a path cannot hold."""
    with pytest.raises(ValueError, match="is not / or a path such as /v1"):
        check_path_prefix(path)


@pytest.mark.parametrize("path", ["/", "/a", "/a/{id}", "/{a}/b/{c}", "/files/{rest*}", "/{rest*}"])
def test_paths(path: str) -> None:
    """Parameters are whole segments, and one that takes the rest is the last."""
    assert problems(ApiRoute(path=path)) == []


@pytest.mark.parametrize("path", ["", "a", "/a/", "/{a*}/b", "/a{b}", "/{a-b}", "/{}", "/{ä}", "/a\n"])
def test_bad_paths(path: str) -> None:
    """Everything else is refused in one line."""
    (problem,) = problems(ApiRoute(path=path))
    assert "is not a path such as /grade" in problem


@pytest.mark.parametrize("path", ["/*", "/a/*", "/a/*/b", "/a/**", "/a/:id"])
def test_parameters_of_other_routers_stand_for_nothing(path: str) -> None:
    """OCI would take it by the letter; the reason has what was meant."""
    (problem,) = problems(ApiRoute(path=path))
    assert "would match these very characters; write {name} for one segment, {name*}" in problem


BAD: list[tuple[Any, str]] = [
    (ApiRoute(path="/{a}/{a*}"), "path: '/{a}/{a*}' names a parameter twice"),
    (ApiRoute(path="/a", methods=()), "methods: needs different methods, at least one, or ANY alone"),
    (ApiRoute(path="/a", methods=("GET", "GET")), "methods: needs different methods"),
    (ApiRoute(path="/a", methods=("ANY", "GET")), "methods: needs different methods"),
    (ApiRoute(path="/a", methods=("TRACE",)), "methods: TRACE is not one of GET, HEAD"),  # type: ignore[arg-type]
    (ApiRoute(path="/a", scopes=("a b",)), "scopes: 'a b' is not one word"),
    (ApiRoute(path="/a", scopes=("",)), "scopes: '' is not one word"),
    (ApiRoute(path="/a", anonymous=True, scopes=("s",)), "an anonymous route asks for no scopes"),
    (ApiRoute(path="/a", content_types=("Text/Plain",)), "content_types: 'Text/Plain' is not a media type"),
    (ApiRoute(path="/a", content_types=("json",)), "content_types: 'json' is not a media type"),
    (ApiRoute(path="/a", required_headers=("a:",)), "required_headers: 'a:' is not the name of a header"),
    (ApiRoute(path="/a", required_query_parameters=("",)), "required_query_parameters: '' is not one word"),
    (TokenOptions(audiences=[], jwks_uri=JWKS), "audiences: needs at least one"),
    (TokenOptions(audiences=["a"], issuers=[], jwks_uri=JWKS), "issuers: needs at least one"),
    (TokenOptions(audiences=["a"]), "give either jwks_uri or keys"),
    (TokenOptions(audiences=["a"], jwks_uri=JWKS, keys={"k": PEM}), "give either jwks_uri or keys"),
    (TokenOptions(audiences=["a"], jwks_uri="http://a.example.com"), "jwks_uri: 'http://a.example.com' is"),
    (TokenOptions(audiences=["a"], jwks_uri="https://u@a.example.com"), "jwks_uri: 'https://u@a"),
    (TokenOptions(audiences=["a"], keys={}), "keys: expected 1 to 10 keys, found 0"),
    (TokenOptions(audiences=["a"], keys={str(n): PEM for n in range(11)}), "keys: expected 1 to 10 keys"),
    (TokenOptions(audiences=["a"], keys={"k": "x"}), "keys: the key 'k' is not a public key in PEM: a line"),
    (
        TokenOptions(audiences=["a"], keys={"k": PEM.replace("PUBLIC", "PRIVATE")}),
        "keys: the key 'k' is not a public key in PEM",
    ),
    (TokenOptions(audiences=["a"], keys={"k k": PEM}), "keys: 'k k' is not one word"),
    (TokenOptions(audiences=["a"], jwks_uri=JWKS, max_cache_in_hours=25), "max_cache_in_hours: 25 is not"),
    (
        TokenOptions(audiences=["a"], jwks_uri=JWKS, max_clock_skew_in_seconds=121),
        "max_clock_skew_in_seconds: 121 is not between 0 and 120 seconds",
    ),
    (TokenOptions(audiences=["a"], jwks_uri=JWKS, claims={"": []}), "claims: '' is not one word"),
    (RateLimit(requests_per_second=0), "requests_per_second: 0 is not between 1 and"),
    (RateLimit(per="ROUTE"), "per: ROUTE is not one of CLIENT_IP, TOTAL"),  # type: ignore[arg-type]
    (CrossOrigin(allowed_origins=[]), "allowed_origins: needs at least one origin"),
    (CrossOrigin(allowed_origins=["app.example.com"]), "allowed_origins: 'app.example.com' is not an origin"),
    (CrossOrigin(allowed_origins=["https://a/"]), "allowed_origins: 'https://a/' is not an origin"),
    (CrossOrigin(allowed_origins=["*"], allow_credentials=True), "allow_credentials with the origin *"),
    (CrossOrigin(allowed_origins=["*"], max_age_in_seconds=-1), "max_age_in_seconds: -1 is not between 0"),
    (CrossOrigin(allowed_origins=["*"], allowed_methods=()), "allowed_methods: needs different methods"),
    (CrossOrigin(allowed_origins=["*"], allowed_headers=[" "]), "allowed_headers: ' ' is not the name"),
    (CrossOrigin(allowed_origins=["*"], exposed_headers=[" "]), "exposed_headers: ' ' is not the name"),
]


@pytest.mark.parametrize(("part", "reason"), BAD)
def test_what_oci_would_refuse_is_refused(part: Any, reason: str) -> None:
    """One line, which begins with the option."""
    (problem,) = problems(part)
    assert problem.startswith(reason)


def test_good_options_have_no_problem() -> None:
    """An identity domain's key set, static keys, scopes, any kind of a media type, origins with a port."""
    good = [
        TokenOptions(audiences=["a"], jwks_uri=JWKS, claims={"plant": ["north"]}),
        TokenOptions(audiences=["a"], keys={"k": PEM}),
        ApiRoute(path="/a", scopes=["ai.grade"], content_types=["image/*", "application/vnd.api+json"]),
        CrossOrigin(
            allowed_origins=["https://a.example.com:8443", "http://localhost"], allow_credentials=True
        ),
        RateLimit(),
    ]

    assert [problem for each in good for problem in problems(each)] == []
