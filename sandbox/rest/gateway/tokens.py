"""Who sent a request to a deployment: its JSON Web Token verified, on the keys that the deployment names.

Keys are the deployment's own (STATIC_KEYS), or those of a remote JWKS (REMOTE_JWKS), which is never fetched:
`jwks/<host of its uri>.json` in the sandbox's folder stands for it, and where there is no such file the key
that `sandbox token` signs with. RSA only, as API Gateway takes; the token's `kid` must name the key.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox import private
from sandbox.rest.credentials import kept_key
from sandbox.rest.gateway.asked import Asked
from sandbox.rest.gateway.refusal import Refusal

ALGORITHMS = ("RS256", "RS384", "RS512")
OWN_KEY_ID = "sandbox"
"""The `kid` of the key that stands for every remote JWKS without a file."""
_LARGEST_TOKEN = 16 * 1024

_WHY: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "the token has expired",
    jwt.ImmatureSignatureError: "the token is not valid yet",
    jwt.InvalidAlgorithmError: f"the token's alg is none of {', '.join(ALGORITHMS)}",
    jwt.InvalidAudienceError: "the token is not valid: its aud is none that the deployment takes",
    jwt.InvalidIssuerError: "the token is not valid: its iss is none that the deployment takes",
    jwt.InvalidSignatureError: "the token is not signed by the key that its kid names",
    jwt.MissingRequiredClaimError: "the token is not valid: a claim is missing that it must have",
}

Keys = Mapping[str, rsa.RSAPublicKey]


class NotValid(Exception):
    """The token is not valid; the message says why and holds nothing of it but names of claims."""


class RemoteKeys:
    """What the sandbox has in place of remote key sets, and its own key to sign with."""

    def __init__(self, sandbox_dir: Path) -> None:
        self._folder = sandbox_dir / "jwks"
        self._own = sandbox_dir / "rest" / "token.key"
        self._loaded: rsa.RSAPrivateKey | None = None
        self._lock = threading.Lock()

    def at(self, uri: str) -> Keys:
        """The keys for one address. Raises `NotValid` for a file that is no key set."""
        host = (urlsplit(uri).hostname or "").lower()
        path = self._folder / f"{host}.json"
        if not host or not path.is_file():
            return {OWN_KEY_ID: self.own().public_key()}
        try:
            return keys_of_jwks(json.loads(path.read_bytes())["keys"])
        except (OSError, ValueError, LookupError, TypeError):
            raise NotValid(f"{path.name} in the sandbox's folder jwks is not a JSON Web Key Set") from None

    def own(self) -> rsa.RSAPrivateKey:
        """The key that `sandbox token` signs with; made where it is not there."""
        with self._lock:
            if self._loaded is None:
                private.make_folder(self._own.parent)
                self._loaded = kept_key(self._own)
            return self._loaded


def keys_of_jwks(keys: Sequence[Mapping[str, Any]]) -> Keys:
    """The RSA keys of a key set by their `kid`; others sign nothing here. Raises `ValueError`."""
    return {str(key.get("kid")): _of_jwk(key) for key in keys if key.get("kty") == "RSA"}


def authenticated(authentication: Mapping[str, Any], asked: Asked, remote: RemoteKeys) -> Mapping[str, Any]:
    """The claims of a request's token. Raises `Refusal`: 401, or what the failure policy says."""
    try:
        policy = policy_of(authentication)
        return _verified(_token(authentication, asked), policy, _keys(policy, remote))
    except NotValid as error:
        raise refused(authentication, str(error)) from None


def is_in_scope(claims: Mapping[str, Any], allowed: Sequence[str]) -> bool:
    """Whether the token's `scope` (a list, or words in a string) has one that is allowed."""
    scope = claims.get("scope")
    has = scope.split() if isinstance(scope, str) else scope if isinstance(scope, list) else []
    return any(one in has for one in allowed)


def policy_of(authentication: Mapping[str, Any]) -> Mapping[str, Any]:
    """One form for both kinds of authentication: `keys` as deployed, `issuers` and `audiences` (lists of
    strings), `verifyClaims` as deployed, `skew` (seconds)."""
    if str(authentication.get("type")).upper() == "JWT_AUTHENTICATION":
        keys, more = authentication.get("publicKeys") or {}, authentication
    else:
        keys = authentication.get("validationPolicy") or {}
        more = keys.get("additionalValidationPolicy") or {}
    return {
        "keys": keys,
        "issuers": [str(one) for one in more.get("issuers") or ()],
        "audiences": [str(one) for one in more.get("audiences") or ()],
        "verifyClaims": more.get("verifyClaims") or (),
        "skew": float(authentication.get("maxClockSkewInSeconds") or 0),
    }


