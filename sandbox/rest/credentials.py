"""Keys that sign requests: users' API keys, and session tokens as functions and other resources have them.

A user's key is known by `<tenancy>/<user>/<fingerprint>`; its private half is in the user's folder only. A
session token is a JWT of the sandbox's own issuer that holds the public half of the session's key (`jwk`),
good as long as OCI's is. Tokens and keys are never part of a message.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from sandbox import private
from sandbox.cloud.store import Store
from sandbox.rest.signature import NotAuthenticated

TOKEN_SECONDS = 15 * 60
"""How long a resource's token is good."""
USER_TOKEN_SECONDS = 60 * 60
"""How long a user's is, as `oci session authenticate` gives it when it is not told otherwise."""
_ISSUER = "authService.oracle.com"
_TOKEN_MARK = "ST$"  # noqa: S105 how a key id of a token begins
_TABLES = """
CREATE TABLE IF NOT EXISTS api_keys (
    key_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    member_of TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Credential:
    """Who a key stands for: a user's OCID, or the claims of a resource's session token.

    `member_of` is the OCID of a group that the holder is in beside what the directory says: `--as group:…`.
    """

    user_id: str = ""
    tenancy_id: str = ""
    resource_id: str = ""
    resource_type: str = ""
    compartment_id: str = ""
    member_of: str = ""


class Credentials:
    """All keys of one sandbox; safe to use from several threads."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._issuer: rsa.RSAPrivateKey | None = None
        self._lock = threading.Lock()
        store.define(_TABLES)

    # Users

    def register(self, tenancy_id: str, user_id: str, key: rsa.RSAPublicKey, member_of: str = "") -> str:
        """Make a key one of a user's API keys; its fingerprint."""
        mark = fingerprint(key)
        self._store.execute(
            "INSERT OR REPLACE INTO api_keys VALUES (?, ?, ?, ?, ?)",
            (f"{tenancy_id}/{user_id}/{mark}", user_id, _public_pem(key), member_of, time.time()),
        )
        return mark

    def keys_of(self, user_id: str) -> list[tuple[str, str, float]]:
        """A user's API keys: key id, public key in PEM, time of creation."""
        return [
            (str(id), str(pem), float(created))
            for id, pem, created in self._store.select(
                "SELECT key_id, public_key, created FROM api_keys WHERE user_id = ? ORDER BY created",
                (user_id,),
            )
        ]

    # Looking up

    def public_key(self, key_id: str) -> rsa.RSAPublicKey:
        """The key that must have signed. Raises `NotAuthenticated`."""
        if key_id.startswith(_TOKEN_MARK):
            return _session_key(self._claims(key_id))
        rows = self._store.select("SELECT public_key FROM api_keys WHERE key_id = ?", (key_id,))
        if not rows:
            raise NotAuthenticated(f"key {key_id[:400]} is not known")
        return _loaded(str(rows[0][0]))

    def credential(self, key_id: str) -> Credential:
        """Who a key stands for that has signed a request."""
        if key_id.startswith(_TOKEN_MARK):
            return _credential_in(self._claims(key_id))
        rows = self._store.select("SELECT user_id, member_of FROM api_keys WHERE key_id = ?", (key_id,))
        if not rows:  # taken away between the two questions
            raise NotAuthenticated("the key is not known any more")
        user_id, member_of = rows[0]
        return Credential(user_id=user_id, tenancy_id=key_id.partition("/")[0], member_of=member_of)

    # Session tokens

    def session_token(
        self,
        credential: Credential,
        key: rsa.RSAPublicKey,
        now: float | None = None,
        seconds: int = TOKEN_SECONDS,
    ) -> str:
        """A token for a session's key, good for so long from `now` (seconds since 1970)."""
        issued = int(time.time() if now is None else now)
        claims: dict[str, Any] = {
            "iss": _ISSUER,
            "iat": issued,
            "exp": issued + seconds,
            "jwk": json.dumps(RSAAlgorithm.to_jwk(key, as_dict=True)),
        }
        if credential.user_id:
            claims |= {"ptype": "user", "sub": credential.user_id, "tenant": credential.tenancy_id}
        else:
            claims |= {
                "ptype": "resource",
                "sub": credential.resource_id,
                "res_id": credential.resource_id,
                "res_type": credential.resource_type,
                "res_tenant": credential.tenancy_id,
                "res_compartment": credential.compartment_id,
            }
        if credential.member_of:
            claims["member_of"] = credential.member_of
        return jwt.encode(claims, self._issuer_key(), algorithm="RS256")

    def _claims(self, key_id: str) -> Mapping[str, Any]:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                key_id.removeprefix(_TOKEN_MARK),
                self._issuer_key().public_key(),
                algorithms=["RS256"],
                issuer=_ISSUER,
                options={"require": ["exp", "iat", "jwk"], "verify_aud": False},
            )
        except jwt.ExpiredSignatureError:
            raise NotAuthenticated("the session token has expired") from None
        except jwt.InvalidTokenError as error:
            raise NotAuthenticated(f"the session token is not valid ({type(error).__name__})") from None
        return claims

    def _issuer_key(self) -> rsa.RSAPrivateKey:
        with self._lock:
            if self._issuer is None:
                private.make_folder(self._folder)
                self._issuer = kept_key(self._folder / "issuer.key")
            return self._issuer


def _session_key(claims: Mapping[str, Any]) -> rsa.RSAPublicKey:
    try:
        key = RSAAlgorithm.from_jwk(claims["jwk"])
    except (jwt.InvalidKeyError, ValueError):
        raise NotAuthenticated("the session token has no key in it") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotAuthenticated("the session token holds a private key")
    return key


def _credential_in(claims: Mapping[str, Any]) -> Credential:
    def text(name: str) -> str:
        return str(claims.get(name) or "")

    if claims.get("ptype") == "user":
        return Credential(user_id=text("sub"), tenancy_id=text("tenant"), member_of=text("member_of"))
    return Credential(
        tenancy_id=text("res_tenant"),
        resource_id=text("res_id"),
        resource_type=text("res_type"),
        compartment_id=text("res_compartment"),
        member_of=text("member_of"),
    )


def kept_key(path: Path, label: str = "") -> rsa.RSAPrivateKey:
    """The RSA key of 2048 bits in a file, which is made (0600) where it is not there.

    `label` is a line behind it: clients warn of an API key that is not labelled `OCI_API_KEY`.
    """
    if not path.exists():
        fresh = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private.write_once(path, f"{private_pem(fresh)}{label}")
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 for the type checker
    return key


def private_pem(key: rsa.RSAPrivateKey) -> str:
    """A private key as OCI's own tools write it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def fingerprint(key: rsa.RSAPublicKey) -> str:
    """The MD5 of the public key in DER, as pairs of hex digits with colons."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.md5(der, usedforsecurity=False).hexdigest()
    return ":".join(digest[place : place + 2] for place in range(0, 32, 2))


def _public_pem(key: rsa.RSAPublicKey) -> str:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


@lru_cache(maxsize=1024)
def _loaded(pem: str) -> rsa.RSAPublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    assert isinstance(key, rsa.RSAPublicKey)  # noqa: S101 for the type checker
    return key
