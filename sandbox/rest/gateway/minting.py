"""`sandbox token`: a JSON Web Token that a deployed gateway takes, made on this machine."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.cloud.errors import Unusable
from sandbox.cloud.store import Record, Store
from sandbox.console import show
from sandbox.rest.gateway.apis import api_of
from sandbox.rest.gateway.tokens import OWN_KEY_ID, RemoteKeys, policy_of
from sandbox.services.apigateway import DEPLOYMENT

_SECONDS = 3600


def add_token_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `token`."""
    parser.add_argument(
        "--deployment",
        default="",
        metavar="NAME",
        help="a deployed API, by display name or OCID, whose first issuer and audience are taken",
    )
    parser.add_argument("--issuer", default="", help="the claim iss")
    parser.add_argument("--audience", action="append", default=[], help="the claim aud; may be given often")
    parser.add_argument("--scope", action="append", default=[], help="the claim scope; may be given often")
    parser.add_argument("--subject", default="", help="the claim sub")
    parser.add_argument(
        "--claim",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another claim; a VALUE that is JSON is taken as JSON",
    )
    parser.add_argument(
        "--expires", type=int, default=_SECONDS, metavar="SECONDS", help="from now; negative: expired"
    )
    parser.add_argument(
        "--key", type=Path, help="an RSA private key in PEM to sign with, for a deployment with static keys"
    )
    parser.add_argument("--kid", default="", help="the id of that key")


def run_token(options: argparse.Namespace, sandbox_dir: Path) -> int:
    """Print a token; the exit status. Raises `Unusable`."""
    if bool(options.key) != bool(options.kid):
        raise Unusable("--key and --kid belong together")
    claims = _claims(options, _policy(options, sandbox_dir))
    key = _loaded(options.key) if options.key else RemoteKeys(sandbox_dir).own()
    show(jwt.encode(claims, key, algorithm="RS256", headers={"kid": options.kid or OWN_KEY_ID}))
    return 0


def _policy(options: argparse.Namespace, sandbox_dir: Path) -> Mapping[str, Any]:
    """What the named deployment asks of a token; nothing without one."""
    if not options.deployment:
        return {}
    with Store(sandbox_dir / "store.db") as store:
        api = api_of(_named(options.deployment, store.list(DEPLOYMENT)))
    policy = policy_of(api.policies.get("authentication") or {})
    if str(policy["keys"].get("type")).upper() != "REMOTE_JWKS" and not options.key:
        raise Unusable(
            f"--deployment {options.deployment}: takes tokens of its static keys only, or none;"
            " give --key and --kid"
        )
    return policy


def _named(name: str, records: Sequence[Record]) -> Record:
    found = [one for one in records if name in (one.id, one.outputs.get("displayName"))]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(one.id for one in found)
        raise Unusable(f"--deployment {name}: several have this name; give an OCID: {several}")
    there = ", ".join(sorted(str(one.outputs.get("displayName") or one.id) for one in records))
    raise Unusable(f"--deployment {name}: not in this sandbox; there is {there or 'none'}")


def _claims(options: argparse.Namespace, policy: Mapping[str, Any]) -> dict[str, Any]:
    now = int(time.time())
    issuers, audiences = policy.get("issuers") or [], policy.get("audiences") or []
    claims = {
        "iss": options.issuer or next(iter(issuers), None),
        "aud": options.audience or list(audiences[:1]) or None,
        "sub": options.subject or None,
        "scope": " ".join(options.scope) or None,
        "iat": min(now, now + options.expires),
        "exp": now + options.expires,
    }
    found = {name: value for name, value in claims.items() if value is not None}
    for text in options.claim:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise Unusable(f"--claim {text}: expected NAME=VALUE")
        found[name] = _value(value)
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _loaded(path: Path) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, TypeError):
        raise Unusable(f"{path}: is no private key in PEM without a passphrase") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Unusable(f"{path}: is no RSA key")
    return key