def _token(authentication: Mapping[str, Any], asked: Asked) -> str:
    header, scheme = authentication.get("tokenHeader"), str(authentication.get("tokenAuthScheme") or "")
    if header:
        text = asked.header(str(header))
        if text is None:
            raise NotValid(f"there is no header {header}")
        given, _, token = text.partition(" ") if scheme else ("", "", text)
        if given.lower() != scheme.lower():
            raise NotValid(f"header {header} does not begin with {scheme}")
    else:
        name = str(authentication.get("tokenQueryParam"))
        values = asked.arguments().get(name, [])
        if len(values) != 1:
            raise NotValid(f"there is no query parameter {name}, or more than one")
        token = values[0]
    if not token.strip() or len(token) > _LARGEST_TOKEN:
        raise NotValid("the token is empty or too long")
    return token.strip()


def _keys(policy: Mapping[str, Any], remote: RemoteKeys) -> Keys:
    given = policy["keys"]
    if str(given.get("type")).upper() == "REMOTE_JWKS":
        return remote.at(str(given.get("uri") or ""))
    try:
        return {str(key.get("kid")): _static(key) for key in given.get("keys") or ()}
    except ValueError:
        raise NotValid("the deployment has a static key that is no RSA public key") from None


def _static(key: Mapping[str, Any]) -> rsa.RSAPublicKey:
    if str(key.get("format")).upper() != "PEM":
        return _of_jwk(key)
    loaded = serialization.load_pem_public_key(str(key.get("key")).encode())
    if not isinstance(loaded, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")  # noqa: TRY004 the file's fault, not the caller's
    return loaded


def _of_jwk(key: Mapping[str, Any]) -> rsa.RSAPublicKey:
    try:
        loaded = jwt.PyJWK({"kty": "RSA", "n": str(key.get("n")), "e": str(key.get("e"))}, "RS256").key
    except jwt.PyJWTError as error:
        raise ValueError(type(error).__name__) from None
    if not isinstance(loaded, rsa.RSAPublicKey):
        raise ValueError("not a public key")  # noqa: TRY004 the file's fault, not the caller's
    return loaded


def _verified(token: str, policy: Mapping[str, Any], keys: Keys) -> Mapping[str, Any]:
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            _named(jwt.get_unverified_header(token).get("kid"), keys),
            algorithms=ALGORITHMS,
            issuer=policy["issuers"] or None,
            audience=policy["audiences"] or None,
            leeway=policy["skew"],
            options={
                "require": ["exp"],
                "verify_aud": bool(policy["audiences"]),
                # API Gateway looks at exp, nbf, iss and aud, and at the claims of verifyClaims.
                "verify_iat": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except jwt.InvalidTokenError as error:
        raise NotValid(_WHY.get(type(error), "the token cannot be read")) from None
    for wanted in policy["verifyClaims"]:
        _verify_claim(wanted, claims)
    return claims


def _named(key_id: Any, keys: Keys) -> rsa.RSAPublicKey:
    if not isinstance(key_id, str) or key_id not in keys:
        raise NotValid("the token's kid is that of no key")
    return keys[key_id]


def _verify_claim(wanted: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    name, values = str(wanted.get("key")), [str(one) for one in wanted.get("values") or ()]
    if name not in claims:
        if wanted.get("isRequired"):
            raise NotValid(f"claim {name} is required")
        return
    given = claims[name] if isinstance(claims[name], list) else [claims[name]]
    if values and not any(str(one) in values for one in given):
        raise NotValid(f"claim {name} has none of the values that are allowed")


def refused(authentication: Mapping[str, Any], reason: str, challenge: str = "Bearer") -> Refusal:
    """401; another status and text where a failure policy of type MODIFY_RESPONSE says so."""
    failure = authentication.get("validationFailurePolicy") or {}
    if str(failure.get("type")).upper() != "MODIFY_RESPONSE":
        return Refusal(401, reason, headers={"www-authenticate": challenge})
    code = str(failure.get("responseCode") or "401")
    status = int(code) if code.isascii() and code.isdigit() and 400 <= int(code[:4]) < 600 else 401
    return Refusal(status, reason, str(failure.get("responseMessage") or ""))
